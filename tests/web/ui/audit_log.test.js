import assert from "node:assert/strict";
import { test } from "node:test";
import { AuditLog } from "../../../client/web/ui/audit_log.js";

test("the log is ODK's: event, node, start, end", () => {
  const log = new AuditLog();
  log.note("form start", 1000);
  log.show(["/a", "/g"], 1001);
  log.show(["/items[1,2]/qty"], 1500);
  log.hide(1800);
  log.note("form exit", 1801);
  assert.equal(log.csv(), [
    "event,node,start,end", "form start,,1000,", "question,/a,1001,1500", "question,/g,1001,1500",
    'question,"/items[1,2]/qty",1500,1800', "form exit,,1801,", "",
  ].join("\n"));
});

test("a form taken up again goes on in the same log", () => {
  const first = new AuditLog();
  first.note("form start", 1);
  const second = new AuditLog(first.csv());
  second.note("form resume", 9);
  assert.equal(second.csv(), "event,node,start,end\nform start,,1,\nform resume,,9,\n");
});

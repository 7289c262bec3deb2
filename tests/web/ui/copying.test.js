import assert from "node:assert/strict";
import { test } from "node:test";
import { copied } from "../../../client/web/ui/copying.js";

const question = (name, type = "text", more = {}) => ({ kind: "question", name, type, path: `/${name}`, label: name, ...more });
const program = {
  root: [
    question("head_name"),
    question("gone_version"),
    question("visited_on", "date", { default: ["call", "today"] }),
    question("born_on", "date"),
    question("photo", "image"),
    question("signed", "image", { appearance: ["signature"] }),
    question("agreed", "acknowledge"),
    question("may_publish", "select_one", { anew: true }),
    { kind: "group", name: "consent", anew: true, children: [question("consent_how", "select_one"), question("witness")] },
    question("age", "calculate"),
    question("deviceid", "deviceid"),
    { kind: "group", name: "money", children: [question("amount", "integer")], writable_by: [{ roles: ["officer"], states: ["submitted"] }] },
    { kind: "group", name: "home", children: [question("size", "integer")], writable_by: [{ roles: ["member"], states: ["draft", "submitted"] }] },
    { kind: "repeat", name: "people", children: [question("name"), question("voice", "audio")] },
  ],
};

test("a new visit begins with what may be asked again, and with nothing that belongs to the earlier record", () => {
  const earlier = {
    head_name: "Lò Văn Ướt", unknown_now: "x", visited_on: "2021-12-05", born_on: "1958-01-01", photo: "blob:a", signed: "blob:c", agreed: "OK", may_publish: "yes", consent: { consent_how: "spoken", witness: "Sùng A Chu" }, age: 63, deviceid: "d",
    money: { amount: 500000 }, home: { size: 5 }, people: [{ __id: "r1", name: "Dở", voice: "blob:b" }, { __id: "r2", name: "Mẩy" }],
  };
  let n = 0;
  assert.deepEqual(copied(program, earlier, () => `new${++n}`), {
    head_name: "Lò Văn Ướt", born_on: "1958-01-01", money: {}, home: { size: 5 }, people: [{ __id: "new1", name: "Dở" }, { __id: "new2", name: "Mẩy" }],
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../../client/web/ui/html.js";

const HOLE = "\uE000";

test("a template is read into elements, attributes with holes, and text", () => {
  assert.deepEqual(parse(`
    <p class="a ${HOLE}" ?hidden=${HOLE}>
      Xin ${HOLE}<br><b>chào</b>
    </p>`), {
    tag: "p",
    attributes: [{ name: "class", parts: ["a ", ""] }, { name: "?hidden", parts: ["", ""] }],
    children: ["Xin ", null, { tag: "br", attributes: [], children: [] }, { tag: "b", attributes: [], children: ["chào"] }],
  });
});

test("a template has one root, and every element is closed", () => {
  for (const source of ["<p></p><p></p>", "text", "", "<p>", "<p></b>", "<p><b></p>"]) assert.throws(() => parse(source), undefined, source);
});

test("handlers and styles written as attributes are refused", () => {
  for (const source of [`<a onclick="x()"></a>`, `<p style="color:red"></p>`, `<iframe srcdoc="x"></iframe>`]) assert.throws(() => parse(source), /not for templates/);
});

test("a greater-than sign inside a quoted attribute does not end the tag", () => {
  assert.deepEqual(parse(`<input placeholder="a > b">`).attributes, [{ name: "placeholder", parts: ["a > b"] }]);
});

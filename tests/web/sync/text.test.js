import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, nfc_deep } from "../../../client/web/sync/text.js";

for (const [text, key] of [
  ["Đường Nguyễn Trãi", "duong nguyen trai"],
  ["LƯỜNG THỊ ĐÀO", "luong thi dao"],
  ["Hu\u1ebf", "hue"],
  ["Hue\u0302\u0301", "hue"],
  ["Bản Hon 12", "ban hon 12"],
  ["", ""],
]) {
  test(`"${text}" is found as "${key}"`, () => assert.equal(fold(text), key));
}
test("every text of a value becomes NFC, numbers and nulls stay", () => {
  assert.deepEqual(nfc_deep({ "e\u0302": ["e\u0302\u0301", 1, null, true] }), { ê: ["ế", 1, null, true] });
});

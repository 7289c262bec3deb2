import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { error_text, language, load_language, t, text_of } from "../../../client/web/ui/i18n.js";

const WEB = new URL("../../../client/web/", import.meta.url);
const words = Object.fromEntries(["vi", "en"].map((code) => [code, JSON.parse(readFileSync(new URL(`i18n/${code}.json`, WEB), "utf8"))]));
const sources = ["main.js", ...readdirSync(new URL("ui/", WEB), { recursive: true }).filter((name) => name.endsWith(".js")).map((name) => `ui/${name}`)];
const code = sources.map((name) => readFileSync(new URL(name, WEB), "utf8")).join("\n");
const homes = [...new Set(Object.keys(words.vi).map((key) => key.split(".")[0]))].join("|");
const used = new Set([...code.matchAll(new RegExp(`"((?:${homes})\\.[a-z_0-9]+)"`, "g"))].map(([, key]) => key));
// A date box's placeholder is its label's key with _sign.
for (const key of ["date.day", "date.month", "date.year", "time.hour", "time.minute"]) used.add(`${key}_sign`);

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(words.vi).sort(), Object.keys(words.en).sort());
});

test("every key the screens use has words", () => {
  const codes_of_the_device = new Set(["vault.pin_weak"]);
  assert.deepEqual([...used].filter((key) => !(key in words.vi) && !codes_of_the_device.has(key)), []);
});

test("no words are left that no screen uses", () => {
  assert.deepEqual(Object.keys(words.vi).filter((key) => !used.has(key)), []);
});

test("both languages fill in the same values", () => {
  const holes = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(words.vi)) assert.deepEqual(holes(words.vi[key]), holes(words.en[key]), key);
});

test("all words are NFC and none is empty", () => {
  for (const text of [...Object.values(words.vi), ...Object.values(words.en)]) assert.equal(text, text.trim().normalize("NFC") || "empty");
});

test("no Vietnamese text stands in the code of the screens", () => {
  const without_comments = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  assert.deepEqual(without_comments.match(/[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]+/g), null);
});

test("a language nobody made falls back to Vietnamese", async () => {
  await load_language("fr", async (url) => words[url.match(/(\w+)\.json$/)[1]]);
  assert.equal(language(), "vi");
  assert.equal(t("home.unsent", { n: 3 }), "3 chưa gửi");
});

test("a text of a form is shown in the language, else in Vietnamese, else in what there is", async () => {
  await load_language("en", async () => words.en);
  assert.deepEqual([text_of({ vi: "Gạo", en: "Rice" }), text_of({ vi: "Gạo" }), text_of({ mww: "Mov" }), text_of("Gạo"), text_of(null)], ["Rice", "Gạo", "Mov", "Gạo", ""]);
});

test("an error says its own words in the language, and a mistake of ours says what to do", async () => {
  await load_language("vi", async () => words.vi);
  assert.equal(error_text({ message_vi: "Hết bộ nhớ", message_en: "Full" }), "Hết bộ nhớ");
  assert.equal(error_text({ message: { vi: "Ngoài phạm vi", en: "Out of scope" } }), "Ngoài phạm vi");
  assert.match(error_text(new TypeError("x is undefined")), /Ứng dụng gặp lỗi/);
});

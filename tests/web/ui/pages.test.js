import assert from "node:assert/strict";
import { test } from "node:test";
import { page_of, pages_of, shown_pages } from "../../../client/web/ui/pages.js";

/** @param {string} name @param {any} [more] @returns {any} */
const question = (name, more = {}) => ({ kind: "question", type: "text", name, path: `/${name}`, label: { vi: name }, ...more });
/** @param {string} name @param {any[]} children @param {any} [more] @returns {any} */
const group = (name, children, more = {}) => ({ kind: "group", type: "group", name, path: `/${name}`, children, ...more });

const OPEN = { relevant: true, read_only: false, value: null };
/** @param {Record<string, any>} [special] @param {string[]} [rows] of every repeat */
const states = (special = {}, rows = []) => ({ state: (/** @type {string} */ path) => ({ ...OPEN, ...special[path] }), rows: () => rows });
/** @param {any[]} pages */
const keys = (pages) => pages.map(({ key }) => key);

test("each top-level group or repeat is a page, loose questions between them one page together", () => {
  const pages = pages_of([question("a"), question("b"), group("g", [question("c")]), { kind: "repeat", type: "repeat", name: "r", path: "/r", children: [] }, question("d")]);
  assert.deepEqual(pages.map(({ key, nodes }) => [key, nodes.length]), [["a", 2], ["g", 1], ["r", 1], ["d", 1]]);
});

test("a group that is not relevant is no page", () => {
  const pages = pages_of([group("g", [question("a")]), group("h", [question("b")])]);
  assert.deepEqual(keys(shown_pages(pages, states({ "/g": { relevant: false } }))), ["h"]);
});

test("a page with only blank answers that this person may not give is not shown; with an answer it is", () => {
  const pages = pages_of([group("outcome", [{ ...question("amount"), path: "/outcome/amount" }])]);
  assert.deepEqual(keys(shown_pages(pages, states({ "/outcome/amount": { read_only: true } }))), []);
  assert.deepEqual(keys(shown_pages(pages, states({ "/outcome/amount": { read_only: true, value: 0 } }))), ["outcome"]);
});

test("rows that this person may not change are shown when there are any", () => {
  const pages = pages_of([{ kind: "repeat", type: "repeat", name: "items", path: "/items", children: [] }]);
  const closed = { "/items": { read_only: true } };
  assert.deepEqual(keys(shown_pages(pages, states(closed))), []);
  assert.deepEqual(keys(shown_pages(pages, states(closed, ["row 1"]))), ["items"]);
});

test("calculations without a label make no page, a page of notes does", () => {
  const hidden = { ...question("n", { type: "calculate" }), label: undefined };
  assert.deepEqual(keys(shown_pages(pages_of([group("g", [hidden])]), states())), []);
  assert.deepEqual(keys(shown_pages(pages_of([group("g", [question("n", { type: "note" })])]), states())), ["g"]);
});

test("a path finds its page, row ids or not", () => {
  const pages = pages_of([question("a"), group("g", [question("c")]), { kind: "repeat", type: "repeat", name: "r", path: "/r", children: [] }]);
  assert.deepEqual(["/a", "/g/c", "/r[0190-x]/qty", "/zzz"].map((path) => page_of(pages, path)?.key), ["a", "g", "r", undefined]);
});

test("what the device notes by itself is never on a page", () => {
  const unseen = ["hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "start-geopoint", "audit"];
  assert.deepEqual(keys(shown_pages(pages_of(unseen.map((type) => question(type, { type }))), states())), []);
});

test("where the form says pages, each question has its own; a field-list group and a repeat stay whole", () => {
  const at = (/** @type {string} */ path, more = {}) => question(path.split("/").at(-1) ?? "", { path, ...more });
  const list = { ...group("h", [at("/g/h/c"), at("/g/h/d")]), path: "/g/h", appearance: "field-list" };
  const rows = { kind: "repeat", type: "repeat", name: "r", path: "/g/r", children: [] };
  const pages = pages_of([at("/a"), at("/n", { type: "today" }), { ...group("g", [at("/g/b"), list, rows]) }], "theme-grid pages");
  assert.deepEqual(pages.map(({ key, parent, nodes }) => [key, parent, nodes.length]), [["a", "", 1], ["g.b", "/g", 1], ["g.h", "/g/h", 2], ["g.r", "/g", 1]]);
  assert.deepEqual(["/a", "/g/b", "/g/h/d", "/g/r[1]/x", "/g"].map((path) => page_of(pages, path)?.key), ["a", "g.b", "g.h", "g.r", undefined]);
});

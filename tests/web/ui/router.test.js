import assert from "node:assert/strict";
import { test } from "node:test";
import { link, place_of } from "../../../client/web/ui/router.js";

/** @param {string} hash */
const screen = (hash) => { const { screen: name, params } = place_of(hash); return [name, params]; };

test("each address is its screen with its parameters", () => {
  assert.deepEqual(screen("#/home"), ["cs-home", {}]);
  assert.deepEqual(screen("#/fill/r1"), ["cs-fill", { rec: "r1" }]);
  assert.deepEqual(screen("#/fill/r1/~review"), ["cs-fill", { rec: "r1", page: "~review" }]);
  assert.deepEqual(screen("#/records"), ["cs-records", {}]);
  assert.deepEqual(screen("#/records/has_issues"), ["cs-records", { phase: "has_issues" }]);
});

test("an enrolment link is the enrolment screen, and its code never becomes a parameter", () => {
  assert.deepEqual(screen("#enrol=abc.def"), ["cs-enrol", {}]);
});

test("an address nobody knows is home", () => {
  for (const hash of ["", "#", "#/", "#/nowhere", "#/fill", "#/home/a/b", "#/%E0%A4%A"]) assert.equal(screen(hash)[0], "cs-home", hash);
});

test("pages of one record share a screen, other records do not", () => {
  assert.equal(place_of("#/fill/r1/a").same_as, place_of("#/fill/r1/b").same_as);
  assert.notEqual(place_of("#/fill/r1/a").same_as, place_of("#/fill/r2/a").same_as);
});

test("a link leads back to what it was made of", () => {
  assert.deepEqual(screen(link("fill", "r 1", "~review")), ["cs-fill", { rec: "r 1", page: "~review" }]);
});

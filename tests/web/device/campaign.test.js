import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Campaign, NO_CAMPAIGN } from "../../../client/web/device/campaign.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../../campaigns/tam_duong/${name}`, import.meta.url), "utf8"));
const units = [["106", null], ["03424", "106"], ["03424-07", "03424"], ["03424-07-T1", "03424-07"], ["03424-07-T2", "03424-07"]];
const campaign = new Campaign({
  id: "tam_duong", label: {}, roles: read("roles.json").roles, workflows: read("workflow.json").workflows,
  units: units.map(([code, parent]) => ({ code, parent })),
});
const person = (role, unit, forms = null) => ({ id: "p", name: "P", roles: [{ role, label: {}, unit, unit_name: "", forms }] });
const volunteer = person("team_member", "03424-07-T1");
const officer = person("commune_officer", "03424");

test("a volunteer submits in their own team", () => {
  assert.deepEqual(campaign.memberships(volunteer, "support_case", "submit").map(({ unit }) => unit), ["03424-07-T1"]);
  assert.equal(campaign.memberships(volunteer, "support_case", "submit", "03424-07-T2").length, 0);
  assert.equal(campaign.memberships(volunteer, "support_case", "step").length, 0);
});

test("a membership holds for all under its unit and for its forms alone", () => {
  assert.equal(campaign.memberships(officer, "support_case", "edit", "03424-07-T2").length, 1);
  assert.equal(campaign.memberships(person("commune_officer", "03424", ["achievement"]), "support_case", "edit").length, 0);
  assert.equal(campaign.is_under("03424-07-T1", "106"), true);
  assert.equal(campaign.is_under("03424", "03424-07-T1"), false);
});

for (const [who, state, kind] of [
  [volunteer, "submitted", "edit"],
  [volunteer, "returned", "edit"],
  [volunteer, "commune_checked", null],
  [volunteer, "closed", null],
  [volunteer, "a state of the past", null],
  [officer, "commune_checked", "correct"],
  [officer, "submitted", "edit"],
]) {
  test(`in "${state}" a ${who.roles[0].role} may ${kind ?? "not write"}`, () => {
    assert.equal(campaign.writing(who, "support_case", "03424-07-T1", state), kind);
  });
}

test("before any document came nothing is allowed and nothing breaks", () => {
  assert.equal(NO_CAMPAIGN.memberships(volunteer, "support_case", "submit").length, 0);
  assert.equal(NO_CAMPAIGN.state("support_case", "x").label.vi, "x");
});

test("a record cannot wait when one of its answers says so", () => {
  const { rules, cases } = JSON.parse(readFileSync(new URL("../../conformance/urgency.json", import.meta.url), "utf8"));
  const campaign = new Campaign({ id: "c", label: {}, urgent: rules });
  for (const { says, form, answers, urgent } of cases) assert.equal(campaign.is_urgent(form, answers), urgent, says);
});

/** What an open vault's actions share: its rows, the documents, and who acts on which device with which clock. */
import { local_date, local_iso, tz_offset_min } from "./clock.js";

/**
 * @typedef {object} Session
 * @property {import("./ledger.js").Ledger} ledger
 * @property {import("./library.js").Library} library
 * @property {string} device id of this vault's device
 * @property {() => Date} clock
 */

/**
 * What expressions may know (docs/form-language.md, "Instance"), and JSON: the screen and the finalising device use
 * the same, and each adds its own random sources.
 * @param {Session} session
 * @param {import("./ledger.js").Head} head
 * @param {{unit?: string, form_id?: string, state?: string, campaign: import("./campaign.js").Campaign}} place
 */
export function env_of({ device, clock }, head, { unit, form_id, state = "draft", campaign }) {
  const now = clock();
  const roles = form_id ? [...new Set(acting_roles(campaign, head, form_id, unit))] : head.person.roles.map(({ role }) => role);
  return {
    now: local_iso(now),
    today: local_date(now),
    tz_offset_min: tz_offset_min(now),
    username: head.person.name,
    deviceid: device,
    phonenumber: "",
    roles,
    state,
  };
}

/**
 * @param {import("./campaign.js").Campaign} campaign
 * @param {import("./ledger.js").Head} head
 * @param {string} form_id
 * @param {string} [unit]
 */
function acting_roles(campaign, head, form_id, unit) {
  return ["submit", "edit", "correct"].flatMap((action) =>
    campaign.memberships(head.person, form_id, action, unit).map(({ role }) => role),
  );
}

/** The unit a scope names. @param {string} scope `<unit>/<form id>` */
export function unit_of(scope) {
  return scope.slice(0, scope.lastIndexOf("/"));
}

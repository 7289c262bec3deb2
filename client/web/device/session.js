/** What an open vault's actions share: its rows, the documents, and who acts on which device with which clock. */
import { CONTENT_TYPES } from "../sync/overlay.js";
import { all_rows } from "./list_index.js";
import { local_date, local_iso, tz_offset_min } from "./clock.js";

/**
 * @typedef {object} Session
 * @property {import("./ledger.js").Ledger} ledger
 * @property {import("./library.js").Library} library
 * @property {string} device id of this vault's device
 * @property {string} origin where the server is
 * @property {() => Date} clock
 * @property {Map<string, number>} compared scope → cursor at which server and device held the same
 * @property {string|null} [swept] the epoch in which nothing of its own is left that only lies sealed and unsent
 */

/**
 * What expressions may know (docs/form-language.md, "Instance"), and JSON: the screen and the finalising device use
 * the same, and each adds its own random sources.
 * @param {Session} session
 * @param {import("./ledger.js").Head} head
 * @param {{unit?: string, form_id?: string, state?: string, rec?: string, start?: string, campaign: import("./campaign.js").Campaign}} place start: when filling in began
 */
export function env_of({ device, clock }, head, { unit, form_id, state = "draft", rec = "", start = "", campaign }) {
  const now = clock();
  const roles = form_id ? [...new Set(acting_roles(campaign, head, form_id, unit))] : head.person.roles.map(({ role }) => role);
  return {
    seed: rec,
    start,
    now: local_iso(now),
    today: local_date(now),
    tz_offset_min: tz_offset_min(now),
    username: head.person.name,
    deviceid: device,
    phonenumber: "",
    email: "",
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

/**
 * The answers of this device's last finalised record of the form, for ${last-saved#…}.
 * @param {Session} session @param {string} form_id @returns {Promise<any>}
 */
export async function last_saved({ ledger }, form_id) {
  const { index } = await ledger.now();
  const own = all_rows(index).filter(({ form }) => form.id === form_id).flatMap(({ ops }) => ops.filter(({ type }) => CONTENT_TYPES.has(type)));
  const newest = own.reduce((/** @type {import("./rows.js").OwnOp|null} */ last, op) => (last && last.n > op.n ? last : op), null);
  const wire = newest && (await ledger.read("ops", newest.h));
  return wire ? JSON.parse(wire.payload).answers : {};
}

/** The unit a scope names. @param {string} scope `<unit>/<form id>` */
export function unit_of(scope) {
  return scope.slice(0, scope.lastIndexOf("/"));
}

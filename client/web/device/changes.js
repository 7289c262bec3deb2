/** What changes out of the feed, pulled or repaired, do to the records here (P-11, P-14, P-16). Plans; writes nothing. */
import { forgotten_files, places_of } from "./attachments.js";
import { row_in } from "./list_index.js";
import { before_of, is_empty, unsent, with_doc } from "./rows.js";
import { env_of } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./ledger.js").Change} Change */
/** @typedef {[import("./store.js").StoreName, string]} Place */

/** What is left of a row when its record is no longer this device's to read. @param {Row} row @param {string|null} epoch @returns {Row|null} */
export function without_content(row, epoch) {
  const left = { ...row, title: "", subtitle: "", doc: null, draft: false, ops: unsent(row, epoch) };
  return is_empty(left) ? null : left;
}

/** Where readable content of a record lies. @param {Row} row @returns {Place[]} */
export function content_places({ rec, ops }) {
  return [["records", rec], ["drafts", rec], ...ops.map(({ h }) => /** @type {Place} */ (["ops", h]))];
}

/**
 * A record was erased by order (P-24): all the places of it, sealed or not. A file that another own op names stays.
 * @param {import("./ledger.js").Ledger} ledger
 * @param {string} rec
 * @param {{h: string, n: number}[]} ops own ones
 * @returns {Promise<Place[]>}
 */
export async function erased_places(ledger, rec, ops) {
  const files = (await ledger.list_plain("blobs")).filter(({ value }) => value.rec === rec && (value.n === null || ops.some(({ n }) => n === value.n)));
  return [
    ["records", rec], ["drafts", rec], ["sealed_drafts", rec],
    ...ops.flatMap(({ h }) => /** @type {Place[]} */ ([["ops", h], ["sealed", h]])),
    ...files.flatMap(({ id, value }) => places_of(id, value)),
  ];
}

/**
 * @param {Session} session
 * @param {import("./ledger.js").Now} now
 * @param {string} scope they were told for
 * @param {import("../sync/pages.js").Change[]} changes
 * @returns {Promise<Required<Pick<Change, "rows"|"keep"|"put"|"drop">>>}
 */
export async function change_records(session, { head, index }, scope, changes) {
  const { ledger, library } = session;
  const campaign = await library.campaign(head);
  const env = env_of(session, head, { campaign });
  /** @type {Map<string, Row|null>} */
  const rows = new Map();
  /** @type {NonNullable<Change["keep"]>} */
  const keep = [];
  /** @type {Place[]} */
  const drop = [];
  /** @type {string[]} */
  const left = [];
  for (const { rec, kind, doc, to, erased } of changes) {
    const row = rows.get(rec) ?? row_in(index, rec);
    if (erased) {
      rows.set(rec, null);
      drop.push(...(await erased_places(ledger, rec, row?.ops ?? [])));
      continue;
    }
    if (kind === "leave") {
      if (row?.scope !== scope) continue; // it is in another scope that this device holds
      if (to) {
        rows.set(rec, { ...row, scope: to }); // it goes to one: what is here, drafts too, goes along
        continue;
      }
      rows.set(rec, without_content(row, head.epoch));
      left.push(rec);
      drop.push(...content_places(row));
      continue;
    }
    const named = { title: doc.title ?? "", subtitle: (await library.describe(head, doc.form, doc.answers, env)).subtitle };
    const base = row ?? { rec, form: doc.form, scope: doc.scope, ...named, at: doc.received_at, doc: null, draft: false, ops: [] };
    const waits = unsent(base, head.epoch).length > 0;
    rows.set(rec, with_doc(waits ? base : { ...base, ...named }, doc, campaign.urgent_answer(doc.form.id, doc.answers)));
    // A copy that was damaged here has nothing to compare with; it must not keep the whole one from coming (P-14).
    const known = row?.doc ? await ledger.read("records", rec).catch(() => null) : null;
    const before = known ? before_of(known, doc) : undefined;
    keep.push(["records", rec, before ? { ...doc, before } : doc]);
  }
  const files = await forgotten_files(ledger, left);
  return { rows: [...rows], keep, put: files.put, drop: [...drop, ...files.drop] };
}

/** Which records here look like one, for its screen's hint (docs/duplicates.md). Of the second part of the app. */
import { ALIKE, compare_traits, traits_of } from "../sync/duplicates.js";
import { overlay } from "../sync/overlay.js";
import { all_rows } from "./list_index.js";
import { pending_ops } from "./view.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./rows.js").Row} Row */

const LIKE_SHOWN = 5;

/**
 * What records are told apart by, as long as the vault is open: decrypting thousands takes seconds, each look after that
 * none. @type {WeakMap<import("./ledger.js").Ledger, Map<any, Map<string, {mark: string, traits: any}>>>}
 */
const TRAITS = new WeakMap();

/** @param {import("./ledger.js").Ledger} ledger @param {any} program */
function remembered(ledger, program) {
  const programs = TRAITS.get(ledger) ?? new Map();
  TRAITS.set(ledger, programs);
  const known = programs.get(program) ?? new Map();
  programs.set(program, known);
  return known;
}

/** Records of the same form here that look like this one, the likest first. @param {Session} session @param {string} rec */
export async function alike({ ledger, library }, rec) {
  const row = await ledger.row(rec);
  const { head, index } = await ledger.now();
  const program = await library.program(head, row.form.id, row.form.version);
  const mine = traits_of(program, await said(ledger, head, row));
  const others = all_rows(index).filter((other) => other.rec !== rec && other.form.id === row.form.id && other.doc?.state !== "void");
  const found = [];
  const known = remembered(ledger, program);
  for (const other of others) {
    const mark = JSON.stringify([other.doc?.answers_hash, other.at, other.ops.length]);
    let kept = known.get(other.rec);
    if (kept?.mark !== mark) known.set(other.rec, (kept = { mark, traits: traits_of(program, await said(ledger, head, other)) }));
    const { score } = compare_traits(mine, kept.traits);
    if (score >= ALIKE) found.push({ score, rec: other.rec, title: other.title, subtitle: other.subtitle });
  }
  return { rows: found.sort((a, b) => b.score - a.score).slice(0, LIKE_SHOWN) };
}

/** A record's answers as its screen shows them, a draft's where there is nothing else. @param {import("./ledger.js").Ledger} ledger @param {any} head @param {Row} row */
async function said(ledger, head, row) {
  const shown = overlay(await ledger.read("records", row.rec), await pending_ops(ledger, row, head.epoch));
  return shown.answers ?? (row.draft ? (await ledger.read("drafts", row.rec))?.answers : null) ?? {};
}

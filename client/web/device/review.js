/**
 * Reviewing without a network: the queue, one record, steps of the workflow, the villages. What an officer decides here
 * is an op like any other; the server judges it by the same workflow.json when it arrives (P-06, P-08). The twin of
 * client/review.py.
 */
import { fold, nfc } from "../sync/text.js";
import { due_states, state_of, steps_for } from "../sync/workflow.js";
import { append } from "./authoring.js";
import { REVIEWING } from "./campaign.js";
import { local_iso } from "./clock.js";
import { DeviceError } from "./errors.js";
import { all_rows, row_in } from "./list_index.js";
import { PHASES, unsent } from "./rows.js";
import { unit_of } from "./session.js";
import { over, standing } from "./standing.js";
import { record } from "./view.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {{row: Row, state: string, answers_hash: string, since: string, author: string, urgent: string|null, place: string, mine: boolean, unsent: number, received_at: string}} Case */

const LIMIT = 100;
const HOUR_MS = 3600_000;
const FAR = "9999";

/** The records here that this person may decide about or correct. @param {Session} session @returns {Promise<Case[]>} */
async function cases(session) {
  const { ledger, library } = session;
  const { head, index } = await ledger.now();
  const campaign = await library.campaign(head);
  /** @type {Case[]} */
  const found = [];
  for (const row of all_rows(index)) {
    const unit = unit_of(row.scope);
    const tops = row.doc ? REVIEWING.flatMap((action) => campaign.memberships(head.person, row.form.id, action, unit)).map(({ unit: top }) => top) : [];
    if (!row.doc || !tops.length) continue;
    // What lies in the list is enough, unless own ops stand over it or an older version of the app made the row.
    const known = over(row, head.epoch).length || !row.doc.answers_hash ? await standing(session, row) : row.doc;
    if (!known) continue;
    const { state, answers_hash = "", since = "", author = "" } = known;
    const urgent = "answers" in known ? campaign.urgent_answer(row.form.id, known.answers) : (row.doc.urgent ?? null);
    const mine = due_states(campaign.workflow(row.form.id), campaign.roles_for(head.person, row.form.id, "step", unit)).includes(state);
    found.push({ row, state, answers_hash, since, author, urgent, mine, place: campaign.part_of(unit, tops), unsent: unsent(row, head.epoch).length, received_at: row.doc.at });
  }
  return found;
}

// The queue.

/** What waits for this person, or all they may decide about (ARCHITECTURE.md, "The device interface"). @param {Session} session @param {any} asked */
export async function queue(session, { tab = "mine", query = "", days, order, offset = 0, limit = LIMIT, ...wanted }) {
  // Asked once, not for each of thousands: every look at where the vault stands reads the store.
  const { head } = await session.ledger.now();
  const campaign = await session.library.campaign(head);
  const urgency = urgencies(session, head, campaign);
  const words = fold(query).split(/\s+/).filter(Boolean);
  const now = session.clock().getTime();
  /** @type {Record<string, number>} */
  const counts = { mine: 0, decided: 0, all: 0 };
  /** @type {Record<string, Map<string, number>>} */
  const choices = { form_id: new Map(), place: new Map(), state: new Map() };
  /** @type {Record<string, any>} */
  const labels = {};
  const shown = [];
  for (const one of await cases(session)) {
    const tabs = ["all", one.mine && "mine", one.unsent && "decided"].filter((name) => typeof name === "string");
    for (const name of tabs) counts[name] += 1;
    if (!tabs.includes(tab)) continue;
    /** @type {Record<string, string>} */
    const facets = { form_id: one.row.form.id, place: one.place, state: one.state };
    for (const [key, value] of Object.entries(facets)) choices[key].set(value, (choices[key].get(value) ?? 0) + 1);
    labels[one.state] = campaign.state(one.row.form.id, one.state).label;
    if (Object.entries(facets).some(([key, value]) => wanted[key] && wanted[key] !== value)) continue;
    if (days && now - Date.parse(one.received_at) < days * 24 * HOUR_MS) continue;
    const text = fold(`${one.row.title} ${one.row.subtitle}`);
    if (words.every((word) => text.includes(word))) shown.push(await queue_row(head, campaign, one, urgency));
  }
  const key = ORDERS[order] ?? ORDERS.urgency;
  const keyed = shown.map((row) => ({ row, key: key(row) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const by = (/** @type {string} */ name) => [...choices[name]].sort(([a], [b]) => (a < b ? -1 : 1));
  const forms = await Promise.all(by("form_id").map(async ([form_id, count]) => ({ form_id, title: await title_of(session, form_id), count })));
  return {
    rows: keyed.slice(offset, offset + limit).map(({ row }) => row),
    total: shown.length,
    counts,
    forms,
    places: by("place").map(([unit, count]) => ({ unit, name: campaign.unit_name(unit), count })),
    states: by("state").map(([state, count]) => ({ state, label: labels[state], count })),
  };
}

/** A moment is compared as text: both cores order the same rows the same way. @type {Record<string, (row: any) => string>} */
const ORDERS = {
  urgency: (row) => [String(row.urgency?.rank ?? 99).padStart(2, "0"), row.due ?? FAR, row.received_at, row.rec].join(" "),
  due: (row) => [row.due ?? FAR, row.received_at, row.rec].join(" "),
  oldest: (row) => [row.received_at, row.rec].join(" "),
  place: (row) => [row.place, row.received_at, row.rec].join(" "),
};

/** @param {import("./ledger.js").Head} head @param {import("./campaign.js").Campaign} campaign @param {Case} one @param {ReturnType<typeof urgencies>} urgency */
async function queue_row(head, campaign, { row, state, answers_hash, since, author, urgent, place, unsent: waits, received_at }, urgency) {
  const opened = Boolean(answers_hash) && row.opened === answers_hash;
  const steps = steps_for(campaign.workflow(row.form.id), state, campaign.roles_for(head.person, row.form.id, "step", unit_of(row.scope)));
  const { label, phase } = campaign.state(row.form.id, state);
  return {
    rec: row.rec, form_id: row.form.id, title: row.title, subtitle: row.subtitle,
    place, place_name: campaign.unit_name(place), author, state, state_label: label, phase,
    urgency: await urgency(row.form, urgent), due: due_at(campaign.workflow(row.form.id), state, since), received_at,
    unsent: waits, carried: false, opened, answers_hash, conflicts: row.doc?.conflicts ?? 0,
    together: opened ? steps.filter(([, step]) => is_plain(step)).map(([action, { label: words }]) => ({ action, label: words })) : [],
  };
}

/** A step that asks for no words and sends onward: several records may take it together. @param {any} step */
function is_plain(step) {
  return step?.tone === "positive" && step.reason !== "required";
}

/** {rank, label} of the choice at the question the campaign names, remembered; rank 0: it cannot wait. @param {Session} session @param {import("./ledger.js").Head} head @param {import("./campaign.js").Campaign} campaign */
function urgencies(session, head, campaign) {
  /** @type {Map<string, Promise<any>>} */
  const known = new Map();
  return (/** @type {{id: string, version: string}} */ form, /** @type {string|null} */ chosen) => {
    const key = `${form.id}/${form.version}/${chosen}`;
    const found = known.get(key) ?? urgency_of(session, head, campaign, form, chosen);
    known.set(key, found);
    return found;
  };
}

/** @param {Session} session @param {import("./ledger.js").Head} head @param {import("./campaign.js").Campaign} campaign @param {{id: string, version: string}} form @param {string|null} chosen */
async function urgency_of(session, head, campaign, form, chosen) {
  const rule = campaign.urgent.find((/** @type {any} */ each) => each.form === form.id);
  if (!rule || chosen === null) return null;
  const program = await session.library.program(head, form.id, form.version).catch(() => null);
  /** @type {any[]} */
  const offered = program?.choices[spec_at(program.root, rule.path)?.list] ?? [];
  const order = [...rule.answers, ...offered.map(({ name }) => name).filter((name) => !rule.answers.includes(name))];
  if (!order.includes(chosen)) return null;
  return { rank: rule.answers.includes(chosen) ? 0 : order.indexOf(chosen), label: offered.find(({ name }) => name === chosen)?.label ?? chosen };
}

/** @param {any[]} nodes @param {string} path @returns {any} */
function spec_at(nodes, path) {
  for (const node of nodes) {
    if (node.path === path) return node;
    if (path.startsWith(`${node.path}/`)) return spec_at(node.children ?? [], path);
  }
  return undefined;
}

/** By when it should leave its state, ISO; null where nobody set a time. @param {any} workflow @param {string} state @param {string} since */
function due_at(workflow, state, since) {
  const hours = state_of(workflow, state).due_hours;
  return hours && since ? local_iso(new Date(Date.parse(since) + hours * HOUR_MS)) : null;
}

/** @param {Session} session @param {string} form_id */
async function title_of({ ledger, library }, form_id) {
  const program = await library.program((await ledger.now()).head, form_id).catch(() => null);
  return program?.title ?? form_id;
}

/** @param {Session} session */
async function campaign_of({ ledger, library }) {
  return library.campaign((await ledger.now()).head);
}

// One record.

/** The record view with what a reviewer needs beside it; from now on this content counts as opened. @param {Session} session @param {string} rec */
export async function review(session, rec) {
  const { at, row, campaign, person } = await stands(session, rec);
  const workflow = campaign.workflow(row.form.id);
  const unit = unit_of(row.scope);
  if (row.opened !== at.answers_hash) {
    await session.ledger.write(async ({ index }) => {
      const now = row_in(index, rec);
      return { change: now ? { rows: [[rec, { ...now, opened: at.answers_hash }]] } : null, result: null };
    });
  }
  const steps = steps_for(workflow, at.state, campaign.roles_for(person, row.form.id, "step", unit));
  return {
    ...(await record(session, rec)),
    state: at.state, state_label: state_of(workflow, at.state).label, base: at.base, answers: at.answers,
    answers_hash: at.answers_hash, carried: false, author: at.author, before: at.doc?.before ?? null,
    urgency: await urgency_of(session, (await session.ledger.now()).head, campaign, row.form, campaign.urgent_answer(row.form.id, at.answers)), due: due_at(workflow, at.state, at.since),
    steps: steps.map(([action, { label, reason = "none", remarks = false, tone = "neutral" }]) => ({ action, label, reason, remarks, tone })),
    may_correct: campaign.writing(person, row.form.id, unit, at.state) !== null,
    phrases: workflow?.phrases ?? [],
  };
}

/** One step, on the content that was seen. @param {Session} session @param {any} asked @throws {DeviceError} step.forbidden, step.content_changed, record.reason_missing */
export async function step(session, { rec, action, answers_hash, reason = "", remarks = [] }) {
  const { at, row, campaign, person } = await stands(session, rec);
  const roles = campaign.roles_for(person, row.form.id, "step", unit_of(row.scope));
  const chosen = steps_for(campaign.workflow(row.form.id), at.state, roles).find(([name]) => name === action)?.[1];
  if (!chosen) throw new DeviceError("step.forbidden", { rec, state: at.state });
  if (answers_hash !== at.answers_hash) throw new DeviceError("step.content_changed", { rec });
  const said = nfc(reason).trim();
  if (chosen.reason === "required" && !said) throw new DeviceError("record.reason_missing");
  const told = !chosen.remarks ? [] : remarks.map((/** @type {any} */ { path, text }) => ({ path, text: nfc(text).trim() })).filter((/** @type {any} */ { text }) => text);
  const payload = { action, answers_hash, ...(said && { reason: said }), ...(told.length && { remarks: told }) };
  const { before, ...judged } = at.doc ?? {};
  return append(session, rec, async () => ({ type: "step", base: at.base, payload, keep: before ? [["records", rec, judged]] : [] }));
}

/** One step for several records, each opened before with the content it has now. @param {Session} session @param {{action: string, recs: string[]}} asked */
export async function step_all(session, { action, recs }) {
  const done = [];
  const refused = [];
  for (const rec of recs) {
    try {
      const { at, row, campaign } = await stands(session, rec);
      if (row.opened !== at.answers_hash) throw new DeviceError("review.unopened", { rec });
      if (!is_plain(campaign.workflow(row.form.id)?.steps[action])) throw new DeviceError("step.forbidden", { rec, state: at.state });
      await step(session, { rec, action, answers_hash: at.answers_hash });
      done.push(rec);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      refused.push({ rec, code: error.code });
    }
  }
  return { done, refused };
}

/** @param {Session} session @param {string} rec */
async function stands(session, rec) {
  const row = await session.ledger.row(rec);
  const at = await standing(session, row);
  if (!at) throw new DeviceError("record.unknown", { rec });
  const { head } = await session.ledger.now();
  return { at, row, campaign: await campaign_of(session), person: head.person };
}

// The villages.

/** Each part of the reviewer's units: how much by state, what waits for them, and who has sent nothing for how long. @param {Session} session */
export async function overview(session) {
  const campaign = await campaign_of(session);
  const { head } = await session.ledger.now();
  const tops = new Set(campaign.desks(head.person));
  const inside = campaign.units.filter((/** @type {any} */ { code, parent }) => tops.has(code) || tops.has(parent));
  /** @type {Map<string, Case[]>} */
  const found = new Map(inside.map((/** @type {any} */ { code }) => [code, []]));
  for (const one of await cases(session)) found.set(one.place, [...(found.get(one.place) ?? []), one]);
  const now = session.clock().getTime();
  const places = [...found].filter(([unit, told]) => told.length || !tops.has(unit)).map(([unit, told]) => place(campaign, unit, told, now));
  return { places, as_of: head.server_time };
}

/** @param {import("./campaign.js").Campaign} campaign @param {string} unit @param {Case[]} told @param {number} now */
function place(campaign, unit, told, now) {
  const counts = Object.fromEntries(PHASES.slice(2).map((phase) => [phase, told.filter(({ row, state }) => campaign.state(row.form.id, state).phase === phase).length]));
  /** @type {Map<string, {form_id: string, state: string, count: number, label: any}>} */
  const states = new Map();
  /** @type {Map<string, {name: string, count: number, last_at: string}>} */
  const people = new Map();
  for (const { row, state, author, received_at } of told) {
    const key = `${row.form.id} ${state}`;
    states.set(key, { form_id: row.form.id, state, count: (states.get(key)?.count ?? 0) + 1, label: campaign.state(row.form.id, state).label });
    const last = people.get(author);
    people.set(author, { name: author, count: (last?.count ?? 0) + 1, last_at: last && last.last_at > received_at ? last.last_at : received_at });
  }
  const last_at = told.reduce((/** @type {string|null} */ last, { received_at }) => (last && last > received_at ? last : received_at), null);
  return {
    unit, name: campaign.unit_name(unit), total: told.length, mine: told.filter(({ mine }) => mine).length, counts,
    states: [...states].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
    last_at, silent_days: last_at ? Math.floor((now - Date.parse(last_at)) / (24 * HOUR_MS)) : null,
    people: [...people.values()].sort((a, b) => (`${a.last_at} ${a.name}` < `${b.last_at} ${b.name}` ? -1 : 1)),
  };
}

/** What the campaign document says about people and states: who may do what, where, and what it is called. Pure. */

/** @typedef {{role: string, label: Record<string, string>, unit: string, unit_name: string, forms: string[]|null}} Membership */
/** @typedef {{id: string, name: string, roles: Membership[]}} Person */
/** @typedef {Record<string, string>|undefined} Texts */

/** Who may do any of these decides about records. */
export const REVIEWING = ["step", "correct"];

/** A text in the language, else in whichever it has. @param {Texts|string} texts @param {string} language */
export function text_in(texts, language) {
  if (!texts || typeof texts === "string") return texts ?? "";
  return texts[language] ?? Object.values(texts)[0] ?? "";
}

export class Campaign {
  /** @type {Map<string, string>} unit → its parent */
  #parents;

  /** @param {any} document kind `campaign`, docs/protocol.md */
  constructor(document) {
    this.id = document.id;
    this.label = document.label;
    this.demo = Boolean(document.demo);
    this.roles = document.roles ?? {};
    this.workflows = document.workflows ?? [];
    this.hotlines = document.hotlines ?? [];
    this.urgent = document.urgent ?? [];
    this.question_audio = document.question_audio ?? "";
    this.units = document.units ?? [];
    this.#parents = new Map(this.units.map((/** @type {any} */ unit) => [unit.code, unit.parent]));
  }

  /** @param {string} form_id */
  workflow(form_id) {
    return this.workflows.find((/** @type {any} */ workflow) => workflow.forms.includes(form_id));
  }

  /** A state of a form's workflow; of one the campaign no longer has, its name and nothing allowed. @param {string} form_id @param {string} state */
  state(form_id, state) {
    return this.workflow(form_id)?.states[state] ?? { label: { vi: state, en: state }, phase: "received", open: false };
  }

  /** Where a new record begins. @param {string} form_id @returns {string} */
  initial(form_id) {
    return this.workflow(form_id)?.initial ?? "submitted";
  }

  /**
   * The memberships by which this person may do it; in a given unit, or anywhere.
   * @param {Person} person
   * @param {string} form_id
   * @param {string} action of roles.json
   * @param {string} [unit]
   */
  memberships(person, form_id, action, unit) {
    return person.roles.filter(
      ({ role, forms, unit: top }) =>
        (!forms || forms.includes(form_id)) &&
        this.roles[role]?.forms?.[form_id]?.includes(action) &&
        (!unit || this.is_under(unit, top)),
    );
  }

  /** @param {string} unit @param {string} top */
  is_under(unit, top) {
    const seen = new Set();
    for (let at = /** @type {string|undefined} */ (unit); at && !seen.has(at); at = this.#parents.get(at)) {
      if (at === top) return true;
      seen.add(at);
    }
    return false;
  }

  /**
   * As what a change of this record's answers would go: "edit", "correct", or null where the state allows neither.
   * @param {Person} person
   * @param {string} form_id
   * @param {string} unit
   * @param {string} state
   * @param {boolean} [own] this person wrote the record; a reviewer's change of somebody else's is a correction where it may be one
   * @returns {"edit"|"correct"|null}
   */
  writing(person, form_id, unit, state, own = true) {
    const entry = this.state(form_id, state);
    for (const kind of /** @type {("edit"|"correct")[]} */ (own ? ["edit", "correct"] : ["correct", "edit"])) {
      const allowed = entry[kind]?.roles ?? [];
      if (this.memberships(person, form_id, kind, unit).some(({ role }) => allowed.includes(role))) return kind;
    }
    return null;
  }

  /** Whether these answers are among those that cannot wait. @param {string} form_id @param {any} answers */
  is_urgent(form_id, answers) {
    return this.urgent.some((/** @type {any} */ rule) => rule.form === form_id && chosen_at(answers, rule.path).some((each) => rule.answers.includes(each)));
  }

  /** How urgent a record says it is: the choice at the question the campaign names, one that cannot wait before others. @param {string} form_id @param {any} answers @returns {string|null} */
  urgent_answer(form_id, answers) {
    const rule = this.urgent.find((/** @type {any} */ each) => each.form === form_id);
    const chosen = rule ? chosen_at(answers, rule.path) : [];
    return chosen.find((name) => rule.answers.includes(name)) ?? chosen[0] ?? null;
  }

  /** The roles in which this person may do it in a unit. @param {Person} person @param {string} form_id @param {string} action @param {string} unit @returns {string[]} */
  roles_for(person, form_id, action, unit) {
    return [...new Set(this.memberships(person, form_id, action, unit).map(({ role }) => role))].sort();
  }

  /** The units in which a person decides about records of others, or corrects them. @param {Person} person @returns {string[]} */
  desks(person) {
    const reviews = (/** @type {string} */ role) => Object.values(this.roles[role]?.forms ?? {}).some((/** @type {string[]} */ actions) => REVIEWING.some((action) => actions.includes(action)));
    return person.roles.filter(({ role }) => reviews(role)).map(({ unit }) => unit);
  }

  /** @param {string} unit @returns {string} */
  unit_name(unit) {
    return this.units.find((/** @type {any} */ each) => each.code === unit)?.name ?? unit;
  }

  /** Which part of a reviewer's units another lies in: one of them, or the unit right below one. @param {string} unit @param {string[]} tops @returns {string} */
  part_of(unit, tops) {
    let at = unit;
    for (let parent = this.#parents.get(at); !tops.includes(at) && parent && !tops.includes(parent); parent = this.#parents.get(at)) at = parent;
    return at;
  }

  /** @param {Person} person @param {string} form_id @param {string} unit @param {string} state */
  may_void(person, form_id, unit, state) {
    const allowed = this.state(form_id, state).void?.roles ?? [];
    return this.memberships(person, form_id, "void", unit).some(({ role }) => allowed.includes(role));
  }
}

/** @param {any} answers @param {string} path of a question outside repeats @returns {string[]} the choices its answer names */
function chosen_at(answers, path) {
  const value = path.slice(1).split("/").reduce((at, name) => at?.[name], answers);
  return [value].flat().filter((each) => each !== null && each !== undefined);
}

/** Before the first documents arrived. */
export const NO_CAMPAIGN = new Campaign({ id: "", label: {} });

/** One form being filled in: the running instance, what reviewers said, which problems to show, and the draft's keeping. */
import { Instance } from "../engine/instance.js";
import { Autosave } from "./autosave.js";
import { language } from "./i18n.js";
import { pages_of, shown_pages } from "./pages.js";

/** @typedef {import("./types.js").Spec} Spec */

/** Fires "changed" after each answer and "saving" ({state, error}) as the draft is kept. */
export class FormSession extends EventTarget {
  /** @type {Set<string>} paths whose problems are shown: answered wrongly, or asked for */
  #revealed = new Set();
  #autosave;

  /**
   * @param {{program: any, record: any, env: any, save?: (answers: any) => Promise<any>}} parts
   *   record: the device's view of the record; save: keeps a draft, absent when only reading
   */
  constructor({ program, record, env, save }) {
    super();
    this.program = program;
    this.record = record;
    this.answers = record.draft?.answers ?? record.answers ?? {};
    this.instance = new Instance(program, { answers: this.answers, env: running_env(env, record) });
    this.pages = pages_of(program.root);
    this.#autosave = new Autosave(
      () => (save ? save(this.instance.answers()) : Promise.resolve()),
      (state, error) => this.dispatchEvent(new CustomEvent("saving", { detail: { state, error } })),
    );
  }

  /** @param {string} path */
  state(path) {
    return this.instance.state(path);
  }

  shown_pages() {
    return shown_pages(this.pages, this);
  }

  /** @param {string} path @param {any} value */
  set(path, value) {
    this.instance.set(path, value);
    this.#changed();
  }

  /** @param {string} path of a repeat @returns {string[]} row ids in order */
  rows(path) {
    return rows_at(this.instance.answers(), path).map((row) => row.__id);
  }

  /** @param {string} path of a repeat @returns {string} the new row's id */
  add_row(path) {
    const row_id = crypto.randomUUID();
    this.instance.add_row(path, row_id);
    this.#changed();
    return row_id;
  }

  /** Takes a row out. @param {string} path of the repeat @param {string} row_id @returns {() => void} puts it back, answers and place */
  remove_row(path, row_id) {
    const at = this.rows(path).indexOf(row_id);
    const row = rows_at(this.instance.answers(), path)[at];
    this.instance.remove_row(`${path}[${row_id}]`);
    this.#changed();
    return () => {
      this.instance.add_row(path, row_id, at);
      restore(this.instance, `${path}[${row_id}]`, row);
      this.#changed();
    };
  }

  /** @param {Iterable<string>} paths whose problems are shown from now on */
  reveal(paths) {
    for (const path of paths) this.#revealed.add(path);
    this.dispatchEvent(new CustomEvent("changed"));
  }

  /** @param {string} path @returns {string} the problem to show at a question, or "" */
  problem(path) {
    const { problem, value } = this.state(path);
    const blank = value === null || value === undefined;
    return problem && this.#revealed.has(path) && (!blank || this.#asked) ? problem.message : "";
  }

  #asked = false;

  /** From now on blank required questions are told too. @param {Iterable<string>} paths */
  demand(paths) {
    this.#asked = true;
    this.reveal(paths);
  }

  /** @param {string} path @returns {import("./types.js").Remark[]} */
  remarks(path) {
    // Remarks of the newest return stay with the record; they are news only until it is answered.
    const { phase, remarks = [] } = this.record;
    return phase === "has_issues" ? remarks.filter((/** @type {any} */ remark) => remark.path === path) : [];
  }

  flush() {
    return this.#autosave.flush();
  }

  #changed() {
    this.#autosave.changed();
    this.dispatchEvent(new CustomEvent("changed"));
  }
}

/** The device's values with what only the screen can give. @param {any} env @param {any} record */
function running_env(env, record) {
  return { ...env, language: language(), state: record.state ?? "draft", uuid: () => crypto.randomUUID(), random: Math.random };
}

/** Rows of a repeat by its path, row ids in brackets. @param {any} answers @param {string} path @returns {any[]} */
export function rows_at(answers, path) {
  let at = answers;
  for (const step of path.split("/").slice(1)) {
    const [, name, row_id] = /** @type {RegExpExecArray} */ (/^([^[]+)(?:\[(.+)\])?$/.exec(step));
    at = at?.[name];
    if (row_id !== undefined) at = at?.find((/** @type {any} */ row) => row.__id === row_id);
  }
  return at ?? [];
}

/** Writes a row's answers again, rows within rows included. @param {any} instance @param {string} path @param {any} row */
function restore(instance, path, row) {
  for (const [name, value] of Object.entries(row)) {
    if (name === "__id") continue;
    const below = `${path}/${name}`;
    if (Array.isArray(value) && value[0]?.__id) {
      for (const inner of value) {
        instance.add_row(below, inner.__id);
        restore(instance, `${below}[${inner.__id}]`, inner);
      }
    } else if (value && typeof value === "object" && !Array.isArray(value)) restore(instance, below, value);
    else if (!instance.state(below).read_only) instance.set(below, value);
  }
}

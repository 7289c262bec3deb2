/** One form being filled in: the running instance, what reviewers said, which problems to show, and the draft's keeping. */
import { Instance } from "../engine/instance.js";
import { Autosave } from "./autosave.js";
import { language, text_of } from "./i18n.js";
import { pages_of, shown_pages } from "./pages.js";

/** @typedef {import("./types.js").Spec} Spec */

/** Keeping begins once the answer is on screen: a slow phone shows first. */
const PAINT_MS = 30;

/**
 * Fires "changed" after each answer ({paths: what changed, undefined: anything may have}) and "saving" ({state, error})
 * as the draft is kept.
 */
export class FormSession extends EventTarget {
  /** @type {Set<string>} paths whose problems are shown: answered wrongly, or asked for */
  #revealed = new Set();
  #autosave;
  #device;
  /** Media of the form by name. @type {Map<string, Promise<string | null>>} */
  #media = new Map();
  /** What can be heard of the form, by path, and in which language. @type {{audio_language?: string, voices?: Record<string, string>}} */
  #spoken;
  /** The question to come back to when the page was lost in the middle of it. @type {string | undefined} */
  pending;

  /**
   * @param {{program: any, record: any, env: any, device?: import("./types.js").Device, save?: (answers: any) => Promise<any>}} parts
   *   record: the device's view of the record; device: where files and media are; save: keeps a draft, absent when only reading
   */
  constructor({ program, record, env, device, save }) {
    super();
    this.#device = device;
    this.#spoken = env;
    this.program = program;
    this.record = record;
    this.answers = record.draft?.answers ?? record.answers ?? {};
    this.behalf = record.draft?.behalf ?? null;
    this.instance = new Instance(program, { answers: this.answers, env: running_env(env, record) });
    this.pages = pages_of(program.root, program.settings?.style);
    this.#autosave = new Autosave(
      async () => {
        if (!save) return;
        if (document.visibilityState === "visible") await new Promise((resolve) => setTimeout(resolve, PAINT_MS));
        await save(this.instance.answers());
      },
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

  /** @param {string} path @param {any} value @param {boolean} [settled] the person is done with it: what is wrong with it is told */
  set(path, value, settled = false) {
    const { changed } = this.instance.set(path, value);
    if (settled) this.#revealed.add(path);
    this.#changed(new Set([path, ...changed]));
  }

  /** @param {string} path of a repeat @returns {string[]} row ids in order */
  rows(path) {
    return this.instance.by_path.get(path)?.rows.map(({ row_id }) => row_id) ?? [];
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
    this.dispatchEvent(new CustomEvent("changed", { detail: { paths: new Set(paths) } }));
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
    const { phase, remarks = [], history = [] } = this.record;
    if (phase !== "has_issues") return [];
    const said = history.slice(history.map((/** @type {any} */ entry) => entry.type).lastIndexOf("step") + 1).filter((/** @type {any} */ entry) => entry.type === "comment");
    return [...remarks, ...said.flatMap((/** @type {any} */ entry) => entry.remarks)].filter((/** @type {any} */ remark) => remark.path === path);
  }

  /** Whose report this is, where it is keyed in for somebody else. @param {{reporter: string, at: string} | null} behalf */
  set_behalf(behalf) {
    this.behalf = behalf;
    this.#autosave.changed();
  }

  flush() {
    return this.#autosave.flush();
  }

  /** Keeps everything, and this question as the one to come back to: another app may now take the page's memory. @param {string} path */
  async pause_at(path) {
    this.pending = path;
    this.#autosave.changed();
    await this.flush();
  }

  /** Takes a file in for a question. @param {string} path @param {Blob} data @param {string} name @returns {Promise<string>} the answer that names it */
  async attach(path, data, name) {
    const { answer } = await this.#files.attach({ rec: this.record.rec, path, name, type: data.type, data });
    return answer;
  }

  /** What an answer names: {data: Blob | null, type, size, name, state}. @param {string} answer @returns {Promise<any>} */
  file(answer) {
    return this.#files.file({ rec: this.record.rec, answer });
  }

  get #files() {
    return /** @type {import("./types.js").Device} */ (this.#device);
  }

  /** What reads a question aloud: in the person's language where there is anything, else as the form itself does. @param {any} spec @returns {{name: string, own: boolean}} own: in the person's language */
  sound(spec) {
    const { audio_language = "", voices = {} } = this.#spoken;
    const brought = spec.media?.audio ?? {};
    const own = audio_language && (voices[spec.path] ?? brought[audio_language]);
    return { name: own || text_of(brought), own: Boolean(own) };
  }

  /** The address of a picture or recording that the form brings along; null when this device does not have it. @param {string} name @returns {Promise<string | null>} */
  media(name) {
    let found = this.#media.get(name);
    if (!found) this.#media.set(name, (found = this.#find_media(name)));
    return found;
  }

  /** @param {string} name */
  async #find_media(name) {
    try {
      const { data } = await this.#files.media({ name });
      return data && URL.createObjectURL(data);
    } catch {
      return null; // the words of the question are there without it
    }
  }

  /** The screen is left: what media took of the memory is given back. */
  close() {
    for (const found of this.#media.values()) void found.then((url) => url && URL.revokeObjectURL(url));
    this.#media.clear();
  }

  /** Problems of the whole form, looked up once after each answer. */
  problems() {
    this.#problems ??= this.instance.problems();
    return this.#problems;
  }

  /** @type {{path: string, code: string, message: any}[] | null} */
  #problems = null;

  /** @param {Set<string>} [paths] */
  #changed(paths) {
    this.#problems = null;
    this.#autosave.changed();
    this.dispatchEvent(new CustomEvent("changed", { detail: { paths } }));
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

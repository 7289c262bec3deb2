/** The documents on this device, by hash: campaign, forms, look-up lists, media. Not personal, not encrypted. */
import { Instance } from "../engine/index.js";
import { Campaign, NO_CAMPAIGN } from "./campaign.js";
import { DeviceError } from "./errors.js";
import { lists_of } from "./lists.js";

/** @typedef {import("./ledger.js").Head} Head */
/** @typedef {Head["documents"][number]} Named */

/** Documents that are no JSON: kept in base64. */
export const BYTES = new Set(["media", "audio"]);
const LABEL_LANGUAGE = "vi"; // titles are kept in one language: lists are searched in it

export class Library {
  #store;
  /** @type {Map<string, any>} hash → parsed */
  #parsed = new Map();
  /** @type {Map<string, Campaign>} */
  #campaigns = new Map();
  /** @type {Set<string>} hashes known to be on this device */
  #here = new Set();

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {string} hash @returns {Promise<any|null>} */
  async #document(hash) {
    if (!this.#parsed.has(hash)) {
      const text = await this.#store.get("documents", ["", hash]);
      if (text === undefined) return null;
      this.#parsed.set(hash, JSON.parse(text));
    }
    return this.#parsed.get(hash);
  }

  /** Those named by the last hello that are not here yet. @param {Head} head */
  async missing(head) {
    const here = await Promise.all(head.documents.map(({ hash }) => this.#has(hash)));
    return head.documents.filter((_, at) => !here[at]);
  }

  /** Documents are never removed: what was here once is not read again to know it. @param {string} hash */
  async #has(hash) {
    if (!this.#here.has(hash) && (await this.#store.get("documents", ["", hash])) !== undefined) this.#here.add(hash);
    return this.#here.has(hash);
  }

  /** @param {string} hash @param {string} text verified against it */
  async add(hash, text) {
    await this.#store.commit({ put: [["documents", ["", hash], text]] });
  }

  /** A look-up list, or null where it has not arrived. @param {Head} head @param {string} name @returns {Promise<import("./lists.js").List|null>} */
  async list(head, name) {
    const named = head.documents.find(({ kind, id }) => kind === "list" && id === name);
    return named ? this.#document(named.hash) : null;
  }

  /** The bytes of a picture or sound of the forms, or of a question read aloud, base64. @param {Head} head @param {string} name @returns {Promise<string|undefined>} */
  async media(head, name) {
    const named = head.documents.find(({ kind, id }) => BYTES.has(kind) && id === name);
    return named && this.#store.get("documents", ["", named.hash]);
  }

  /** @param {Head} head @returns {Promise<Campaign>} */
  async campaign(head) {
    const named = head.documents.find(({ kind, current }) => kind === "campaign" && current);
    const document = named && (await this.#document(named.hash));
    if (!named || !document) return NO_CAMPAIGN;
    const known = this.#campaigns.get(named.hash) ?? new Campaign(document);
    this.#campaigns.set(named.hash, known);
    return known;
  }

  /**
   * @param {Head} head
   * @param {string} form_id
   * @param {string} [version] the current one when not given
   * @returns {Promise<any>} the program
   * @throws {DeviceError} form.unknown
   */
  async program(head, form_id, version) {
    const named = head.documents.find(
      (each) => each.kind === "form" && each.id === form_id && (version ? each.version === version : each.current),
    );
    const program = named && (await this.#document(named.hash));
    if (!program) throw new DeviceError("form.unknown", { form_id, version });
    return program;
  }

  /** Current forms that can be filled in here: the form and the lists it asks by have arrived. @param {Head} head @returns {Promise<any[]>} programs */
  async current_forms(head) {
    const named = head.documents.filter(({ kind, current }) => kind === "form" && current);
    const absent = new Set((await this.missing(head)).filter(({ kind }) => kind === "list").map(({ id }) => id));
    const found = (await Promise.all(named.map(({ hash }) => this.#document(hash)))).filter(Boolean);
    return found.filter(({ lists = [] }) => !lists.some((/** @type {string} */ name) => absent.has(name)));
  }

  /**
   * What a list row shows of some answers; empty texts where the form is not here or refuses them.
   * @param {Head} head
   * @param {{id: string, version: string}} form
   * @param {any} answers
   * @param {any} env
   * @returns {Promise<{title: string, subtitle: string}>}
   */
  async describe(head, form, answers, env) {
    try {
      const program = await this.program(head, form.id, form.version);
      const lists = await lists_of(this, head, program, "", env.roles ?? []);
      const instance = new Instance(program, { answers, env: { ...env, lists } });
      return { title: instance.title(LABEL_LANGUAGE), subtitle: instance.subtitle(LABEL_LANGUAGE) };
    } catch (cause) {
      if (cause instanceof DeviceError) return { title: "", subtitle: "" };
      throw cause;
    }
  }
}

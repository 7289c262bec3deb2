/**
 * An open vault's rows: reads decrypt, writes are one compare-and-swap step. Everything the device knows goes through
 * here; what it means is decided by the callers, on plain values.
 */
import { unb64 } from "../sync/crypto.js";
import { DeviceError } from "./errors.js";
import { row_in, with_rows } from "./list_index.js";
import { with_lock } from "./locks.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").StoreName} StoreName */
/** @typedef {import("./vault.js").Vault} Vault */
/** @typedef {import("./list_index.js").Index} Index */
/** @typedef {import("./rows.js").Row} Row */
/**
 * Where a vault stands. Plain, because the road outside the PIN needs it; it holds no answer.
 * @typedef {object} Head
 * @property {number} step raised by each write
 * @property {number} n of the newest own op; 0: none yet
 * @property {string|null} prev its h
 * @property {string|null} epoch the server's, as last verified
 * @property {string|null} server_time last verified
 * @property {import("../sync/messages.js").ServerKeys} server pinned at enrolment, then as vouched for
 * @property {import("./campaign.js").Person} person
 * @property {{scope: string, gen: number}[]} grants
 * @property {{kind: string, id: string, version: string, hash: string, current: boolean}[]} documents
 * @property {"active"|"revoked"|"expired"} state
 * @property {string} [audio_language] in which this person hears questions; never set: as the server was last told
 * @property {Reviewer[]} [reviewers] whose devices may read on the way what is handed over
 * @property {{n: number, h: string|null, cloned?: boolean, gap?: number}} [chain] how far the server holds it, and what is wrong with it
 * @property {string|null} [next_address] where the server is said to be now, not proven yet
 * @property {{address: string, code: string}|null} [address_problem] why the last one was not followed
 * @property {string} [secured_on] the server's day on which copies were last looked through (I8)
 * @property {{at: string, ops: number, files: number, last_n?: number}} [handed] the last bundle that was made
 * @property {{at: string, ok: boolean, error_code?: string, message_vi?: string, message_en?: string}|null} last_sync
 */
/** @typedef {{device: string, name: string, seal_key: string, scopes: string[]}} Reviewer */
/** @typedef {{head: Head, index: Index}} Now */
/**
 * A planned step. Values of `keep` are encrypted, those of `put` are not.
 * @typedef {object} Change
 * @property {Partial<Head>} [head]
 * @property {[string, Row|null][]} [rows]
 * @property {[StoreName, string, any, any?][]} [keep] store, id, value, and what lies unencrypted beside it
 * @property {[StoreName, string, any][]} [put]
 * @property {[StoreName, string][]} [drop]
 */

/**
 * A head as enrolment leaves it.
 * @param {Pick<Head, "epoch"|"server_time"|"server"|"person">} enrolled
 * @returns {Head}
 */
export function first_head(enrolled) {
  return { ...enrolled, step: 1, n: 0, prev: null, grants: [], documents: [], state: "active", last_sync: null };
}

const TRIES = 5;

export class Ledger {
  #store;
  #vault;
  /** @type {Now|null} */
  #known = null;

  /** @param {Store} store @param {Vault} vault */
  constructor(store, vault) {
    this.#store = store;
    this.#vault = vault;
  }

  get vault() {
    return this.#vault.vault;
  }

  get sign_key() {
    return this.#vault.sign_key;
  }

  /** The pair that opens what is sealed to this device. @param {string} point its public half, b64 @returns {Promise<CryptoKeyPair>} */
  async seal_keys(point) {
    const publicKey = await crypto.subtle.importKey("raw", unb64(point), { name: "ECDH", namedCurve: "P-256" }, true, []);
    return { publicKey, privateKey: this.#vault.seal_key };
  }

  /** Head and index as they are now, other tabs' writes included. @returns {Promise<Now>} */
  async now() {
    const head = await this.#store.get("heads", [this.vault, "head"]);
    if (!head) throw new DeviceError("vault.unknown");
    const known = this.#known;
    if (known && known.head.step === head.step) return known;
    /** @type {Index} */
    const index = new Map();
    for (const { id, value } of await this.#store.list("index", this.vault)) {
      index.set(Number(id), new Map(await this.#vault.decrypt("index", id, value)));
    }
    const fresh = { head, index };
    this.#known = fresh;
    return fresh;
  }

  /** @param {StoreName} store @param {string} id @returns {Promise<any>} null when there is none */
  async read(store, id) {
    const kept = await this.#store.get(store, [this.vault, id]);
    return kept?.ct ? this.#vault.decrypt(store, id, kept) : null;
  }

  /** What lies unencrypted. @param {StoreName} store @param {string} id @returns {Promise<any>} */
  async read_plain(store, id) {
    return (await this.#store.get(store, [this.vault, id])) ?? null;
  }

  /** @param {StoreName} store */
  list_plain(store) {
    return this.#store.list(store, this.vault);
  }

  /**
   * One atomic step under the vault's lock: plan on what is there, encrypt, then write only if nothing moved (P-17).
   * @template T
   * @param {(now: Now) => Promise<{change: Change|null, result: T}>} plan may run again when another tab was faster; null writes nothing
   * @returns {Promise<T>}
   */
  write(plan) {
    return with_lock(`chungsuc/vault/${this.vault}`, async () => {
      for (let tries = 0; tries < TRIES; tries++) {
        const now = await this.now();
        const { change, result } = await plan(now);
        if (!change || (await this.#commit(now, change))) return result;
      }
      throw new DeviceError("store.contended");
    });
  }

  /** @param {Now} now @param {Change} change */
  async #commit(now, { head: moved = {}, rows = [], keep = [], put = [], drop = [] }) {
    const head = { ...now.head, ...moved, step: now.head.step + 1 };
    const { index, touched } = with_rows(now.index, rows);
    /** @type {Change["keep"]} */
    const pages = touched.map((page) => ["index", String(page), [.../** @type {Map<string, Row>} */ (index.get(page))]]);
    const encrypted = await Promise.all(
      [...keep, ...pages].map(async ([store, id, value, beside]) => {
        const kept = { ...beside, ...(await this.#vault.encrypt(store, id, value)) };
        return /** @type {[StoreName, [string, string], any]} */ ([store, [this.vault, id], kept]);
      }),
    );
    const done = await this.#store.commit({
      expect: { vault: this.vault, step: now.head.step },
      put: [
        ["heads", [this.vault, "head"], head],
        ...encrypted,
        ...put.map(([store, id, value]) => /** @type {[StoreName, [string, string], any]} */ ([store, [this.vault, id], value])),
      ],
      drop: drop.map(([store, id]) => [store, [this.vault, id]]),
    });
    this.#known = done ? { head, index } : null;
    return done;
  }

  /** @param {string} rec @returns {Promise<Row>} @throws {DeviceError} record.unknown */
  async row(rec) {
    const row = row_in((await this.now()).index, rec);
    if (!row) throw new DeviceError("record.unknown", { rec });
    return row;
  }
}

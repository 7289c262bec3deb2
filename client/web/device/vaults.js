/** The vaults of this machine, one a person: which there are, opening one behind the growing wait, a PIN forgotten. */
import { DeviceError } from "./errors.js";
import { open_vault, wait_s } from "./vault.js";

/** @typedef {import("./enrolment.js").VaultRow} VaultRow */

export class Vaults {
  #store;
  #clock;
  #awake_ms;
  /** When this page last tried a PIN, on the monotonic clock. */
  #tried_ms = 0;

  /**
   * @param {() => Promise<import("./store.js").Store>} store
   * @param {() => Date} clock
   * @param {() => number} awake_ms since this page was loaded, monotonic
   */
  constructor(store, clock, awake_ms) {
    this.#store = store;
    this.#clock = clock;
    this.#awake_ms = awake_ms;
  }

  /** Those a person can choose. @returns {Promise<VaultRow[]>} */
  async rows() {
    const rows = await (await this.#store()).list("vaults", "");
    return rows.map(({ value }) => value).filter(({ state }) => state !== "replaced");
  }

  /** @param {string} [vault] may be left out where there is but one @throws {DeviceError} vault.unknown */
  async one(vault) {
    const rows = await this.rows();
    const row = vault ? rows.find((each) => each.vault === vault) : rows.length === 1 ? rows[0] : undefined;
    if (!row) throw new DeviceError("vault.unknown");
    return row;
  }

  /** Seconds until the next PIN may be tried. @param {string} vault */
  async wait_s(vault) {
    const awake_ms = this.#awake_ms() - this.#tried_ms;
    return wait_s(await this.#wrong_pins(vault), { now_ms: this.#clock().getTime(), awake_ms });
  }

  /** @param {string} vault @returns {Promise<import("./vault.js").WrongPins>} */
  async #wrong_pins(vault) {
    return (await (await this.#store()).get("vaults", ["wrong", vault])) ?? { count: 0, at_ms: 0 };
  }

  /**
   * @param {string|undefined} vault
   * @param {string} pin
   * @throws {DeviceError} vault.unknown, vault.needs_reset; vault.wait, vault.wrong_pin with {wait_s}
   */
  async open(vault, pin) {
    const store = await this.#store();
    const row = await this.one(vault);
    if (row.state === "forgotten") throw new DeviceError("vault.needs_reset");
    const wait = await this.wait_s(row.vault);
    if (wait) throw new DeviceError("vault.wait", { wait_s: wait });
    // Counted before it is tried: closing the app in the middle of a try does not make it free.
    const { count } = await this.#wrong_pins(row.vault);
    const wrong = { count: count + 1, at_ms: this.#clock().getTime() };
    await store.commit({ put: [["vaults", ["wrong", row.vault], wrong]] });
    this.#tried_ms = this.#awake_ms();
    const opened = await open_vault(row.vault, row.locks, pin);
    if (!opened) throw new DeviceError("vault.wrong_pin", { wait_s: await this.wait_s(row.vault) });
    await store.commit({ drop: [["vaults", ["wrong", row.vault]]] });
    return { row, opened };
  }

  /** From now on this vault waits for a new enrolment. @param {string} [vault] */
  async forget(vault) {
    const row = { ...(await this.one(vault)), state: /** @type {const} */ ("forgotten") };
    await (await this.#store()).commit({ put: [["vaults", ["", row.vault], row]] });
    return row;
  }
}

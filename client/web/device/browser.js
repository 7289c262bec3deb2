/**
 * The device interface in a browser: IndexedDB, WebCrypto, fetch. Decides which vault is open and hands on; drafts,
 * finalising, rounds and views have modules of their own.
 */
import { from_second_part } from "../second_part.js";
import { blob_of } from "../sync/blobs.js";
import { voices_of } from "../sync/spoken.js";
import { follow, read_address } from "./address.js";
import { Agent } from "./agent.js";
import * as attachments from "./attachments.js";
import { APP_VERSION, BUILT } from "./app_version.js";
import { comment, finalise, void_record } from "./authoring.js";
import { date_suspect, local_iso } from "./clock.js";
import { Drafts } from "./drafts.js";
import { enrol, peek, read_link } from "./enrolment.js";
import { DeviceError, notice } from "./errors.js";
import { send_sealed, send_sealed_now } from "./forgotten.js";
import { hello } from "./hello.js";
import { Ledger } from "./ledger.js";
import { Library } from "./library.js";
import { make_device } from "./methods.js";
import { lists_of, medium } from "./lists.js";
import { env_of, last_saved, unit_of } from "./session.js";
import { open_store } from "./store.js";
import { sync_round } from "./sync_round.js";
import { fetch_file } from "./uploads.js";
import { Vaults } from "./vaults.js";
import * as view from "./view.js";
import { Wire } from "./wire.js";

/** @typedef {import("./enrolment.js").VaultRow} VaultRow */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {{session: Session, row: VaultRow, drafts: Drafts, agent: Agent}} Open */
/** @typedef {{origin: string, store: () => Promise<import("./store.js").Store>, fetcher?: typeof fetch, clock?: () => Date, awake_ms?: () => number}} World */

// Of the second part of the app: what only some need.
const bundles = () => from_second_part(() => import("./bundles.js"));
const desk = () => from_second_part(() => import("./review.js"));

const LOCK_AFTER_MS = 15 * 60_000;
const SETTINGS = { language: "vi", text_size: "normal", theme: "auto" };
/** Asked by the screen itself, so no sign that anybody is there. */
const PASSIVE = new Set(["status", "home"]);

/** @param {World} world @returns {import("./methods.js").Device} */
export function browser_device(world) {
  const browser = new Browser(world, () => device.dispatchEvent(new Event("change")));
  const device = make_device((method, asked) => browser.call(method, asked));
  return device;
}

class Browser {
  #world;
  #changed;
  #clock;
  #awake_ms;
  #vaults;
  /** @type {Promise<import("./store.js").Store>|undefined} */
  #opening;
  /** @type {Open|undefined} */
  #open;
  #touched_ms = 0;
  /** @type {BroadcastChannel|undefined} other tabs of this app */
  #tabs;

  /** @param {World} world @param {() => void} changed */
  constructor(world, changed) {
    this.#world = world;
    this.#changed = changed;
    this.#clock = world.clock ?? (() => new Date());
    this.#awake_ms = world.awake_ms ?? (() => performance.now());
    this.#vaults = new Vaults(() => this.#store(), this.#clock, this.#awake_ms);
    this.#tabs = "document" in globalThis ? new BroadcastChannel("chungsuc") : undefined;
    this.#tabs?.addEventListener("message", changed);
    globalThis.document?.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.#open?.drafts.pause().catch(() => {});
    });
  }

  /**
   * The outermost edge: what is no refusal is our own mistake, logged once and said without details.
   * @param {import("./methods.js").Method} method
   * @param {any} asked
   */
  async call(method, asked) {
    try {
      if (!crypto.subtle && method !== "status") throw new DeviceError("device.insecure");
      if (!PASSIVE.has(method)) this.#touched_ms = this.#awake_ms();
      else if (this.#awake_ms() - this.#touched_ms > LOCK_AFTER_MS) this.#lock();
      const given = await this.#actions[method](asked);
      if (WRITING.has(method)) this.#tell();
      return given;
    } catch (error) {
      if (error instanceof DeviceError) throw error;
      console.error(error);
      throw new DeviceError("device.failure", {}, error);
    }
  }

  #tell() {
    this.#changed();
    this.#tabs?.postMessage("change");
  }

  /** @type {Record<import("./methods.js").Method, (asked: any) => Promise<any>>} */
  #actions = {
    status: () => this.#status(),
    peek_enrolment: async ({ link }) => {
      const read = await this.#own_link(link);
      return peek(this.#wire(read.origin), read);
    },
    enrol: async ({ link, pin, name, agreed }) => {
      const store = await this.#store();
      const read = await this.#own_link(link);
      const vault = await enrol(store, this.#wire(read.origin), read, { pin, name: name?.trim() || "Điện thoại", agreed_at: agreed ? local_iso(this.#clock()) : null });
      void navigator.storage?.persist?.(); // asked for when there is something to keep; the browser may say no
      return this.#unlock(vault, pin);
    },
    unlock: ({ vault, pin }) => this.#unlock(vault, pin),
    lock: async () => {
      await this.#open?.drafts.pause();
      this.#lock();
      return this.#status();
    },
    forgot_pin: ({ vault }) => this.#forgot_pin(vault),
    home: async () => ({ ...(await view.home(this.#session)), sync: this.#opened.agent.progress, notices: await this.#notices() }),
    program: async ({ form_id, version }) => this.#session.library.program((await this.#session.ledger.now()).head, form_id, version),
    env: (asked) => this.#env(asked),
    start: ({ form_id }) => this.#opened.drafts.start(form_id),
    open: ({ rec }) => view.record(this.#session, rec),
    save_draft: async ({ rec, answers, position, behalf }) => {
      const { form, base } = await view.record(this.#session, rec);
      return this.#opened.drafts.save(rec, answers, { form, base, position, behalf });
    },
    discard_draft: ({ rec }) => this.#opened.drafts.discard(rec),
    restore_draft: ({ undo_token }) => this.#opened.drafts.restore(undo_token),
    finalise: async ({ rec, confirmed_date }) => this.#then_sync(finalise(this.#session, rec, this.#claim(confirmed_date))),
    list: async (asked) => {
      await this.#opened.drafts.pause(); // who looks at the list has left the form; it shows the draft by its name
      return view.listing(this.#session, asked);
    },
    void: ({ rec, reason }) => this.#then_sync(void_record(this.#session, rec, reason)),
    comment: ({ rec, text, path }) => this.#then_sync(comment(this.#session, rec, text, path)),
    sync: async () => {
      this.#opened.agent.wake();
      return { started: true };
    },
    outbox: () => view.outbox(this.#session),
    alike: async ({ rec }) => (await from_second_part(() => import("./alike.js"))).alike(this.#session, rec),
    attach: ({ rec, ...file }) => attachments.attach(this.#session, rec, file),
    file: ({ rec, answer }) => this.#file(rec, answer),
    make_bundle: async () => (await bundles()).make(this.#session, this.#opened.row.cert),
    take_bundle: async ({ text }) => {
      const { session, row } = this.#opened;
      const { read, open_down } = await bundles();
      const { kind, content } = await read(text);
      if (kind === "up") throw new DeviceError("bundle.carrier_only");
      return { opened: await open_down(session, row.cert, content) };
    },
    queue: async (asked) => (await desk()).queue(this.#session, asked),
    review: async ({ rec }) => (await desk()).review(this.#session, rec),
    step: async (asked) => this.#then_sync((await desk()).step(this.#session, asked)),
    step_all: async (asked) => this.#then_sync((await desk()).step_all(this.#session, asked)),
    overview: async () => (await desk()).overview(this.#session),
    carried: async () => ({ bundles: [], brought: [] }),
    drives: async () => ({ drives: [] }), // a browser sees none; files are chosen by hand
    take_from_drive: async () => {
      throw new DeviceError("drive.gone");
    },
    write_to_drive: async () => {
      throw new DeviceError("drive.gone");
    },
    slip: async () => {
      throw new DeviceError("bundle.nothing");
    },
    give_back: async () => {
      throw new DeviceError("bundle.nothing");
    },
    media: async ({ name }) => {
      const base64 = await this.#session.library.media((await this.#session.ledger.now()).head, name);
      return { data: base64 === undefined ? null : medium(name, base64) };
    },
    settings: () => this.#settings(),
    set_server: ({ address }) => this.#set_server(address),
    set_settings: async (asked) => {
      if ("audio_language" in asked) await this.#then_sync(this.#session.ledger.write(async () => ({ change: { head: { audio_language: asked.audio_language } }, result: null })));
      if (asked.persist) await navigator.storage?.persist?.();
      const known = Object.keys(SETTINGS).filter((key) => key in asked).map((key) => [key, asked[key]]);
      const kept = { ...(await this.#kept_settings()), ...Object.fromEntries(known) };
      await (await this.#store()).commit({ put: [["device", ["", "settings"], kept]] });
      return this.#settings();
    },
  };

  #store() {
    this.#opening ??= this.#world.store().catch((error) => {
      this.#opening = undefined; // freed space or a left private mode may help the next try
      throw error;
    });
    return this.#opening;
  }

  #wire(origin = this.#world.origin) {
    return new Wire(origin, this.#world.fetcher);
  }

  get #opened() {
    if (!this.#open) throw new DeviceError("vault.locked");
    return this.#open;
  }

  get #session() {
    return this.#opened.session;
  }

  // Vaults.

  async #status() {
    const about = { server_url: this.#world.origin, app_version: APP_VERSION, insecure: !crypto.subtle };
    if (about.insecure) return { ...about, state: "new", vaults: [], demo: false, storage_persisted: false };
    const rows = await this.#vaults.rows();
    const vaults = rows.map(({ vault, person_name, demo, state }) => ({ vault, person_name, demo, needs_reset: state === "forgotten" }));
    const storage_persisted = Boolean(await globalThis.navigator?.storage?.persisted?.());
    const shown = { ...about, vaults, demo: rows.some(({ demo }) => demo), storage_persisted };
    if (!this.#open) {
      const usable = rows.filter(({ state }) => state === "active");
      const state = rows.length ? (usable.length ? "locked" : "needs_pin_reset") : "new";
      return { ...shown, state, ...(usable.length === 1 && { wait_s: await this.#vaults.wait_s(usable[0].vault) }) };
    }
    const { session, row } = this.#open;
    const { head } = await session.ledger.now();
    const campaign = await session.library.campaign(head);
    const { id, label, demo, urgent, hotlines, question_audio } = campaign;
    const suspect = date_suspect(this.#clock(), BUILT, head.server_time);
    return {
      ...shown,
      state: "open",
      server_url: row.origin,
      vault: row.vault,
      device_id: row.device,
      demo: row.demo || demo,
      person: { name: head.person.name, roles: head.person.roles },
      reviews: campaign.desks(head.person).length > 0,
      ...(id && { campaign: { id, label, urgent, hotlines, question_audio } }),
      ...(suspect && { date_suspect: suspect }),
    };
  }

  /** @param {string|undefined} vault @param {string} pin */
  async #unlock(vault, pin) {
    const { row, opened } = await this.#vaults.open(vault, pin);
    this.#lock();
    const store = await this.#store();
    const session = { ledger: new Ledger(store, opened), library: new Library(store), device: row.device, origin: row.origin, clock: this.#clock, compared: new Map() };
    const agent = new Agent((tell) => this.#round(session, row, tell), () => this.#tell(), `chungsuc/sync/${row.vault}`);
    this.#open = { session, row, agent, drafts: new Drafts(session) };
    await attachments.sweep(session);
    agent.wake();
    return this.#status();
  }

  #lock() {
    this.#open?.agent.stop();
    this.#open = undefined;
  }

  /** @param {string} [vault] */
  async #forgot_pin(vault) {
    const row = await this.#vaults.forget(vault);
    if (this.#open?.row.vault === row.vault) this.#lock();
    return send_sealed_now(await this.#store(), this.#wire(row.origin), row);
  }

  /** Of the app's own server, or of where it has moved to. @param {string} link */
  async #own_link(link) {
    const read = read_link(link);
    const known = [this.#world.origin, ...(await this.#vaults.rows()).map(({ origin }) => origin)];
    if (!known.includes(read.origin)) throw new DeviceError("enrol.other_server", { origin: read.origin });
    return read;
  }

  // Rounds.

  /** @param {Session} session @param {VaultRow} row @param {(progress: any) => void} tell */
  async #round(session, row, tell) {
    await this.#follow(session, row);
    const wire = this.#wire(row.origin);
    /** @type {any} */
    let failed = null;
    try {
      await sync_round({ session, wire, cert: row.cert, tell: (progress) => tell({ ...progress, bytes: wire.bytes }) });
      await this.#send_for_the_forgotten();
    } catch (error) {
      failed = error;
      throw error;
    } finally {
      const at = local_iso(this.#clock());
      const { code: error_code, message_vi, message_en } = failed ?? {};
      await session.ledger.write(async () => ({
        change: { head: { last_sync: failed ? { at, ok: false, error_code, message_vi, message_en } : { at, ok: true } } },
        result: null,
      }));
    }
  }

  /** To where the server has moved, if it has. @param {Session} session @param {VaultRow} row */
  async #follow(session, row) {
    const { moved, refused } = await follow(session, this.#world.fetcher);
    if (moved) {
      session.origin = row.origin = moved;
      await (await this.#store()).commit({ put: [["vaults", ["", row.vault], row]] });
    }
    return refused;
  }

  /** A person says where it is now: taken over if it proves to be the same, kept to be tried while nobody answers. @param {string} address */
  async #set_server(address) {
    const { session, row, agent } = this.#opened;
    const next_address = read_address(address);
    await session.ledger.write(async () => ({ change: { head: { next_address, address_problem: null } }, result: null }));
    const refused = await this.#follow(session, row);
    if (refused?.code.startsWith("server.")) throw refused;
    agent.wake();
    return this.#settings();
  }

  /** Vaults whose PIN was forgotten have no rounds of their own. */
  async #send_for_the_forgotten() {
    const store = await this.#store();
    for (const { value } of await store.list("vaults", "")) {
      if (value.state !== "active") await send_sealed(store, this.#wire(value.origin), value);
    }
  }

  /** @template T @param {Promise<T>} writing @returns {Promise<T>} */
  async #then_sync(writing) {
    const given = await writing;
    this.#opened.agent.wake();
    return given;
  }

  /** A file from here, else from the server; where neither has it, `missing` and why. @param {string} rec @param {string} answer */
  async #file(rec, answer) {
    const { session, row } = this.#opened;
    const blob = blob_of(answer);
    if (!blob) throw new DeviceError("file.unreadable");
    const here = await attachments.read(session.ledger, blob);
    if (here) return attachments.shown(session, answer, here);
    try {
      const wire = this.#wire(row.origin);
      const token = await hello({ session, wire, cert: row.cert, tell: () => {} });
      const plain = await fetch_file(wire, token, blob);
      await attachments.keep(session, blob, { rec, plain, own: false });
      return attachments.shown(session, answer, plain);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      return { ...(await attachments.shown(session, answer, null)), error_code: error.code };
    }
  }

  /** @param {string} [corrected] the day a person gave */
  #claim(corrected) {
    return corrected ? { device: local_iso(this.#clock()), corrected } : undefined;
  }

  async #notices() {
    const { state, chain } = (await this.#session.ledger.now()).head;
    return [state !== "active" && `device.${state}`, chain?.cloned && "device.cloned", chain?.gap && "device.gap"].flatMap((code) => (code ? [notice(code)] : []));
  }

  /** @param {{rec?: string, form_id?: string, reading?: boolean}} asked form_id: as for a new record of it; rec: the record whose unit and state decide what its author may write; reading: evaluated at the moment it was finalised */
  async #env({ rec, form_id, reading }) {
    const { head } = await this.#session.ledger.now();
    const campaign = await this.#session.library.campaign(head);
    const row = rec ? await this.#session.ledger.row(rec) : null;
    const doc = rec && reading ? await this.#session.ledger.read("records", rec) : null;
    const draft = rec ? await this.#session.ledger.read("drafts", rec) : null;
    const place = row ? { rec, unit: unit_of(row.scope), form_id: row.form.id, state: row.doc?.state, start: draft?.started_at } : {};
    if (form_id) Object.assign(place, { form_id, unit: campaign.memberships(head.person, form_id, "submit")[0]?.unit ?? "" });
    const values = { ...env_of(this.#session, head, { ...place, campaign }), device_id: this.#session.device, lists: {}, audio_language: head.audio_language, voices: {} };
    if (form_id || row) {
      const { library } = this.#session;
      const program = await (row ? library.program(head, row.form.id, row.form.version) : library.program(head, form_id ?? ""));
      values.lists = await lists_of(library, head, program, row ? unit_of(row.scope) : place.unit ?? "", values.roles);
      values.voices = await voices_of(program, head.documents, head.audio_language);
    }
    return { ...values, last_saved: row ? await last_saved(this.#session, row.form.id) : {}, ...doc?.volatile };
  }

  async #kept_settings() {
    return { ...SETTINGS, ...(await (await this.#store()).get("device", ["", "settings"])) };
  }

  async #settings() {
    const { quota, usage } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
    const head = this.#open && (await this.#session.ledger.now()).head;
    const { next_address = null, address_problem = null } = head ?? {};
    const audio = head && { named: head.documents.filter(({ kind }) => kind === "audio").length, missing: (await this.#session.library.missing(head)).filter(({ kind }) => kind === "audio").length };
    return { ...(await this.#kept_settings()), audio_language: head?.audio_language ?? "", ...(audio && { audio }), free_bytes: quota === undefined ? null : quota - (usage ?? 0), server_url: this.#open?.row.origin ?? this.#world.origin, next_address, address_problem: address_problem && { ...address_problem, ...notice(address_problem.code) }, device_name: this.#open?.row.name, agreed_at: this.#open?.row.agreed_at ?? null };
  }
}

const WRITING = new Set(["enrol", "unlock", "lock", "forgot_pin", "start", "save_draft", "discard_draft", "restore_draft", "finalise", "void", "comment", "set_settings", "attach", "make_bundle", "take_bundle", "step", "step_all", "set_server"]);

/** The one of this page; tests make their own with `browser_device`. */
export const device = browser_device({ origin: globalThis.location?.origin ?? "", store: open_store });

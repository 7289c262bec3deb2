/** Keeps the log of filling in for forms with an `audit` question: told what is on screen, kept as a file when the form is left. */
import { AuditLog } from "../audit_log.js";

export class FillingLog {
  #session;
  #path;
  #log;

  /** @param {import("../form_session.js").FormSession} session @param {string} path of the audit question @param {AuditLog} log */
  constructor(session, path, log) {
    this.#session = session;
    this.#path = path;
    this.#log = log;
  }

  /** @param {import("../form_session.js").FormSession} session @returns {Promise<FillingLog | undefined>} undefined: the form wants none */
  static async begin(session) {
    const spec = session.program.root.find((/** @type {any} */ node) => node.type === "audit");
    if (!spec) return undefined;
    const { value } = session.state(spec.path);
    const { data } = value ? await session.file(value).catch(() => ({ data: null })) : { data: null };
    const log = new AuditLog(data ? await data.text() : "");
    log.note(value ? "form resume" : "form start", Date.now());
    return new FillingLog(session, spec.path, log);
  }

  /** @param {string[]} paths none: the end of the form */
  show(paths) {
    this.#log.show(paths, Date.now());
    if (!paths.length) this.#log.note("end screen", Date.now());
  }

  /** @param {"form exit" | "form finalize"} event */
  async leave(event) {
    const at_ms = Date.now();
    this.#log.hide(at_ms);
    this.#log.note("form save", at_ms);
    this.#log.note(event, at_ms);
    const csv = new Blob([this.#log.csv()], { type: "text/csv" });
    this.#session.set(this.#path, await this.#session.attach(this.#path, csv, "audit.csv"));
  }
}

/**
 * The log of filling in that an `audit` question keeps: what was looked at, from when to when, as ODK writes it
 * (a CSV of event, node, start, end; milliseconds since 1970). Pure; the times are given.
 */

const HEAD = "event,node,start,end";

export class AuditLog {
  /** @type {{event: string, node: string, start: number, end: number | null}[]} */
  #events = [];

  /** @param {string} [earlier] the log as it was when the form was last left */
  constructor(earlier = "") {
    this.earlier = earlier.replace(/\s+$/, "");
  }

  /** A moment of the form: `form start`, `form resume`, `form save`, `form exit`, `form finalize`, `end screen`, `jump`. @param {string} event @param {number} at_ms */
  note(event, at_ms) {
    this.#events.push({ event, node: "", start: at_ms, end: null });
  }

  /** These questions (or rows) came on screen, those before them went. @param {string[]} paths with row ids @param {number} at_ms */
  show(paths, at_ms) {
    this.hide(at_ms);
    for (const path of paths) this.#events.push({ event: "question", node: path, start: at_ms, end: null });
  }

  /** Nothing is on screen any more. @param {number} at_ms */
  hide(at_ms) {
    for (const each of this.#events) if (each.event === "question") each.end ??= at_ms;
  }

  csv() {
    const lines = this.#events.map(({ event, node, start, end }) => `${event},${cell(node)},${start},${end ?? ""}`);
    return [this.earlier || HEAD, ...lines, ""].join("\n");
  }
}

/** @param {string} text */
function cell(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

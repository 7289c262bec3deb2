/** What goes into the next push: the oldest ops of the device's chain that fit (docs/protocol.md, `POST push`). */
import { canonical } from "./canonical.js";
import { utf8 } from "./crypto.js";

/** @typedef {{h: string, n: number, wire: import("./ops.js").Wire}} Waiting */
/** @typedef {{max_ops: number, max_bytes: number}} Limits */

/** The server's bounds, with room left for the rest of the body. @type {Limits} */
export const PUSH_LIMITS = { max_ops: 100, max_bytes: 500 * 1024 };

/** After a 413: half of each, at least one op. @param {Limits} limits @returns {Limits} */
export function halved({ max_ops, max_bytes }) {
  return { max_ops: Math.max(1, Math.floor(max_ops / 2)), max_bytes: Math.max(1, Math.floor(max_bytes / 2)) };
}

/**
 * The next ops to send, in chain order. One op larger than the bound goes alone: the server, not the device, judges it.
 * @param {Waiting[]} outbox any order
 * @param {Limits} [limits]
 * @returns {import("./ops.js").Wire[]}
 */
export function make_push(outbox, { max_ops, max_bytes } = PUSH_LIMITS) {
  const push = [];
  let bytes = 0;
  for (const { wire } of [...outbox].sort((a, b) => a.n - b.n)) {
    bytes += utf8(canonical(wire)).length + 1;
    if (push.length && (push.length >= max_ops || bytes > max_bytes)) break;
    push.push(wire);
  }
  return push;
}

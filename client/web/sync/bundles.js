/**
 * Bundles: files that carry a device's ops to the server, and the server's word back to it, by hand (P-21).
 * One line of letters, so that a chat, a mail or a stick takes it; white space anywhere does not count.
 */
import { canonical } from "./canonical.js";
import { b64, sha, text_of, unb64, utf8 } from "./crypto.js";
import { fits, SIGNED } from "./shapes.js";
import { fold } from "./text.js";

/** @typedef {import("./crypto.js").Bytes} Bytes */
/** @typedef {"up"|"down"} Kind */

export const VERSION = 1;
export const MAX_BUNDLE_BYTES = 8_000_000;
export const MAX_CONTENT_BYTES = 24_000_000;
const OVERHEAD = 300; // of an op or chunk beside its bytes: hashes, numbers, a key
const NAME = "CHUNG-SUC";
const HEAD = new RegExp(`^${NAME}:(\\d{1,6}):(up|down):([0-9a-f]{64}):`);
/** What each kind has to hold. @type {Record<string, any>} */
const SHAPES = {
  up: {
    id: "string", device: "string", server: "string", made_at: "string", part: "number", parts: "number", cert: SIGNED,
    ops: [{ h: "string", n: "number", sealed: "string" }], cursors: {}, have: ["string"],
    chunks: [{ blob: "string", size: "number", i: "number", key: "string", data: "string" }],
  },
  down: { device: "string", server: "string", made_at: "string", sealed: "string" },
};

/** A file that cannot be used. */
export class BundleError extends Error {
  /** @param {"bundle.unknown"|"bundle.version"|"bundle.damaged"|"bundle.too_large"} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** @param {Kind} kind @param {any} content @returns {Promise<string>} */
export async function write_bundle(kind, content) {
  const packed = await gzip(utf8(canonical(content)));
  return `${NAME}:${VERSION}:${kind}:${await sha(packed)}:${b64(packed)}\n`;
}

/**
 * A file as a bundle of the right shape; nothing in it is proven.
 * @param {string} file
 * @returns {Promise<{kind: Kind, content: any}>}
 * @throws {BundleError}
 */
export async function read_bundle(file) {
  if (file.length > MAX_BUNDLE_BYTES * 2) throw new BundleError("bundle.too_large");
  const text = file.replace(/[\s\uFEFF]+/g, "");
  const head = HEAD.exec(text);
  if (!head) throw new BundleError(text.startsWith(`${NAME}:`) ? "bundle.damaged" : "bundle.unknown");
  const [start, version, kind, digest] = head;
  if (Number(version) > VERSION) throw new BundleError("bundle.version");
  let content;
  try {
    const packed = unb64(text.slice(start.length));
    if ((await sha(packed)) !== digest) throw new BundleError("bundle.damaged");
    content = JSON.parse(text_of(await gunzip(packed)));
    canonical(content);
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError("bundle.damaged");
  }
  if (!fits(SHAPES[kind], content)) throw new BundleError("bundle.damaged");
  return { kind: /** @type {Kind} */ (kind), content };
}

/**
 * The contents of as many bundles as are needed: ops first, in their order, then files.
 * @param {any} common what stands in each
 * @param {any[]} ops
 * @param {any[]} chunks
 * @param {number} [limit]
 * @returns {any[]}
 */
export function split_up(common, ops, chunks, limit = MAX_BUNDLE_BYTES) {
  /** @type {any[]} */
  const parts = [];
  let room = 0;
  for (const [key, weighs, items] of /** @type {[string, string, any[]][]} */ ([["ops", "sealed", ops], ["chunks", "data", chunks]])) {
    for (const item of items) {
      const weight = item[weighs].length + OVERHEAD + (item.copy ? canonical(item.copy).length : 0);
      if (!parts.length || weight > room) {
        parts.push({ ...common, ops: [], chunks: [] });
        room = limit - canonical(common).length;
      }
      parts[parts.length - 1][key].push(item);
      room -= weight;
    }
  }
  parts.forEach((part, at) => Object.assign(part, { part: at + 1, parts: parts.length }));
  return parts;
}

/** chung-suc-may-cua-to-2021-12-05-0800-1-2.txt: plain letters, which every phone and stick can write. @param {Kind} kind @param {string} who @param {string} made_at @param {number} [part] @param {number} [parts] */
export function file_name(kind, who, made_at, part = 1, parts = 1) {
  const plain = fold(who).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 30);
  const number = parts > 1 ? `-${part}-${parts}` : "";
  return `chung-suc-${kind === "up" ? "" : "ve-"}${plain || "may"}-${made_at.slice(0, 10)}-${made_at.slice(11, 16).replace(/\D/g, "")}${number}.txt`;
}

/** @param {Bytes} bytes @returns {Promise<Bytes>} */
export async function gzip(bytes) {
  return whole(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip")), Infinity);
}

/** Inflated as far as the bound. @param {Bytes} bytes @returns {Promise<Bytes>} */
export async function gunzip(bytes) {
  return whole(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")), MAX_CONTENT_BYTES);
}

/** @param {ReadableStream<Uint8Array>} stream @param {number} most @returns {Promise<Bytes>} */
async function whole(stream, most) {
  const parts = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      void reader.cancel();
      throw new BundleError("bundle.too_large");
    }
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Talking to the server: one request, one believed answer. Success is a verified signature, never a status (P-19).
 * No cookies and no cache; two people on one phone differ by their tokens (P-15).
 */
import { MAX_BLOB } from "../sync/blobs.js";
import { sha, text_of } from "../sync/crypto.js";
import { verify_response } from "../sync/messages.js";
import { answers } from "../sync/shapes.js";
import { DeviceError } from "./errors.js";
import { random_hex } from "./ids.js";

/** @typedef {import("../sync/crypto.js").Kind} Kind */
/** @typedef {import("../sync/crypto.js").Bytes} Bytes */
/** @typedef {{server_sign: (body: any) => Promise<string>, token?: string}} Trust which point must have signed */
/** @typedef {{body: any, text: string, sig: string, key: string}} Answer the JSON, and the signed text it came from */

const TIMEOUT_MS = 60_000;
const CHUNK_TIMEOUT_MS = 150_000; // 256 KiB over a link of 16 kbit/s
const GZIP_FROM_BYTES = 1024;

export class Wire {
  #fetch;
  /** Bytes sent and received, for the screen. */
  bytes = 0;

  /** @param {string} origin of the server, without a slash @param {typeof fetch} [fetcher] */
  constructor(origin, fetcher = (...given) => fetch(...given)) {
    this.origin = origin;
    this.#fetch = fetcher;
  }

  /**
   * @param {string} path below /sync/v1/
   * @param {Record<string, any>} content `req` is added
   * @param {Kind} kind of the answer's signature
   * @param {Trust} trust
   * @returns {Promise<Answer>}
   * @throws {DeviceError} net.*, or the server's own code
   */
  async post(path, content, kind, { server_sign, token }) {
    const req = random_hex(8);
    const plain = new TextEncoder().encode(JSON.stringify({ req, ...content }));
    const zip = plain.length >= GZIP_FROM_BYTES && "CompressionStream" in globalThis;
    const body = zip ? await gzip(plain) : plain;
    const { response, bytes } = await this.#exchange(path, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", ...(zip && { "Content-Encoding": "gzip" }), ...bearer(token) },
    });
    this.bytes += body.length;
    return this.#believe(response, bytes, { req, path, kind, server_sign });
  }

  /**
   * Send bytes as they are.
   * @param {string} path
   * @param {Record<string, string>} asked `req` is added
   * @param {{body: Bytes, key: string}} sealed key: what the body is encrypted with, sealed to the server
   * @param {Kind} kind
   * @param {Trust} trust
   * @returns {Promise<Answer>}
   * @throws {DeviceError} as `post`
   */
  async put(path, asked, { body, key }, kind, { server_sign, token }) {
    const req = random_hex(8);
    const headers = { "Content-Type": "application/octet-stream", "Chungsuc-Key": key, ...bearer(token) };
    const { response, bytes } = await this.#exchange(`${path}?${new URLSearchParams({ req, ...asked })}`, { method: "PUT", body, headers }, CHUNK_TIMEOUT_MS);
    this.bytes += body.length;
    return this.#believe(response, bytes, { req, path, kind, server_sign });
  }

  /**
   * @param {Response} response
   * @param {Bytes} bytes
   * @param {{req: string, path: string, kind: Kind, server_sign: Trust["server_sign"]}} asked
   * @returns {Promise<Answer>}
   */
  async #believe(response, bytes, { req, path, kind, server_sign }) {
    const signature = response.headers.get("Chungsuc-Signature");
    const claimed = parsed(bytes);
    const point = claimed ? await server_sign(claimed) : "";
    const believed = claimed && signature ? await verify_response(bytes, signature, kind, point) : null;
    if (!believed || believed.req !== req) throw new DeviceError(claimed ? "net.unsigned" : "net.captive", { path });
    if (!answers(kind, path, believed)) throw new DeviceError("net.server", { path }); // signed, and not what was asked for
    const [key, sig] = /** @type {string} */ (signature).split(".");
    return { body: believed, text: text_of(bytes), sig, key };
  }

  /**
   * A document as it is. Its hash, named by a signed hello, is its proof.
   * @param {string} hash
   * @param {string} [token]
   */
  async document(hash, token) {
    const { bytes } = await this.#exchange(`documents/${hash}`, { headers: bearer(token) });
    if ((await sha(bytes)) !== hash) throw new DeviceError("net.document", { hash });
    return bytes;
  }

  /**
   * A chunk of a blob and the whole blob's size. Its bytes are proven by the blob's name, once all are here.
   * @param {string} blob
   * @param {number} i
   * @param {string} token
   * @returns {Promise<{bytes: Bytes, size: number}>}
   */
  async blob_chunk(blob, i, token) {
    const { response, bytes } = await this.#exchange(`blobs/${blob}/${i}`, { headers: bearer(token) }, CHUNK_TIMEOUT_MS);
    const size = Number(response.headers.get("Chungsuc-Size"));
    if (!Number.isInteger(size) || size < 1 || size > MAX_BLOB) throw new DeviceError("net.captive", { path: "blobs" });
    return { bytes, size };
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @param {number} [timeout_ms]
   * @returns {Promise<{response: Response, bytes: Bytes}>} of a 2xx answer, not believed yet
   */
  async #exchange(path, request, timeout_ms = TIMEOUT_MS) {
    const control = new AbortController(); // AbortSignal.timeout came with Chrome 103; the field has 96
    const timer = setTimeout(() => control.abort(), timeout_ms);
    try {
      const response = await this.#fetch(`${this.origin}/sync/v1/${path}`, {
        ...request,
        cache: "no-store",
        credentials: "omit",
        redirect: "manual", // a captive portal redirects to its sign-in page
        signal: control.signal,
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      this.bytes += bytes.length;
      if (!response.ok) throw refusal(response, bytes);
      return { response, bytes };
    } catch (cause) {
      throw cause instanceof DeviceError ? cause : world_failure(cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param {Response} response not a 2xx @param {import("../sync/crypto.js").Bytes} bytes */
function refusal({ status }, bytes) {
  const { error } = parsed(bytes) ?? {};
  const details = { ...error?.details, status };
  if (typeof error?.code !== "string") return new DeviceError(status >= 500 ? "net.server" : "net.captive", details);
  return new DeviceError(error.code, details, undefined, { vi: error.message_vi, en: error.message });
}

/** @param {string|undefined} token @returns {Record<string, string>} */
function bearer(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @param {unknown} cause */
function world_failure(cause) {
  return new DeviceError(cause instanceof DOMException && cause.name === "AbortError" ? "net.timeout" : "net.offline", {}, cause);
}

/** @param {BufferSource} bytes @returns {any} the JSON object, or null */
function parsed(bytes) {
  try {
    const value = JSON.parse(text_of(bytes));
    return value && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** @param {import("../sync/crypto.js").Bytes} plain */
async function gzip(plain) {
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

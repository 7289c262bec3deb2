/**
 * Attachments (P-20): their names, the chunks they travel in, and what the server's signed word about them changes.
 *
 * A file answer is `<sha256>.<extension>`; the sha256 of the bytes names the blob everywhere. At rest and on the road a
 * blob is a row of chunks, each encrypted under the blob's own key; that key lies in the vault and, sealed, beside it,
 * so that the same bytes are safe on a stolen device and can be sent without the PIN (P-17).
 */
import { sha } from "./crypto.js";

/** @typedef {import("./crypto.js").Bytes} Bytes */
/** @typedef {{blob: string, state: "stored"|"wanted"|"unknown", have: number[]}} BlobLine have: the chunks the server holds of a wanted one */
/** @typedef {{req: string, epoch: string, device: string, server_time: string, blobs: BlobLine[]}} BlobAnswer */

/** Bytes of a chunk before encryption; the last one may be shorter. */
export const CHUNK = 262_144;
export const KEY_BYTES = 32;
export const MAX_BLOB = 32 * 1024 * 1024; // bytes
/** Blobs in one question; as many as an op may name. */
export const MAX_ASKED = 100;

const ANSWER = /^([0-9a-f]{64})\.([a-z0-9]{1,8})$/;
/** @type {Record<string, string>} */
const MEDIA_TYPES = {
  jpg: "image/jpeg", png: "image/png", webp: "image/webp", gif: "image/gif", mp3: "audio/mpeg",
  m4a: "audio/mp4", ogg: "audio/ogg", webm: "audio/webm", wav: "audio/wav", pdf: "application/pdf",
  txt: "text/plain", csv: "text/csv",
};
const EXTENSIONS = new Map(Object.entries(MEDIA_TYPES).map(([extension, media_type]) => [media_type, extension]));
const SUFFIX = /[^]\.([A-Za-z0-9]{1,8})$/;
const UNKNOWN_TYPE = "application/octet-stream";

/**
 * The answer that a file question gets for these bytes.
 * @param {Bytes} data
 * @param {string} [name] of the file
 * @param {string} [media_type] MIME
 */
export async function file_answer(data, name = "", media_type = "") {
  return `${await sha(data)}.${extension_of(name, media_type)}`;
}

/** By the media type where it is known, else the file name's own, else "bin". @param {string} name @param {string} media_type */
function extension_of(name, media_type) {
  return EXTENSIONS.get(media_type.split(";")[0].trim().toLowerCase()) ?? SUFFIX.exec(name)?.[1].toLowerCase() ?? "bin";
}

/** The sha256 in a file answer; null for anything else. @param {unknown} answer @returns {string|null} */
export function blob_of(answer) {
  return (typeof answer === "string" && ANSWER.exec(answer)?.[1]) || null;
}

/** The MIME type a file answer's extension stands for. @param {string} answer */
export function media_type_of(answer) {
  return MEDIA_TYPES[answer.slice(answer.lastIndexOf(".") + 1)] ?? UNKNOWN_TYPE;
}

/** What an op with these file answers names in `blobs`: each once, in order of the hash. @param {Iterable<unknown>} answers @returns {string[]} */
export function blobs_of(answers) {
  const blobs = [...answers].map(blob_of).filter((blob) => blob !== null);
  return [...new Set(blobs)].sort();
}

// Chunks.

/** @param {number} size */
export function chunk_count(size) {
  return Math.ceil(size / CHUNK);
}

/** For what a blob's key is sealed: a key sealed for one blob opens no other's. @param {string} blob */
export function key_use(blob) {
  return `file/1/${blob}`;
}

/**
 * A chunk at rest and on the road. The key is this blob's alone, so the chunk's number is nonce enough.
 * @param {Bytes} key fresh random bytes, never used for other data
 * @param {number} i
 * @param {Bytes} data
 * @returns {Promise<Bytes>}
 */
export async function encrypt_chunk(key, i, data) {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(i) }, await aes_key(key), data));
}

/**
 * @param {Bytes} key
 * @param {number} i
 * @param {Bytes} sealed
 * @returns {Promise<Bytes>}
 * @throws {DOMException} another key's, another place's, or altered
 */
export async function decrypt_chunk(key, i, sealed) {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce(i) }, await aes_key(key), sealed));
}

/** All chunks of a blob. @param {Bytes} key @param {Bytes} data @returns {Promise<Bytes[]>} */
export function encrypt_blob(key, data) {
  const numbers = Array.from({ length: chunk_count(data.length) }, (_, i) => i);
  return Promise.all(numbers.map((i) => encrypt_chunk(key, i, data.slice(i * CHUNK, (i + 1) * CHUNK))));
}

/** @param {number} i */
function nonce(i) {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint32(8, i);
  return bytes;
}

/** @param {Bytes} raw */
function aes_key(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

// What the server says about blobs.

/**
 * What a verified answer changes for blobs that wait. One of another epoch or device changes nothing (I7).
 * @param {{blob: string, size: number}[]} waiting
 * @param {BlobAnswer} answer
 * @param {{epoch: string, device: string}} now
 * @returns {{stored: string[], missing: [blob: string, i: number][], unknown: string[]}} confirmed; chunks still
 *   wanted, blob by blob in the order asked; blobs that wait for their op
 */
export function take_blobs(waiting, answer, { epoch, device }) {
  if (answer.epoch !== epoch || answer.device !== device) return { stored: [], missing: [], unknown: [] };
  const said = new Map(answer.blobs.map((line) => [line.blob, line]));
  const in_state = (/** @type {BlobLine["state"]} */ state) => waiting.filter(({ blob }) => said.get(blob)?.state === state);
  return {
    stored: in_state("stored").map(({ blob }) => blob),
    missing: in_state("wanted").flatMap(({ blob, size }) => {
      const have = new Set(said.get(blob)?.have);
      const numbers = Array.from({ length: chunk_count(size) }, (_, i) => i);
      return numbers.filter((i) => !have.has(i)).map((i) => /** @type {[string, number]} */ ([blob, i]));
    }),
    unknown: in_state("unknown").map(({ blob }) => blob),
  };
}

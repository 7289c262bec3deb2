/**
 * Photos, recordings and files of a record: taken in, shown, swept. `uploads.js` sends and fetches them.
 *
 * A blob is a row beside its chunks, written in one transaction before anything refers to it (P-20). Chunks are
 * encrypted with a key of the blob's own; the row holds that key twice: encrypted in the vault, and sealed to the server.
 */
import { blob_of, chunk_count, decrypt_chunk, encrypt_blob, file_answer, KEY_BYTES, key_use, MAX_BLOB, media_type_of } from "../sync/blobs.js";
import { b64, join_bytes, sha, unb64 } from "../sync/crypto.js";
import { seal } from "../sync/hpke.js";
import { DeviceError } from "./errors.js";
import { random_bytes } from "./ids.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./ledger.js").Ledger} Ledger */
/** @typedef {import("../sync/crypto.js").Bytes} Bytes */
/**
 * What lies unencrypted of a blob, enough to send it without the PIN. Without `ct` this device can no longer read it.
 * @typedef {object} BlobRow
 * @property {string} rec
 * @property {number} size bytes
 * @property {string} sealed its key, sealed to the server, b64
 * @property {boolean} own made here, not fetched
 * @property {number} at_ms when it was attached, by this device's clock
 * @property {number|null} n of the newest own op that names it; null: so far only a draft does
 * @property {string|null} epoch of the server's signed word that it is stored
 * @property {import("../sync/securing.js").Held|null} [held] when the server said that it had it already (I8)
 * @property {string|null} problem why the server would not take it just now
 * @property {Bytes} [iv]
 * @property {Bytes} [ct]
 */
/** @typedef {"here"|"sent"|"missing"} FileState here: the server has not confirmed it yet; missing: not on this device */
/** @typedef {{data: Blob|null, type: string, size: number|null, name: string, state: FileState, error_code?: string}} Shown */

const DAY_MS = 86_400_000;

/**
 * Keep a file for a record.
 * @param {Session} session
 * @param {string} rec
 * @param {{data: Blob, name?: string, type?: string}} file
 * @returns {Promise<{answer: string, size: number}>}
 * @throws {DeviceError} file.unreadable, file.empty, file.too_large, store.full
 */
export async function attach(session, rec, { data, name = "", type = "" }) {
  const plain = await bytes_of(data);
  if (!plain.length) throw new DeviceError("file.empty");
  if (plain.length > MAX_BLOB) throw new DeviceError("file.too_large", { max_bytes: MAX_BLOB });
  const answer = await file_answer(plain, name, type);
  await keep(session, /** @type {string} */ (blob_of(answer)), { rec, plain, name, own: true });
  return { answer, size: plain.length };
}

/** @param {Blob} data @returns {Promise<Bytes>} */
async function bytes_of(data) {
  try {
    return new Uint8Array(await data.arrayBuffer());
  } catch (cause) {
    throw new DeviceError("file.unreadable", {}, cause); // the camera's file is gone, or the disk it lay on
  }
}

/**
 * Encrypt and store a blob, unless it can be read here already.
 * @param {Session} session
 * @param {string} blob
 * @param {{rec: string, plain: Bytes, name?: string, own: boolean}} file
 */
export async function keep({ ledger, clock }, blob, { rec, plain, name = "", own }) {
  const key = random_bytes(KEY_BYTES);
  const chunks = await encrypt_blob(key, plain);
  await ledger.row(rec); // refuses where there is no such record
  await ledger.write(async ({ head }) => {
    const kept = /** @type {BlobRow|null} */ (await ledger.read_plain("blobs", blob));
    if (await read(ledger, blob)) {
      if (!own) return { change: null, result: null };
      return { change: { put: [["blobs", blob, { ...kept, rec, own: true }]] }, result: null };
    }
    const sealed = b64(await seal(head.server.seal, key_use(blob), key));
    const { n = null, epoch = null, problem = null } = kept ?? {};
    const beside = { rec, size: plain.length, sealed, own: own || Boolean(kept?.own), at_ms: clock().getTime(), n, epoch, problem };
    return {
      change: {
        keep: [["blobs", blob, { key: b64(key), name }, beside]],
        put: chunks.map((chunk, i) => ["chunks", chunk_id(blob, i), chunk]),
      },
      result: null,
    };
  });
}

/** @param {string} blob @param {number} i */
export function chunk_id(blob, i) {
  return `${blob}/${i}`;
}

/**
 * The bytes of a blob; null where it is not here, or not whole any more.
 * @param {Ledger} ledger
 * @param {string} blob
 * @returns {Promise<Bytes|null>}
 */
export async function read(ledger, blob) {
  const row = /** @type {BlobRow|null} */ (await ledger.read_plain("blobs", blob));
  const secret = await ledger.read("blobs", blob);
  if (!row || !secret) return null;
  const key = unb64(secret.key);
  const numbers = Array.from({ length: chunk_count(row.size) }, (_, i) => i);
  const chunks = await Promise.all(numbers.map((i) => ledger.read_plain("chunks", chunk_id(blob, i))));
  if (!chunks.every(Boolean)) return null;
  try {
    const plain = join_bytes(...(await Promise.all(chunks.map((chunk, i) => decrypt_chunk(key, i, chunk)))));
    return (await sha(plain)) === blob ? plain : null;
  } catch {
    return null;
  }
}

/**
 * What a screen gets of a file.
 * @param {Session} session
 * @param {string} answer
 * @param {Bytes|null} plain
 * @returns {Promise<Shown>}
 */
export async function shown({ ledger }, answer, plain) {
  const blob = blob_of(answer) ?? "";
  const type = media_type_of(answer);
  const row = /** @type {BlobRow|null} */ (await ledger.read_plain("blobs", blob));
  const { name = "" } = (await ledger.read("blobs", blob)) ?? {};
  if (!plain) return { data: null, type, size: row?.size ?? null, name, state: "missing" };
  return { data: new Blob([plain], { type }), type, size: plain.length, name, state: (await states(ledger, [answer]))[answer] };
}

/** @param {Ledger} ledger @param {string[]} answers @returns {Promise<Record<string, FileState>>} of each file answer */
export async function states(ledger, answers) {
  const { head } = await ledger.now();
  const found = await Promise.all(
    answers.map(async (answer) => {
      const row = /** @type {BlobRow|null} */ (await ledger.read_plain("blobs", blob_of(answer) ?? ""));
      const sent = row && (!row.own || (row.epoch !== null && row.epoch === head.epoch)); // what was fetched came from the server
      return [answer, !row?.ct ? "missing" : sent ? "sent" : "here"];
    }),
  );
  return Object.fromEntries(found);
}

/**
 * Files that own ops name and no signed word of this epoch confirms (P-12), those of the oldest ops first.
 * @param {{id: string, value: BlobRow}[]} rows of the store "blobs"
 * @param {string|null} epoch
 */
export function waiting_files(rows, epoch) {
  const waiting = rows.filter(({ value: { n, epoch: confirmed } }) => n !== null && (!confirmed || confirmed !== epoch));
  return waiting.map(({ id, value }) => ({ ...value, blob: id })).sort((a, b) => Number(a.n) - Number(b.n) || (a.blob < b.blob ? -1 : 1));
}

/** @param {Ledger} ledger @returns {Promise<{count: number, bytes: number}>} */
export async function unsent(ledger) {
  const waiting = waiting_files(await ledger.list_plain("blobs"), (await ledger.now()).head.epoch);
  return { count: waiting.length, bytes: waiting.reduce((sum, { size }) => sum + size, 0) };
}

/**
 * What the op with this number changes for the files it names: they wait from now on.
 * @param {Ledger} ledger
 * @param {string[]} blobs
 * @param {number} n
 * @returns {Promise<["blobs", string, BlobRow][]>}
 */
export async function named_by(ledger, blobs, n) {
  const rows = await Promise.all(blobs.map(async (blob) => ({ blob, row: /** @type {BlobRow|null} */ (await ledger.read_plain("blobs", blob)) })));
  return rows.flatMap(({ blob, row }) => (row?.own ? [["blobs", blob, { ...row, n, epoch: null, held: null, problem: null }]] : []));
}

/**
 * A finalised record names only files that are here, or that it had before.
 * @param {Ledger} ledger
 * @param {import("./rows.js").Row} row
 * @param {string[]} blobs
 * @throws {DeviceError} file.lost
 */
export async function refuse_lost(ledger, { rec, ops }, blobs) {
  if (!blobs.length) return;
  const own = await Promise.all(ops.map(({ h }) => ledger.read("ops", h)));
  const before = JSON.stringify([await ledger.read("records", rec), ...own]);
  const lost = [];
  for (const blob of blobs) if (!before.includes(blob) && !(await read(ledger, blob))) lost.push(blob);
  if (lost.length) throw new DeviceError("file.lost", { blobs: lost });
}

/**
 * Records left this device (P-16): their files can no longer be read here; own ones keep their sealed form (I8).
 * @param {Ledger} ledger
 * @param {string[]} recs
 * @returns {Promise<{put: ["blobs", string, BlobRow][], drop: [import("./store.js").StoreName, string][]}>}
 */
export async function forgotten_files(ledger, recs) {
  const rows = (await ledger.list_plain("blobs")).filter(({ value }) => recs.includes(value.rec));
  return {
    put: rows.flatMap(({ id, value: { iv, ct, ...left } }) => (left.n === null ? [] : [["blobs", id, left]])),
    drop: rows.flatMap(({ id, value }) => (value.n === null ? places_of(id, value) : [])),
  };
}

/** @param {string} blob @param {BlobRow} row @returns {[import("./store.js").StoreName, string][]} where it lies */
export function places_of(blob, { size }) {
  return [["blobs", blob], ...Array.from({ length: chunk_count(size) }, (_, i) => /** @type {["chunks", string]} */ (["chunks", chunk_id(blob, i)]))];
}

/**
 * Remove files that neither an op nor a draft names. What another tab attached within the day may not be in its draft
 * yet.
 * @param {Session} session
 */
export async function sweep({ ledger, clock }) {
  const rows = (await ledger.list_plain("blobs")).filter(
    ({ value }) => value.own && value.n === null && Math.abs(clock().getTime() - value.at_ms) > DAY_MS,
  );
  if (!rows.length) return;
  await ledger.write(async () => {
    const drafts = await Promise.all((await ledger.list_plain("drafts")).map(({ id }) => ledger.read("drafts", id)));
    const said = JSON.stringify(drafts);
    return { change: { drop: rows.filter(({ id }) => !said.includes(id)).flatMap(({ id, value }) => places_of(id, value)) }, result: null };
  });
}

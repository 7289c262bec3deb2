/**
 * Sending files after the ops that name them, chunk by chunk, and fetching those of records others made (P-20).
 *
 * What goes out is what lies in the store: chunks the device itself need not open, so a file is sent in the same way
 * with and without the PIN. The server says after each chunk which are still missing; whatever is cut off is asked again.
 */
import { chunk_count, MAX_ASKED, take_blobs } from "../sync/blobs.js";
import { join_bytes, sha } from "../sync/crypto.js";
import { chunk_id } from "./attachments.js";
import { DeviceError } from "./errors.js";

/** @typedef {import("./attachments.js").BlobRow & {blob: string}} Waiting */
/** @typedef {import("../sync/crypto.js").Bytes} Bytes */
/**
 * @typedef {object} Road
 * @property {import("./wire.js").Wire} wire
 * @property {string} device
 * @property {string|null} epoch whose word counts; null: that of the first answer, for a vault nobody can open
 * @property {{server_sign: (body: any) => Promise<string>, token?: string}} trust
 * @property {Places} places
 * @property {() => Promise<void>} between called before each chunk, so that what was finalised meanwhile goes first
 * @property {(done: number, total: number) => void} tell chunks
 */
/**
 * Where the files of one vault lie, with or without its PIN.
 * @typedef {object} Places
 * @property {(id: string) => Promise<Bytes|undefined|null>} chunk
 * @property {(blob: string, change: {epoch?: string, problem: string|null}) => Promise<void>} note
 */

/** The next file would not fit either. */
const NO_ROOM = new Set(["blob.device_full", "blob.store_full"]);

/**
 * A file the server refuses delays no other (I10).
 * @param {Road} road
 * @param {Waiting[]} waiting
 * @throws {DeviceError} net.*, or that the server has no room
 */
export async function send_files(road, waiting) {
  const total = waiting.reduce((sum, { size }) => sum + chunk_count(size), 0);
  let done = 0;
  for (let at = 0; at < waiting.length; at += MAX_ASKED) {
    const part = waiting.slice(at, at + MAX_ASKED);
    const asked = { device: road.device, blobs: part.map(({ blob, size }) => ({ blob, size })) };
    const { missing } = await take(road, part, (await road.wire.post("blobs/ask", asked, "blob", road.trust)).body);
    for (const file of part) {
      const wanted = missing.filter(([blob]) => blob === file.blob).map(([, i]) => i);
      const count = chunk_count(file.size);
      await send_file(road, file, wanted, (left) => road.tell(done + count - left, total));
      done += count;
    }
  }
}

/** @param {Road} road @param {Waiting} file @param {number[]} missing @param {(left: number) => void} tell */
async function send_file(road, { blob, size, sealed }, missing, tell) {
  while (missing.length) {
    tell(missing.length);
    await road.between();
    const [i] = missing;
    const chunk = await road.places.chunk(chunk_id(blob, i));
    if (!chunk) return road.places.note(blob, { problem: "file.lost" });
    let answer;
    try {
      answer = await road.wire.put(`blobs/${blob}/${i}`, { device: road.device, size: String(size) }, { body: chunk, key: sealed }, "blob", road.trust);
    } catch (error) {
      if (!(error instanceof DeviceError) || !error.code.startsWith("blob.")) throw error;
      await road.places.note(blob, { problem: error.code });
      if (NO_ROOM.has(error.code)) throw error;
      return;
    }
    const after = (await take(road, [{ blob, size }], answer.body)).missing.map(([, left]) => left);
    if (after.length >= missing.length) return; // nothing won: the next round tries again
    missing = after;
  }
}

/** @param {Road} road @param {{blob: string, size: number}[]} part @param {import("../sync/blobs.js").BlobAnswer} answer */
async function take(road, part, answer) {
  road.epoch ??= answer.epoch;
  if (answer.epoch !== road.epoch) throw new DeviceError("net.server"); // restored since hello: the next round greets it anew
  const taken = take_blobs(part, answer, { epoch: road.epoch, device: road.device });
  for (const blob of taken.stored) await road.places.note(blob, { epoch: road.epoch, problem: null });
  return taken;
}

/** @param {import("./ledger.js").Ledger} ledger @returns {Places} of an open vault */
export function places_in(ledger) {
  return {
    chunk: (id) => ledger.read_plain("chunks", id),
    note: (blob, change) =>
      ledger.write(async () => {
        const row = await ledger.read_plain("blobs", blob);
        return { change: row && { put: [["blobs", blob, { ...row, ...change }]] }, result: undefined };
      }),
  };
}

/** @param {import("./store.js").Store} store @param {string} vault @returns {Places} of a vault nobody can open */
export function places_outside(store, vault) {
  return {
    chunk: (id) => store.get("chunks", [vault, id]),
    note: async (blob, change) => {
      const row = await store.get("blobs", [vault, blob]);
      await store.commit({ put: [["blobs", [vault, blob], { ...row, ...change }]] });
    },
  };
}

/**
 * The bytes of a file somebody else attached. Its name, out of a signed page, is its proof.
 * @param {import("./wire.js").Wire} wire
 * @param {string} token
 * @param {string} blob
 * @returns {Promise<Bytes>}
 * @throws {DeviceError} blob.unknown, blob.not_arrived, net.*
 */
export async function fetch_file(wire, token, blob) {
  const { bytes: first, size } = await wire.blob_chunk(blob, 0, token);
  const chunks = [first];
  for (let i = 1; i < chunk_count(size); i++) chunks.push((await wire.blob_chunk(blob, i, token)).bytes);
  const plain = join_bytes(...chunks);
  if ((await sha(plain)) !== blob) throw new DeviceError("net.file", { hash: blob });
  return plain;
}

/**
 * This phone's own bundles: what waits, as files that anybody may carry to the server; and the server's word brought back.
 * Making one changes nothing about what waits: only the server's signed word does (P-06). The twin of client/bundles.py.
 */
import { chunk_count, take_blobs } from "../sync/blobs.js";
import { BundleError, file_name, gunzip, read_bundle, split_up, write_bundle } from "../sync/bundles.js";
import { b64, key_id, sha, text_of, unb64, utf8 } from "../sync/crypto.js";
import { make_copy } from "../sync/copies.js";
import { unseal } from "../sync/hpke.js";
import { adopt_keys, verify_signed } from "../sync/messages.js";
import { take_receipt } from "../sync/receipts.js";
import { answers } from "../sync/shapes.js";
import { chunk_id, waiting_files } from "./attachments.js";
import { local_iso } from "./clock.js";
import { DeviceError } from "./errors.js";
import { keep_word } from "./hello.js";
import { BYTES } from "./library.js";
import { drop_lost_scopes, take_page } from "./pull.js";
import { keep_verdicts, waiting_ops } from "./push.js";
import { places_in } from "./uploads.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("../sync/messages.js").Signed} Signed */

const DOWN = "down/1";

/**
 * Files with all that has no receipt.
 * @param {Session} session
 * @param {Signed} cert
 * @returns {Promise<{id: string, ops: number, attachments: number, files: {name: string, text: string}[]}>}
 * @throws {DeviceError} bundle.nothing
 */
export async function make(session, cert) {
  const { ledger, library, device } = session;
  const { head } = await ledger.now();
  const ops = await Promise.all((await waiting_ops(session)).map(async ({ h, n, wire }) => {
    const copy = wire && (await make_copy(h, wire, recipients_of(head.reviewers ?? [], JSON.parse(wire.header).scope)));
    return { h, n, sealed: (await ledger.read_plain("sealed", h)).sealed, ...(copy && { copy }) };
  }));
  const files = waiting_files(await ledger.list_plain("blobs"), head.epoch);
  if (!ops.length && !files.length) throw new DeviceError("bundle.nothing");
  const made_at = local_iso(session.clock());
  const id = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const kept = await ledger.list_plain("cursors");
  const cursors = Object.fromEntries(kept.filter(({ value }) => value.epoch === head.epoch).map(({ id: scope, value }) => [scope, { gen: value.gen, cursor: value.cursor }]));
  const missing = new Set((await library.missing(head)).map(({ hash }) => hash));
  const have = head.documents.map(({ hash }) => hash).filter((hash) => !missing.has(hash)).sort();
  const common = { id, device, server: await key_id(head.server.sign), made_at, cert, cursors, have };
  const parts = split_up(common, ops, await chunks(session, files));
  const who = JSON.parse(cert.text).device_name;
  const made = await Promise.all(parts.map(async (part) => ({ name: file_name("up", who, made_at, part.part, part.parts), text: await write_bundle("up", part) })));
  await ledger.write(async () => ({ change: { head: { handed: { at: made_at, ops: ops.length, files: files.length, last_n: Math.max(0, ...ops.map(({ n }) => n)) } } }, result: null }));
  return { id, ops: ops.length, attachments: files.length, files: made };
}

/** The reviewers' devices that the server named for a scope. @param {import("./ledger.js").Reviewer[]} named @param {string} scope @returns {[string, string][]} */
function recipients_of(named, scope) {
  return named.filter(({ scopes }) => scopes.includes(scope)).map(({ device, seal_key }) => [device, seal_key]);
}

/** @param {Session} session @param {(import("./attachments.js").BlobRow & {blob: string})[]} files */
async function chunks({ ledger }, files) {
  const found = [];
  for (const { blob, size, sealed: key } of files) {
    for (let i = 0; i < chunk_count(size); i++) {
      const chunk = await ledger.read_plain("chunks", chunk_id(blob, i));
      if (!chunk) {
        await places_in(ledger).note(blob, { problem: "file.lost" });
        break;
      }
      found.push({ blob, size, i, key, data: b64(chunk) });
    }
  }
  return found;
}

/** @param {string} text @throws {DeviceError} bundle.* */
export async function read(text) {
  try {
    return await read_bundle(text);
  } catch (error) {
    throw error instanceof BundleError ? new DeviceError(error.code, {}, error) : error;
  }
}

/**
 * Take the server's word out of a bundle as if a network had brought it.
 * @param {Session} session
 * @param {Signed} cert
 * @param {any} content
 * @returns {Promise<{settled: number, changed: number, documents: number, made_at: string, late: boolean}>}
 * @throws {DeviceError} bundle.other_device, bundle.other_server, bundle.damaged
 */
export async function open_down(session, cert, content) {
  const { ledger, library, device } = session;
  if (content.device !== device) throw new DeviceError("bundle.other_device");
  const says = await believed(session, cert, content.sealed);
  const { head } = await ledger.now();
  const late = says.server_time < (head.server_time ?? "");
  const opened = { settled: 0, changed: 0, documents: 0, made_at: says.server_time, late };
  if (late && says.epoch !== head.epoch) return opened; // of a life of the server that has ended
  for (const { kind, hash } of says.documents) {
    const text = says.texts[hash];
    if (text === undefined || (await sha(BYTES.has(kind) ? unb64(text) : utf8(text))) !== hash) continue;
    await library.add(hash, text);
    opened.documents += 1;
  }
  if (!late) {
    // What a network said since is newer.
    await keep_word(session, says);
    await drop_lost_scopes(session);
  }
  for (const page of says.pages) opened.changed += await take_page(session, page);
  const epoch = (await ledger.now()).head.epoch ?? "";
  const taken = take_receipt(await waiting_ops(session), says, { epoch, device });
  if (taken.settled.length) await keep_verdicts(session, says, { ...taken, stuck: [] }, null);
  opened.settled = taken.settled.length;
  const files = waiting_files(await ledger.list_plain("blobs"), epoch);
  for (const blob of take_blobs(files, says, { epoch, device }).stored) await places_in(ledger).note(blob, { epoch, problem: null });
  return opened;
}

/** What the server said, if it is sealed to this device and signed by the server it knows. @param {Session} session @param {Signed} cert @param {string} sealed */
async function believed({ ledger, device }, cert, sealed) {
  const { head } = await ledger.now();
  let signed, offered;
  try {
    const packed = await unseal(await ledger.seal_keys(JSON.parse(cert.text).seal_key), DOWN, unb64(sealed));
    signed = JSON.parse(text_of(await gunzip(packed)));
    offered = JSON.parse(signed.text).server_keys;
  } catch (cause) {
    throw new DeviceError("bundle.damaged", {}, cause);
  }
  const server = (await adopt_keys(head.server, offered)) ?? head.server;
  const says = await verify_signed(signed, "down", server.sign);
  if (!says || says.device !== device) throw new DeviceError("bundle.other_server");
  if (!answers("down", "", says)) throw new DeviceError("bundle.damaged"); // signed, and not what a bundle says
  return says;
}

/**
 * The road outside the PIN (P-17): the copies sealed to the server key, and files whose keys are, sent for a vault
 * nobody can open. They stay on the device after they are received (I8), and whatever could not be sent is tried again
 * with every later round.
 */
import { adopt_keys } from "../sync/messages.js";
import { take_receipt } from "../sync/receipts.js";
import { waiting_files } from "./attachments.js";
import { DeviceError } from "./errors.js";
import { places_outside, send_files } from "./uploads.js";

const AT_ONCE = 50;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./wire.js").Wire} wire
 * @param {import("./enrolment.js").VaultRow} row
 * @returns {Promise<{sent: number, waiting: number}>}
 * @throws {DeviceError} net.* after what was received was noted
 */
export async function send_sealed(store, wire, { vault, device, cert }) {
  const { server, epoch: last_epoch } = await store.get("heads", [vault, "head"]);
  const server_sign = async (/** @type {any} */ body) => (body.server_keys && (await adopt_keys(server, body.server_keys))?.sign) || server.sign;
  const copies = (await store.list("sealed", vault)).filter(({ value }) => !value.epoch || value.epoch !== last_epoch);
  copies.sort((a, b) => a.value.n - b.value.n);
  let sent = 0;
  for (let at = 0; at < copies.length; at += AT_ONCE) {
    const part = copies.slice(at, at + AT_ONCE);
    const content = { device, cert, sealed: part.map(({ value }) => value.sealed) };
    const { body: receipt } = await wire.post("bundles", content, "receipt", { server_sign });
    const outbox = part.map(({ id, value }) => ({ h: id, value }));
    // Nobody said hello here, so the receipt's own epoch is the newest one known.
    const { settled } = take_receipt(outbox, receipt, { epoch: receipt.epoch, device });
    const stored = new Set(settled.map(({ h }) => h));
    await store.commit({
      put: outbox.filter(({ h }) => stored.has(h)).map(({ h, value }) => ["sealed", [vault, h], { ...value, epoch: receipt.epoch }]),
    });
    sent += stored.size;
  }
  const road = { wire, device, epoch: null, trust: { server_sign }, places: places_outside(store, vault) };
  const files = waiting_files(await store.list("blobs", vault), last_epoch);
  await send_files({ ...road, between: async () => {}, tell: () => {} }, files);
  return { sent, waiting: copies.length - sent };
}

/**
 * The same for a person who waits for the answer: without a network it says so, and a later round sends.
 * @param {import("./store.js").Store} store
 * @param {import("./wire.js").Wire} wire
 * @param {import("./enrolment.js").VaultRow} row
 * @returns {Promise<{sent: number, waiting: number, error_code?: string}>}
 */
export async function send_sealed_now(store, wire, row) {
  try {
    return await send_sealed(store, wire, row);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const waiting = (await store.list("sealed", row.vault)).filter(({ value }) => !value.epoch).length;
    return { sent: 0, waiting, error_code: error.code };
  }
}

/**
 * Following the server to another address: heard of from itself, or typed by a person; believed from its key alone.
 *
 * The app stays at the address it was installed from. Whoever answers at the new one must sign with the key this device
 * has pinned, and name that very address; until then nothing but a random number is sent to it. The twin of
 * client/address.py.
 */
import { DeviceError } from "./errors.js";
import { trusted } from "./hello.js";
import { Wire } from "./wire.js";

/** @typedef {import("./session.js").Session} Session */

/** Where the service worker (sw.js) reads which address this app may call besides its own. */
const ALLOWED = "chungsuc-address";
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const FINAL = new Set(["server.other", "server.elsewhere"]);

/** The origin in what a person typed or pasted. @param {string} text @throws {DeviceError} server.address */
export function read_address(text) {
  const typed = text.trim();
  try {
    const { protocol, hostname, origin, username } = new URL(typed.includes("://") ? typed : `https://${typed}`);
    if (!username && (protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname)))) return origin;
  } catch {
    // no address at all
  }
  throw new DeviceError("server.address");
}

/** From its next start on the app may call this address: its page says so to the browser. @param {string} address */
export async function allow(address) {
  await globalThis.caches?.open(ALLOWED).then((cache) => cache.put(new URL("/app/", location.href).href, new Response(address)));
}

/**
 * Change over to the address that was heard of, if the server is there. One that cannot be reached just now is tried again
 * in the next round; one where somebody else answers is forgotten.
 * @param {Session} session
 * @param {typeof fetch|undefined} fetcher
 * @returns {Promise<{moved?: string, refused?: DeviceError}>}
 */
export async function follow(session, fetcher) {
  const told = (await session.ledger.now()).head.next_address;
  if (!told || told === session.origin) return {};
  await allow(told);
  const refused = await refusal(session, new Wire(told, fetcher));
  if (!refused || FINAL.has(refused.code)) {
    const address_problem = refused && { address: told, code: refused.code };
    await session.ledger.write(async () => ({ change: { head: { next_address: null, address_problem } }, result: null }));
  }
  return refused ? { refused } : { moved: told };
}

/** @param {Session} session @param {Wire} wire @returns {Promise<DeviceError|null>} */
async function refusal(session, wire) {
  try {
    const { body } = await wire.post("address", {}, "address", { server_sign: trusted(session) });
    return body.address === wire.origin ? null : new DeviceError("server.elsewhere");
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return error.code === "net.unsigned" ? new DeviceError("server.other") : error;
  }
}

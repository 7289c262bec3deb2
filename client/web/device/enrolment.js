/**
 * Enrolment: a one-time link becomes a device with keys of its own and a vault (P-15, P-18).
 *
 * The new keys are kept before the code is spent: when the answer is lost, the same link tried again sends the same
 * keys, and the server answers the same.
 */
import { key_id, point_of, sha, sign, utf8 } from "../sync/crypto.js";
import { verify_signed } from "../sync/messages.js";
import { DeviceError } from "./errors.js";
import { first_head } from "./ledger.js";
import { make_locks, new_device_keys, open_vault, pin_is_strong_enough } from "./vault.js";

/** @typedef {{origin: string, code: string, key: string}} Link */
/**
 * A vault's row outside the PIN.
 * @typedef {object} VaultRow
 * @property {string} vault
 * @property {string} device
 * @property {string} name the phone's, as given
 * @property {string} person_id
 * @property {string} person_name
 * @property {boolean} demo
 * @property {string} origin of the server
 * @property {import("../sync/messages.js").Signed} cert
 * @property {import("./vault.js").Locks} locks
 * @property {string|null} [agreed_at] when this person agreed to what the device holds
 * @property {"active"|"forgotten"|"replaced"} state
 */

/**
 * `<origin>/app/#enrol=<code>.<server sign key id>`
 * @param {string} link
 * @returns {Link}
 * @throws {DeviceError} enrol.link
 */
export function read_link(link) {
  const parts = /^(https?:\/\/[^/]+)\/app\/#enrol=([A-Za-z0-9_-]+)\.([0-9a-f]{16})$/.exec(link.trim());
  if (!parts) throw new DeviceError("enrol.link");
  return { origin: parts[1], code: parts[2], key: parts[3] };
}

/**
 * The key an answer to an enrolment must be signed by: the one the link names.
 * @param {Link} link
 */
function named_key({ key }) {
  return async (/** @type {any} */ body) => {
    const point = body?.server_keys?.sign;
    if (typeof point !== "string" || (await key_id(point).catch(() => "")) !== key) throw new DeviceError("enrol.server_key");
    return point;
  };
}

/** Who the link is for, without spending it. @param {import("./wire.js").Wire} wire @param {Link} link */
export async function peek(wire, link) {
  const { body } = await wire.post("enrol/peek", { code: link.code }, "enrol", { server_sign: named_key(link) });
  const { person_name, unit_name, campaign, demo } = body;
  return { person_name, unit_name, campaign, demo };
}

/**
 * @param {import("./store.js").Store} store
 * @param {import("./wire.js").Wire} wire
 * @param {Link} link
 * @param {{pin: string, name: string, agreed_at?: string|null}} given agreed_at: when the person agreed to what the device holds
 * @returns {Promise<string>} the new vault
 * @throws {DeviceError} vault.pin_weak, enrol.*, net.*
 */
export async function enrol(store, wire, link, { pin, name, agreed_at = null }) {
  if (!pin_is_strong_enough(pin)) throw new DeviceError("vault.pin_weak");
  const trial = `enrol:${await sha(utf8(link.code))}`;
  const { device, keys } = await kept_keys(store, trial);
  const sign_key = await point_of(keys.sign.publicKey);
  const seal_key = await point_of(keys.seal.publicKey);
  const proof = await sign(keys.sign.privateKey, "enrol", utf8(link.code));
  const vault = device; // one vault is one device: one id serves both
  const locks = await make_locks(vault, pin, keys);
  await prove(store, vault, locks, pin);
  const asked = { code: link.code, device, sign_key, seal_key, name, proof };
  const { body } = await wire.post("enrol", asked, "enrol", { server_sign: named_key(link) });
  if (!(await verify_signed(body.cert, "cert", body.server_keys.sign))) throw new DeviceError("enrol.server_key");
  const { person, epoch, server_time, server_keys: server } = body;
  /** @type {VaultRow} */
  const row = {
    vault, device, name, person_id: person.id, person_name: person.name, demo: Boolean(person.demo ?? body.demo),
    origin: wire.origin, cert: body.cert, locks, agreed_at, state: "active",
  };
  const older = (await store.list("vaults", "")).filter(({ value }) => value.state === "forgotten" && value.person_id === person.id);
  await store.commit({
    put: [
      ["vaults", ["", vault], row],
      ["heads", [vault, "head"], first_head({ epoch, server_time, server, person })],
      .../** @type {[import("./store.js").StoreName, import("./store.js").Key, any][]} */ (
        older.map(({ id, value }) => ["vaults", ["", id], { ...value, state: "replaced" }])
      ),
    ],
    drop: [["device", ["", trial]], ["device", ["", `proof:${vault}`]]],
  });
  return vault;
}

/**
 * What this device keeps can be opened again with this PIN: a record is written, read back and decrypted by what lies in
 * the store. Before the code is spent, because afterwards it is too late to find out.
 * @param {import("./store.js").Store} store @param {string} vault @param {import("./vault.js").Locks} locks @param {string} pin
 * @throws {DeviceError} store.not_read_back
 */
async function prove(store, vault, locks, pin) {
  const said = { proof: vault };
  const kept = await (await open_vault(vault, locks, pin))?.encrypt("device", "proof", said);
  await store.commit({ put: [["device", ["", `proof:${vault}`], { locks, kept }]] });
  const back = await store.get("device", ["", `proof:${vault}`]);
  const opened = back && (await open_vault(vault, back.locks, pin));
  const read = opened && (await opened.decrypt("device", "proof", back.kept).catch(() => null));
  if (read?.proof !== vault) throw new DeviceError("store.not_read_back");
}

/**
 * @param {import("./store.js").Store} store
 * @param {string} trial
 * @returns {Promise<{device: string, keys: import("./vault.js").DeviceKeys}>}
 */
async function kept_keys(store, trial) {
  const known = await store.get("device", ["", trial]);
  if (known) return known;
  const fresh = { device: crypto.randomUUID(), keys: await new_device_keys() };
  await store.commit({ put: [["device", ["", trial], fresh]] });
  return fresh;
}

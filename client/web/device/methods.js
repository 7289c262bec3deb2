/** The device interface's methods (ARCHITECTURE.md); both implementations are called through this one list. */

export const METHODS = /** @type {const} */ ([
  "status", "peek_enrolment", "enrol", "unlock", "lock", "forgot_pin", "home", "program", "env", "start", "open",
  "save_draft", "discard_draft", "restore_draft", "finalise", "list", "void", "comment", "sync", "outbox", "settings",
  "set_settings", "set_server", "attach", "file", "media", "alike", "make_bundle", "take_bundle", "carried", "slip", "give_back", "drives", "take_from_drive", "write_to_drive",
  "queue", "review", "step", "step_all", "overview",
]);

/** @typedef {typeof METHODS[number]} Method */
/** @typedef {EventTarget & Record<Method, (asked?: any) => Promise<any>>} Device */

/**
 * An object with every method of the interface, each handed to `call`; fires "change".
 * @param {(method: Method, asked: any) => Promise<any>} call rejects with a DeviceError
 * @returns {Device}
 */
export function make_device(call) {
  const device = /** @type {any} */ (new EventTarget());
  for (const method of METHODS) device[method] = (/** @type {any} */ asked = {}) => call(method, asked);
  return device;
}

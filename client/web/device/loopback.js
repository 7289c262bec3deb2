/** The device interface over the desktop's loopback server: the same names, JSON in and out; changes by long poll. */
import { DeviceError, notice } from "./errors.js";
import { medium } from "./lists.js";
import { make_device } from "./methods.js";

const RETRY_MS = 2000;

/**
 * @param {string} method
 * @param {any} asked
 */
async function post(method, asked) {
  let answer;
  try {
    const response = await fetch(`/device/${method}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    answer = await response.json();
  } catch (cause) {
    throw new DeviceError("device.failure", {}, cause); // the window outlived its server
  }
  if (!answer.error) return answer;
  const { code, details, message_vi: vi, message_en: en } = answer.error;
  throw new DeviceError(code, details, undefined, { vi, en });
}

/** What lies in a file, as base64. @param {Blob} data @returns {Promise<string>} @throws {DeviceError} file.unreadable */
function base64_of(data) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(new DeviceError("file.unreadable", {}, reader.error));
    reader.readAsDataURL(data);
  });
}

/** @param {string} base64 @param {string} type */
function blob_from(base64, type) {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type });
}

/** @param {any} settings as the laptop knows them: a problem by its code alone */
function with_words({ address_problem, ...settings }) {
  return { ...settings, address_problem: address_problem && { ...address_problem, ...notice(address_problem.code) } };
}

/** Files are Blobs to the screens and base64 on this wire. @type {Record<string, (asked: any) => Promise<any>>} */
const WITH_FILES = {
  attach: async (asked) => post("attach", { ...asked, data: await base64_of(asked.data) }),
  file: async (asked) => {
    const { data, ...shown } = await post("file", asked);
    return { ...shown, data: data === null ? null : blob_from(data, shown.type) };
  },
  home: async (asked) => {
    const home = await post("home", asked);
    return { ...home, notices: home.notices.map((/** @type {{code: string}} */ { code }) => notice(code)) };
  },
  settings: async (asked) => with_words(await post("settings", asked)),
  set_server: async (asked) => with_words(await post("set_server", asked)),
  media: async (asked) => {
    const { data } = await post("media", asked);
    return { data: data === null ? null : medium(asked.name, data) };
  },
};

export const device = make_device((method, asked) => WITH_FILES[method]?.(asked) ?? post(method, asked));

/** Tell the screens of changes they did not make: a round that ended, a receipt. */
async function follow_changes() {
  for (let seen = 0; ; ) {
    try {
      const { changes } = await (await fetch(`/device/changes?since=${seen}`)).json();
      if (changes !== seen) device.dispatchEvent(new Event("change"));
      seen = changes;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
void follow_changes();

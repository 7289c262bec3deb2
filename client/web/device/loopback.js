/** The device interface over the desktop's loopback server: the same names, JSON in and out; changes by long poll. */
import { DeviceError } from "./errors.js";
import { make_device } from "./methods.js";

const RETRY_MS = 2000;

/**
 * @param {string} method
 * @param {any} asked
 */
async function call(method, asked) {
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

export const device = make_device(call);

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

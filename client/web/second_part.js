/**
 * The app comes in two packs: what everybody needs from the first minute, and what only some need or need later (the
 * commune's desk, handing over, English). The service worker fetches the second after the first start; until then a
 * screen says that it is not here yet. `server/release.py` divides: what is imported by `import()` is the second part.
 */
import { DeviceError } from "./device/errors.js";

/** Where there is no worker (the laptop's window, a private tab) every file is fetched by itself. */
const worker = () => globalThis.navigator?.serviceWorker?.controller;

/** @returns {Promise<boolean>} whether the whole app is on this device; fetches what is missing where there is a network */
export async function is_whole() {
  const asked = worker();
  if (!asked) return true;
  return new Promise((told) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => told(data);
    asked.postMessage({ type: "whole" }, [port2]);
  });
}

/** @template T @param {() => Promise<T>} load an `import()` or `fetch` of the second part @returns {Promise<T>} @throws {DeviceError} app.part_missing */
export async function from_second_part(load) {
  if (!(await is_whole())) throw new DeviceError("app.part_missing");
  try {
    return await load();
  } catch (error) {
    if (error instanceof TypeError) throw new DeviceError("app.part_missing", {}, error); // how a browser says that a file did not arrive
    throw error;
  }
}

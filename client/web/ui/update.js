/** The service worker: installed once, and a new version waits until its person says now. */
import { is_whole } from "../second_part.js";

const WORKER = "sw.js";
/** @type {Promise<ServiceWorkerRegistration>|undefined} */
let registered;

/** Registered once a page. Rejects where the browser keeps no workers. */
export function worker() {
  registered ??= navigator.serviceWorker.register(trusted(WORKER));
  return registered;
}

/** Only our own worker may be run (`trusted-types chungsuc`). @param {string} url @returns {any} */
function trusted(url) {
  const types = /** @type {any} */ (window).trustedTypes;
  if (!types) return url;
  return types.createPolicy("chungsuc", {
    createScriptURL: (/** @type {string} */ asked) => {
      if (asked !== url) throw new TypeError(asked);
      return asked;
    },
  }).createScriptURL(url);
}

/** @param {(apply: () => void) => void} ready called when a newer version waits */
export async function watch_updates(ready) {
  const { serviceWorker } = navigator;
  const registration = await worker();
  const offer = () => {
    const { waiting } = registration;
    if (!waiting || !serviceWorker.controller) return;
    ready(() => {
      serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage({ type: "activate" });
    });
  };
  offer();
  void is_whole(); // the second part, once this one stands
  window.addEventListener("online", () => void is_whole());
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
}

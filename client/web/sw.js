/**
 * The field app without a network: its files in a cache of their own, a version at a time.
 *
 * The server writes the list of files and their hashes into this file when it serves it, so a new release is a new
 * worker. It fetches what changed, checks every hash, and waits; the person says when (ui/update.js). Calls to the
 * server (/sync/) are never touched.
 */

/** Address below /app/ → sha256; "" is the page itself. @type {Record<string, string>} */
const FILES = {};
/** @type {string} hash of the list; each release has a cache of its own */
const VERSION = "development";

const CACHE = `chungsuc-app-${VERSION}`;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const HOME = new URL("./", worker.location.href).href;

worker.addEventListener("install", (event) => event.waitUntil(fill()));

worker.addEventListener("activate", (event) => event.waitUntil(clean()));

worker.addEventListener("message", (event) => {
  if (event.data?.type === "activate") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || !address.href.startsWith(HOME)) return;
  event.respondWith(answer(request, `${address.origin}${address.pathname}`));
});

/** All files or no new version: a wrong hash means a release in the middle of being put in place, or a damaged answer. */
async function fill() {
  const cache = await caches.open(CACHE);
  for (const [path, sha256] of Object.entries(FILES)) {
    const url = new URL(path, HOME).href;
    const known = await same_in_older(url, sha256);
    const response = known ?? (await fetch(url, { cache: "no-store", credentials: "omit" }));
    if (!response.ok) throw new Error(`${response.status} ${path}`);
    if (!known && (await sha(await response.clone().arrayBuffer())) !== sha256) throw new Error(`changed meanwhile: ${path}`);
    await cache.put(url, response);
  }
}

/** What did not change is not fetched again. @param {string} url @param {string} sha256 */
async function same_in_older(url, sha256) {
  for (const name of await caches.keys()) {
    const response = await (await caches.open(name)).match(url);
    if (response && (await sha(await response.clone().arrayBuffer())) === sha256) return response;
  }
  return null;
}

async function clean() {
  for (const name of await caches.keys()) {
    if (name.startsWith("chungsuc-app-") && name !== CACHE) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** @param {Request} request @param {string} url without query and fragment */
async function answer(request, url) {
  const kept = await (await caches.open(CACHE)).match(url);
  return kept ?? fetch(request);
}

/** @param {ArrayBuffer} bytes */
async function sha(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

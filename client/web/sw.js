/**
 * The field app without a network: its files in a cache of their own, a version at a time.
 *
 * The server writes the hash of the app's pack into this file when it serves it, so a new release is a new worker. It
 * fetches the pack, checks the hash, and waits; the person says when (ui/update.js). Calls to the server (/sync/) are
 * never touched.
 */

/** All files in one answer: on a slow link each request of its own costs more than most files. */
const PACK = { sha256: "", size: 0 };

const CACHE = `chungsuc-app-${PACK.sha256}`;
const LINE_END = 10;
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
  const response = await fetch(new URL("app.pack", HOME).href, { cache: "no-store", credentials: "omit" });
  if (!response.ok || !response.body) throw new Error(`${response.status} app.pack`);
  const pack = await read(response.body);
  if ((await sha(pack)) !== PACK.sha256) throw new Error("app.pack changed meanwhile");
  const head = pack.indexOf(LINE_END);
  /** @type {{headers: Record<string, string>, files: [string, string, number][]}} */
  const { headers, files } = JSON.parse(new TextDecoder().decode(pack.subarray(0, head)));
  const cache = await caches.open(CACHE);
  let at = head + 1;
  for (const [path, type, bytes] of files) {
    const content = pack.slice(at, (at += bytes));
    await cache.put(new URL(path, HOME).href, new Response(content, { headers: { ...headers, "Content-Type": type } }));
  }
}

/** The whole of a stream; whoever looks on hears how far it has come. @param {ReadableStream<Uint8Array>} stream */
async function read(stream) {
  const whole = new Uint8Array(PACK.size);
  const reader = stream.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole.subarray(0, size);
    if (size + value.length > PACK.size) throw new Error("app.pack changed meanwhile");
    whole.set(value, size);
    size += value.length;
    for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) {
      client.postMessage({ type: "fetched", part: size / PACK.size });
    }
  }
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
  if (!kept) return fetch(request);
  return url === HOME ? may_call_the_server(kept) : kept;
}

/** The page may call where the server has moved to (device/address.js), besides its own address. @param {Response} page */
async function may_call_the_server(page) {
  const address = await (await caches.open("chungsuc-address")).match(HOME);
  if (!address) return page;
  const headers = new Headers(page.headers);
  const policy = headers.get("Content-Security-Policy") ?? "";
  headers.set("Content-Security-Policy", policy.replace("connect-src 'self'", `connect-src 'self' ${new URL(await address.text()).origin}`));
  return new Response(page.body, { headers });
}

/** @param {Uint8Array} bytes */
async function sha(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The field app without a network: its files in a cache of their own, a version at a time.
 *
 * The server writes the hashes of the app's two packs into this file when it serves it, so a new release is a new worker.
 * A first visit waits for the first pack alone; the second is fetched once the app has started (second_part.js). A newer
 * version comes with both, and waits; the person says when (ui/update.js). Calls to the server (/sync/) are never touched.
 */

/** Many files in one answer: on a slow link each request of its own costs more than most files. */
const PACKS = [{ name: "", sha256: "", size: 0 }];

const [FIRST, SECOND] = PACKS;
const CACHE = `chungsuc-app-${PACKS.map(({ sha256 }) => sha256.slice(0, 32)).join("-")}`;
const LINE_END = 10;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const HOME = new URL("./", worker.location.href).href;

worker.addEventListener("install", (event) => event.waitUntil(install()));

worker.addEventListener("activate", (event) => event.waitUntil(clean()));

worker.addEventListener("message", (event) => {
  if (event.data?.type === "activate") void worker.skipWaiting();
  if (event.data?.type === "whole") event.waitUntil(second().then(() => true, () => false).then((whole) => event.ports[0].postMessage(whole)));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || !address.href.startsWith(HOME)) return;
  event.respondWith(answer(request, `${address.origin}${address.pathname}`));
});

/** Who has a whole app keeps a whole one. */
async function install() {
  await fill(FIRST);
  if (worker.registration.active) await second();
}

/** @type {Promise<void>|undefined} */
let fetching;

/** The second pack, unless it is here. */
async function second() {
  if (await (await caches.open(CACHE)).match(whole_mark())) return;
  fetching ??= fill(SECOND).finally(() => { fetching = undefined; });
  await fetching;
}

/** What lies in the cache under this address says that the second pack is there to its last file. */
function whole_mark() {
  return new URL(SECOND.name, HOME).href;
}

/** All files or none: a wrong hash means a release in the middle of being put in place, or a damaged answer. @param {typeof FIRST} wanted */
async function fill(wanted) {
  const response = await fetch(new URL(wanted.name, HOME).href, { cache: "no-store", credentials: "omit" });
  if (!response.ok || !response.body) throw new Error(`${response.status} ${wanted.name}`);
  const pack = await read(response.body, wanted);
  if ((await sha(pack)) !== wanted.sha256) throw new Error(`${wanted.name} changed meanwhile`);
  const head = pack.indexOf(LINE_END);
  /** @type {{headers: Record<string, string>, files: [string, string, number][]}} */
  const { headers, files } = JSON.parse(new TextDecoder().decode(pack.subarray(0, head)));
  const cache = await caches.open(CACHE);
  let at = head + 1;
  for (const [path, type, bytes] of files) {
    const content = pack.slice(at, (at += bytes));
    await cache.put(new URL(path, HOME).href, new Response(content, { headers: { ...headers, "Content-Type": type } }));
  }
  if (wanted === SECOND) await cache.put(whole_mark(), new Response());
}

/** The whole of a stream; whoever looks on hears how far it has come. @param {ReadableStream<Uint8Array>} stream @param {typeof FIRST} wanted */
async function read(stream, { name, size: expected }) {
  const whole = new Uint8Array(expected);
  const reader = stream.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole.subarray(0, size);
    if (size + value.length > expected) throw new Error(`${name} changed meanwhile`);
    whole.set(value, size);
    size += value.length;
    for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) {
      client.postMessage({ type: "fetched", part: size / expected });
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
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url);
  if (kept) return url === HOME ? may_call_the_server(kept) : kept;
  // A file of the second part; one fetched by itself might be of another release.
  await second();
  return (await cache.match(url)) ?? fetch(request);
}

/** The page may call where the server has moved to (device/address.js), besides its own address. @param {Response} page */
async function may_call_the_server(page) {
  const address = await caches.match(HOME, { cacheName: "chungsuc-address" });
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

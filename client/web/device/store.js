/**
 * The device's store on IndexedDB: a few calls, one transaction per atomic step. Knows nothing of keys or meanings.
 *
 * Every row has the key [vault, id]; rows of the machine itself have the vault "". A vault's head row carries `step`,
 * which every writing step raises: a step planned on an older one (another tab was faster) writes nothing (P-17).
 */
import { DeviceError } from "./errors.js";

/** @typedef {"device"|"vaults"|"heads"|"ops"|"sealed"|"records"|"drafts"|"sealed_drafts"|"index"|"receipts"|"cursors"|"documents"|"blobs"|"chunks"} StoreName */
/** @typedef {[vault: string, id: string]} Key */
/**
 * One atomic step: all of it or none.
 * @typedef {object} Step
 * @property {{vault: string, step: number}} [expect] write only if this vault's head is still at that step
 * @property {[StoreName, Key, any][]} [put]
 * @property {[StoreName, Key][]} [drop]
 */
/**
 * @typedef {object} Store the port; tests run one contract over each implementation
 * @property {(store: StoreName, key: Key) => Promise<any>} get undefined when there is no such row
 * @property {(store: StoreName, vault: string) => Promise<{id: string, value: any}[]>} list a vault's rows, by id
 * @property {(step: Step) => Promise<boolean>} commit false: the head had moved, nothing was written
 * @property {() => void} close
 */

/**
 * What lies where: `device` settings of the machine · `vaults` what must be readable before the PIN (names, salts,
 * wrapped keys) · `heads` one row a vault, the compare-and-swap · `ops` own signed ops · `sealed` the same, sealed to
 * the server, outside the PIN · `records` the server's documents · `drafts`, `sealed_drafts` · `index` pages of list rows
 * · `receipts` the last verified one · `cursors` of the feed · `documents` forms and campaign, by hash · `blobs`
 * attachments, by hash, and `chunks` their encrypted bytes.
 * @type {StoreName[][]} by the schema version that brought them
 */
const STORES = [
  ["device", "vaults", "heads", "ops", "sealed", "records", "drafts", "sealed_drafts", "index", "receipts", "cursors", "documents"],
  ["blobs", "chunks"],
];

/** What each schema version adds; a version once released never changes. @type {((database: IDBDatabase) => void)[]} */
const MIGRATIONS = STORES.map((brought) => (database) => {
  for (const store of brought) database.createObjectStore(store);
});

/**
 * @param {string} [name]
 * @returns {Promise<Store>}
 * @throws {DeviceError} store.unavailable: the browser refuses storage (a private window, a full disk)
 */
export async function open_store(name = "chungsuc") {
  const database = await opened(name).catch((cause) => {
    throw new DeviceError("store.unavailable", {}, cause);
  });
  return {
    get: (store, key) => settled(database.transaction(store).objectStore(store).get(key)),
    list: (store, vault) => rows_of(database, store, vault),
    commit: (step) => commit(database, step),
    close: () => database.close(),
  };
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
async function opened(name) {
  const request = indexedDB.open(name, MIGRATIONS.length); // where sites may store nothing, even naming it throws
  request.onupgradeneeded = ({ oldVersion }) => MIGRATIONS.slice(oldVersion).forEach((migrate) => migrate(request.result));
  request.onsuccess = () => {
    // A newer app in another tab wants to migrate: step aside; this tab's next call asks for a reload.
    request.result.onversionchange = () => request.result.close();
  };
  return settled(request);
}

/** @param {IDBDatabase} database @param {StoreName} store @param {string} vault */
async function rows_of(database, store, vault) {
  const range = IDBKeyRange.bound([vault], [vault, []]); // in IndexedDB's order an array comes after every text
  const objects = database.transaction(store).objectStore(store);
  const [keys, values] = await Promise.all([settled(objects.getAllKeys(range)), settled(objects.getAll(range))]);
  return keys.map((key, at) => ({ id: /** @type {Key} */ (key)[1], value: values[at] }));
}

/** @param {IDBDatabase} database @param {Step} step @returns {Promise<boolean>} */
async function commit(database, { expect, put = [], drop = [] }) {
  const touched = new Set([...put, ...drop].map(([store]) => store));
  if (expect) touched.add("heads");
  const transaction = database.transaction([...touched], "readwrite", { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => reject(transaction.error);
  });
  done.catch(() => {}); // observed below; an abort before that must not count as unhandled
  if (expect) {
    const head = await settled(transaction.objectStore("heads").get([expect.vault, "head"]));
    if ((head?.step ?? 0) !== expect.step) {
      transaction.abort();
      return false;
    }
  }
  try {
    for (const [store, key, value] of put) transaction.objectStore(store).put(value, key);
    for (const [store, key] of drop) transaction.objectStore(store).delete(key);
    await done;
    return true;
  } catch (cause) {
    const full = cause instanceof DOMException && cause.name === "QuotaExceededError";
    throw new DeviceError(full ? "store.full" : "store.failed", {}, cause);
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

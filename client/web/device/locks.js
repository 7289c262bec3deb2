/** One at a time, across the tabs of this browser: Web Locks, and where they are missing a queue within this page. */

/** @type {Map<string, Promise<unknown>>} */
const queues = new Map();

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function with_lock(name, work) {
  const locks = globalThis.navigator?.locks;
  if (locks) return locks.request(name, work);
  const turn = (queues.get(name) ?? Promise.resolve()).then(work, work);
  queues.set(name, turn.catch(() => {}));
  return turn;
}

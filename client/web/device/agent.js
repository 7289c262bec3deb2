/**
 * When to talk to the server: when there is something to send, when the network comes back, and now and then. One
 * round at a time, over all tabs; never in anyone's way.
 */
import { DeviceError } from "./errors.js";
import { with_lock } from "./locks.js";

/** @typedef {{running: boolean, phase?: string, done: number, total: number, bytes: number, error_code?: string}} Progress */

const CALM_S = 600;
const FIRST_RETRY_S = 15;
const LONGEST_RETRY_S = 900;

/**
 * Seconds until the next round by itself: doubling after each failure, spread over half to one and a half of that, so
 * that a whole market day of phones does not return at once.
 * @param {number} failures in a row
 * @param {number} random 0 to 1
 */
export function next_round_s(failures, random) {
  const mean = failures ? Math.min(FIRST_RETRY_S * 2 ** (failures - 1), LONGEST_RETRY_S) : CALM_S;
  return mean * (0.5 + random);
}

export class Agent {
  #round;
  #tell;
  #lock;
  #failures = 0;
  #again = false;
  #stopped = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {Progress} */
  progress = { running: false, done: 0, total: 0, bytes: 0 };

  /**
   * @param {(tell: (progress: Partial<Progress>) => void) => Promise<void>} round
   * @param {() => void} tell something changed
   * @param {string} lock name of the lock that keeps other tabs from the same round
   */
  constructor(round, tell, lock) {
    this.#round = round;
    this.#tell = tell;
    this.#lock = lock;
    globalThis.addEventListener?.("online", this.wake);
  }

  /** Do a round soon; one that is under way is followed by another, so that nothing finalised meanwhile waits. */
  wake = () => {
    if (this.#stopped) return;
    if (this.progress.running) this.#again = true;
    else void this.#run();
  };

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.wake);
  }

  async #run() {
    clearTimeout(this.#timer);
    this.#set({ running: true, phase: "hello", done: 0, total: 0, bytes: 0, error_code: undefined });
    /** @type {string|undefined} */
    let error_code;
    try {
      await with_lock(this.#lock, () => this.#round((progress) => this.#set(progress)));
      this.#failures = 0;
    } catch (error) {
      error_code = error instanceof DeviceError ? error.code : "device.failure";
      this.#failures += 1;
      if (error_code === "device.failure") console.error(error);
    }
    this.#set({ running: false, phase: undefined, error_code });
    if (this.#stopped) return;
    const soon = this.#again && !error_code;
    this.#again = false;
    this.#timer = setTimeout(this.wake, soon ? 0 : next_round_s(this.#failures, Math.random()) * 1000);
  }

  /** @param {Partial<Progress>} progress */
  #set(progress) {
    this.progress = { ...this.progress, ...progress };
    if (!this.#stopped) this.#tell();
  }
}

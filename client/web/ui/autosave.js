/** Keeps a draft on the device: one save at a time, the newest answers last, and a failed save is told and tried again. */

const RETRY_MS = 3000;

export class Autosave {
  #save;
  #told;
  #dirty = false;
  /** @type {Promise<void> | null} */
  #running = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;

  /**
   * @param {() => Promise<any>} save writes what is on screen now
   * @param {(state: "saving" | "saved" | "failed", error?: any) => void} told
   */
  constructor(save, told) {
    this.#save = save;
    this.#told = told;
  }

  /** An answer changed. */
  changed() {
    this.#dirty = true;
    this.#running ??= this.#run();
  }

  /** Waits until everything is kept. Rejects with the device's error when it is not. */
  async flush() {
    clearTimeout(this.#again);
    while (this.#dirty || this.#running) {
      this.#running ??= this.#run();
      await this.#running;
      if (this.failure) throw this.failure;
    }
  }

  /** @type {any} the last error, until a save succeeds */
  failure = null;

  async #run() {
    this.#told("saving");
    this.failure = null;
    try {
      while (this.#dirty) {
        this.#dirty = false;
        await this.#save();
      }
      this.#told("saved");
    } catch (error) {
      this.#dirty = true;
      this.failure = error;
      this.#told("failed", error);
      this.#again = setTimeout(() => this.#running || this.changed(), RETRY_MS);
    } finally {
      this.#running = null;
    }
  }
}

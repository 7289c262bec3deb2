/** Screens that only some need, or need later: they come with the second part of the app. */
import { from_second_part } from "../../second_part.js";

const LATER = /** @type {Record<string, () => Promise<CustomElementConstructor>>} */ ({
  "cs-queue": async () => (await import("./queue.js")).QueueScreen,
  "cs-review": async () => (await import("./review.js")).ReviewScreen,
  "cs-villages": async () => (await import("./villages.js")).VillagesScreen,
  "cs-hand-over": async () => (await import("./hand_over.js")).HandOverScreen,
  "cs-slip": async () => (await import("./slip.js")).SlipScreen,
  "cs-voices": async () => (await import("./voices.js")).VoicesScreen,
});

/** @param {string} name of a screen, which can be made afterwards @throws {import("../../device/errors.js").DeviceError} app.part_missing */
export async function fetch_screen(name) {
  const screen = await from_second_part(LATER[name]);
  if (!customElements.get(name)) customElements.define(name, screen);
}

/**
 * The first thing that runs: on a first visit the service worker fetches the whole app in one pack, and the app starts
 * from there. Where there is no worker (the laptop's window, a private tab), it starts file by file.
 */
import { worker } from "./ui/update.js";

const kind = document.querySelector('meta[name="chungsuc-device"]')?.getAttribute("content");
if (kind === "browser" && "serviceWorker" in navigator && !navigator.serviceWorker.controller) await first_visit();
await import("./main.js");

/** Until the app is here whole, or cannot be. */
async function first_visit() {
  const registration = await worker().catch(() => null);
  const installing = registration?.installing;
  if (!installing) return;
  const shown = document.querySelector("progress");
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type !== "fetched" || !shown) return;
    shown.hidden = false;
    shown.value = data.part;
  });
  navigator.serviceWorker.startMessages();
  await new Promise((done) => installing.addEventListener("statechange", () => {
    if (["activated", "redundant"].includes(installing.state)) done(null);
  }));
}

/**
 * One round with the server: hello, push what waits, fetch documents, pull what changed. Each step is stored before
 * the next begins, so a round cut anywhere is finished by the next one.
 */
import { DeviceError } from "./errors.js";
import { hello } from "./hello.js";
import { drop_lost_scopes, pull } from "./pull.js";
import { push } from "./push.js";

/** @param {import("./hello.js").Round} round @throws {DeviceError} net.*, or the server's own code */
export async function sync_round(round) {
  round.tell({ phase: "hello", done: 0, total: 1 });
  const greeted = { ...round, token: await hello(round) };
  await push(greeted);
  if ((await round.session.ledger.now()).head.state !== "active") throw new DeviceError("device.revoked");
  await drop_lost_scopes(round.session);
  await fetch_documents(greeted);
  await pull(greeted);
}

/** @param {import("./hello.js").Greeted} round */
async function fetch_documents({ session: { ledger, library }, wire, token, tell }) {
  const missing = await library.missing((await ledger.now()).head);
  for (const [done, { hash }] of missing.entries()) {
    tell({ phase: "documents", done, total: missing.length });
    await library.add(hash, await wire.document(hash, token));
  }
}

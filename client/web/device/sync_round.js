/**
 * One round with the server: hello, push what waits, fetch documents, pull what changed, compare, send files. Each step is
 * stored before the next begins, so a round cut anywhere is finished by the next one.
 */
import { waiting_files } from "./attachments.js";
import { DeviceError } from "./errors.js";
import { hello, trusted } from "./hello.js";
import { BYTES } from "./library.js";
import { drop_lost_scopes, pull, wipe } from "./pull.js";
import { b64 } from "../sync/crypto.js";
import { push } from "./push.js";
import { compare } from "./repair.js";
import { places_in, send_files } from "./uploads.js";

/** @param {import("./hello.js").Round} round @throws {DeviceError} net.*, or the server's own code */
export async function sync_round(round) {
  round.tell({ phase: "hello", done: 0, total: 1 });
  const greeted = { ...round, token: await hello(round) };
  await push(greeted);
  const { state } = (await round.session.ledger.now()).head;
  if (state !== "active") {
    await drop_lost_scopes(round.session); // it holds no grant any more: nothing readable stays (I4)
    if (state === "revoked") await wipe(round.session);
    await send_own_files(greeted);
    throw new DeviceError(`device.${state}`);
  }
  await drop_lost_scopes(round.session);
  await fetch_documents(greeted);
  await pull(greeted);
  await compare(greeted);
  await send_own_files(greeted);
}

/** Files go last, and give way to what is finalised while they do: text before photos (P-20). @param {import("./hello.js").Greeted} round */
async function send_own_files(round) {
  const { session, wire, token, tell } = round;
  const { head } = await session.ledger.now();
  let pushed = head.n;
  const road = {
    wire,
    device: session.device,
    epoch: head.epoch,
    trust: { server_sign: trusted(session), token },
    places: places_in(session.ledger),
    between: async () => {
      const { n } = (await session.ledger.now()).head;
      if (n > pushed) await push(round);
      pushed = n;
    },
    tell: (/** @type {number} */ done, /** @type {number} */ total) => tell({ phase: "files", done, total }),
  };
  await send_files(road, waiting_files(await session.ledger.list_plain("blobs"), head.epoch));
}

/** @param {import("./hello.js").Greeted} round */
async function fetch_documents({ session: { ledger, library }, wire, token, tell }) {
  const missing = await library.missing((await ledger.now()).head);
  for (const [done, { kind, hash }] of missing.entries()) {
    tell({ phase: "documents", done, total: missing.length });
    const bytes = await wire.document(hash, token);
    await library.add(hash, BYTES.has(kind) ? b64(bytes) : new TextDecoder().decode(bytes));
  }
}

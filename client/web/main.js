/** The field app: names the elements, picks the device, shows the first screen. */
import { App } from "./ui/app.js";
import { html } from "./ui/html.js";
import { error_text, load_language } from "./ui/i18n.js";
import { failure } from "./ui/parts.js";
import { PinPad } from "./ui/pin_pad.js";
import { FieldGroup } from "./ui/questions/body.js";
import { ELEMENTS as CONTROLS } from "./ui/questions/controls.js";
import { FieldQuestion } from "./ui/questions/question.js";
import { FieldRepeat } from "./ui/questions/repeat.js";
import { EnrolScreen } from "./ui/screens/enrol.js";
import { FillScreen } from "./ui/screens/fill.js";
import { HomeScreen } from "./ui/screens/home.js";
import { insecure_page } from "./ui/screens/insecure.js";
import { RecordScreen } from "./ui/screens/record.js";
import { RecordsScreen } from "./ui/screens/records.js";
import { SentScreen } from "./ui/screens/sent.js";
import { SettingsScreen } from "./ui/screens/settings.js";
import { SyncScreen } from "./ui/screens/sync.js";
import { UnlockScreen } from "./ui/screens/unlock.js";
import { NotHereScreen } from "./ui/screens/not_here.js";
import { watch_updates } from "./ui/update.js";

const ELEMENTS = {
  ...CONTROLS,
  "cs-app": App,
  "cs-pin-pad": PinPad,
  "cs-question": FieldQuestion,
  "cs-group": FieldGroup,
  "cs-repeat": FieldRepeat,
  "cs-enrol": EnrolScreen,
  "cs-unlock": UnlockScreen,
  "cs-home": HomeScreen,
  "cs-fill": FillScreen,
  "cs-sent": SentScreen,
  "cs-records": RecordsScreen,
  "cs-record": RecordScreen,
  "cs-sync": SyncScreen,
  "cs-settings": SettingsScreen,
  "cs-not-here": NotHereScreen,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);

await load_language("vi");
if (!window.isSecureContext) document.body.replaceChildren(insecure_page());
else {
  const kind = document.querySelector('meta[name="chungsuc-device"]')?.getAttribute("content") ?? "browser";
  const { device } = await import(kind === "loopback" ? "./device/loopback.js" : "./device/browser.js");
  const app = /** @type {App} */ (document.createElement("cs-app"));
  document.body.replaceChildren(app);
  await app.begin(device, kind).catch(cannot_begin);
  if (kind === "browser" && "serviceWorker" in navigator) await watch_updates((apply) => { app.update = apply; });
}

/** Nothing can be kept here, so nothing is asked: what is wrong, what to do, and the try after that. @param {any} error */
function cannot_begin(error) {
  document.body.replaceChildren(html`<main id="main">${failure(error_text(error), () => location.reload(), { home: false })}</main>`);
  if (!error?.code) throw error;
}

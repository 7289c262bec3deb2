/** Small pieces that several screens show: icons, the heading, empty and failed states, state marks. */
import { format_time, ago } from "./format.js";
import { html } from "./html.js";
import { t } from "./i18n.js";

/**
 * An icon takes the colour of its text.
 * @param {string} path below icons/, as `ui/back.svg`
 * @param {Promise<string | null>} [own] address of the campaign's own drawing of that name: it goes before the app's
 */
export function icon(path, own) {
  const node = html`<span class="icon" aria-hidden="true"></span>`;
  /** @param {string} address */
  const draw = (address) => {
    for (const property of ["-webkit-mask-image", "mask-image"]) node.style.setProperty(property, `url("${address}")`);
  };
  draw(new URL(`icons/${path}`, document.baseURI).href);
  void own?.then((address) => address && draw(address));
  return node;
}

/** @param {{title: string, back?: string, side?: any}} parts  back: address of the screen one level up */
export function heading({ title, back, side }) {
  return html`
    <header class="heading">
      ${back && html`<a class="icon-button" href=${back} aria-label=${t("app.back")}>${icon("ui/back.svg")}</a>`}
      <h1 tabindex="-1">${title}</h1>
      ${side}
    </header>`;
}

/** @param {string} text what is missing @param {any} [action] what to do about it */
export function empty(text, action) {
  return html`<div class="empty">${icon("ui/empty.svg")}<p>${text}</p>${action}</div>`;
}

/** @param {string} text @param {() => void} retry @param {{home?: boolean, title?: string}} [more] home: whether there is one to go to */
export function failure(text, retry, { home = true, title = t("error.title") } = {}) {
  return html`
    <div class="failure" role="alert">
      <h1 tabindex="-1">${title}</h1>
      <p>${text}</p>
      <button type="button" @click=${retry}>${t("error.retry")}</button>
      ${home && html`<a class="button quiet" href="#/home">${t("app.home")}</a>`}
    </div>`;
}

export const PHASES = /** @type {{phase: string, label: string, icon: string}[]} the order of the tabs */ ([
  { phase: "draft", label: "phase.draft", icon: "ui/edit.svg" },
  { phase: "waiting", label: "phase.waiting", icon: "ui/clock.svg" },
  { phase: "received", label: "phase.received", icon: "ui/received.svg" },
  { phase: "has_issues", label: "phase.has_issues", icon: "ui/warning.svg" },
  { phase: "approved", label: "phase.approved", icon: "ui/check.svg" },
  { phase: "rejected", label: "phase.rejected", icon: "ui/close.svg" },
]);

/** @param {string} phase @param {string} [label] the workflow's own words for the state */
export function phase_mark(phase, label) {
  const known = PHASES.find((one) => one.phase === phase);
  return html`<span class="phase ${phase}">${known && icon(known.icon)}${label || (known ? t(known.label) : phase)}</span>`;
}

/** A moment in words, the exact time for who asks. @param {string} instant */
export function moment(instant) {
  const { key, n } = ago(instant, Date.now());
  return html`<time datetime=${instant} title=${format_time(instant)}>${t(key, { n })}</time>`;
}

const SYNC_PHASES = /** @type {Record<string, string>} */ ({
  hello: "sync.phase_hello",
  documents: "sync.phase_documents",
  push: "sync.phase_push",
  pull: "sync.phase_pull",
  files: "sync.phase_files",
  carry: "sync.phase_carry",
});

/** What a running round does now; counted where there is something to count. @param {{phase: string, done: number, total: number}} sync */
export function progress_words({ phase, done, total }) {
  const words = t(SYNC_PHASES[phase] ?? "sync.phase_hello");
  return total > 1 ? `${words} ${t("sync.counted", { done, total })}` : words;
}

/**
 * What has not been sent: records, then photos and files, which follow them.
 * @param {number} records
 * @param {{count: number}} files
 */
export function unsent_words(records, { count }) {
  const said = [records && t("home.unsent", { n: records }), count && t("home.unsent_files", { n: count })].filter(Boolean);
  return said.join(", ") || t("home.all_sent");
}

/** One line of a list of records. @param {any} row of device.list @param {string} form_title */
export function record_row(row, form_title) {
  return html`
    <li>
      <a class="row lines ${row.attention ? "attention" : ""}" href=${`#/${row.phase === "draft" ? "fill" : "record"}/${row.rec}`}>
        <span class="row-line"><strong>${row.title || t("record.untitled")}</strong>${phase_mark(row.phase)}</span>
        <span class="row-line quiet"><span>${[row.subtitle, form_title].filter(Boolean).join(" · ")}</span>${row.at && html`<span class="row-side">${moment(row.at)}</span>`}</span>
      </a>
    </li>`;
}

/** Which element asks which type of question. Those for cameras, microphones and maps come with the second part of the app. */
import { from_second_part } from "../../second_part.js";
import { FILE_TYPES } from "../answer_text.js";
import { FieldAcknowledge } from "./acknowledge.js";
import { FieldChoice } from "./choice.js";
import { FieldDate } from "./date.js";
import { FieldNote, FieldValue } from "./note.js";
import { FieldNumber } from "./number.js";
import { FieldText } from "./text.js";
import { FieldDatetime, FieldTime } from "./time.js";

/** @typedef {() => Promise<CustomElementConstructor>} Load */

const CONTROLS = /** @type {Record<string, string>} */ ({
  text: "cs-text",
  integer: "cs-number",
  decimal: "cs-number",
  range: "cs-range",
  date: "cs-date",
  time: "cs-time",
  datetime: "cs-datetime",
  select_one: "cs-choice",
  select_multiple: "cs-choice",
  rank: "cs-rank",
  note: "cs-note",
  acknowledge: "cs-acknowledge",
  trigger: "cs-acknowledge",
  geopoint: "cs-geopoint",
  image: "cs-image",
  audio: "cs-audio",
  file: "cs-file",
  barcode: "cs-barcode",
});

/** Known from the start: the page is drawn in one go. */
export const ELEMENTS = {
  "cs-text": FieldText,
  "cs-number": FieldNumber,
  "cs-date": FieldDate,
  "cs-time": FieldTime,
  "cs-datetime": FieldDatetime,
  "cs-choice": FieldChoice,
  "cs-acknowledge": FieldAcknowledge,
  "cs-note": FieldNote,
  "cs-value": FieldValue,
};

const LATER = /** @type {Record<string, Load>} */ ({
  "cs-range": async () => (await import("./range.js")).FieldRange,
  "cs-rank": async () => (await import("./rank.js")).FieldRank,
  "cs-geopoint": async () => (await import("./geopoint.js")).FieldGeopoint,
  "cs-image": async () => (await import("./image.js")).FieldImage,
  "cs-audio": async () => (await import("./audio.js")).FieldAudio,
  "cs-file": async () => (await import("./file.js")).FieldFile,
  "cs-file-view": async () => (await import("./file_view.js")).FileView,
  "cs-barcode": async () => (await import("./barcode.js")).FieldBarcode,
});

/** @param {import("../types.js").Spec} spec @param {boolean} read_only @returns {string} name of the element */
export function control_of({ type }, read_only) {
  if (read_only && type !== "note") return FILE_TYPES.has(type) ? "cs-file-view" : "cs-value";
  return CONTROLS[type] ?? "cs-value";
}

/** An element of this name once it can be made; at once where it is known already. @param {string} name @returns {any} the element, or a promise of it that may fail (app.part_missing) */
export function make(name) {
  if (customElements.get(name)) return document.createElement(name);
  return from_second_part(LATER[name]).then((element) => {
    if (!customElements.get(name)) customElements.define(name, element);
    return document.createElement(name);
  });
}

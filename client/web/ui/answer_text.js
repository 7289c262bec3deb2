/** How an answer of each type reads: in lists, on the card of a row, where it may not be changed. No DOM. */
import { looks, precision_of } from "./appearances.js";
import { format_date, format_decimal, format_integer } from "./format.js";
import { t } from "./i18n.js";
import { read_point } from "./places.js";

/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {import("../engine/instance.js").Instance} Instance */

/** Types whose answer names a file. */
export const FILE_TYPES = new Set(["image", "audio", "file", "audit"]);

const PRINTERS = /** @type {Record<string, (spec: Spec, value: any, instance: Instance) => string>} */ ({
  text: (spec, value) => (looks(spec, "thousands-sep") ? format_integer(value) : String(value)),
  integer: print_number,
  decimal: print_number,
  range: print_number,
  date: (spec, value) => format_date(value).slice({ day: 0, month: 3, year: 6 }[precision_of(spec)]),
  today: (_, value) => format_date(value),
  time: (_, value) => String(value).slice(0, 5),
  datetime: print_moment,
  start: print_moment,
  end: print_moment,
  select_one: print_choices,
  select_multiple: print_choices,
  rank: (spec, value, instance) => [value].flat().map((name, i) => `${i + 1}. ${label_of(instance, spec, name)}`).join(", "),
  acknowledge: () => t("acknowledge.done"),
  trigger: () => t("acknowledge.done"),
  geopoint: (_, value) => {
    const point = read_point(value);
    return point ? `${point.lat}; ${point.lon}${point.accuracy === null ? "" : ` (± ${format_decimal(point.accuracy)} m)`}` : String(value);
  },
  image: () => t("file.image"),
  audio: () => t("file.audio"),
  file: () => t("file.file"),
});

/** The answer of a number question as people read it. @param {Spec} spec @param {any} value @returns {string} */
export function print_number(spec, value) {
  if (value === null || value === undefined) return "";
  if (looks(spec, "thousands-sep")) return format_decimal(value);
  return String(value).replace(/^(-?\d+)\.(\d+)$/, "$1,$2");
}

/** @param {Spec} _spec @param {string} value as it is written, in its own zone */
function print_moment(_spec, value) {
  return `${format_date(value)} ${value.slice(11, 16)}`;
}

/** @param {Spec} spec @param {any} value @param {Instance} instance */
function print_choices(spec, value, instance) {
  return [value].flat().map((name) => label_of(instance, spec, name)).join(", ");
}

/** @param {Instance} instance @param {Spec} spec @param {any} name */
function label_of(instance, spec, name) {
  const choice = instance.choices(spec.path).named(name)[0];
  return (choice && instance.text(choice.label, instance.root)) || String(name);
}

/** An answer in words, "" when blank. @param {Instance} instance @param {Spec} spec @param {any} value @returns {string} */
export function print_answer(instance, spec, value) {
  if (value === null || value === undefined || value === "") return "";
  return (PRINTERS[spec.type] ?? ((_, text) => String(text)))(spec, value, instance);
}

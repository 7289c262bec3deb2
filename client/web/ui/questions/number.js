/** Whole and decimal numbers, typed and shown the Vietnamese way: 1.500.000 and 12,5. */
import { format_decimal, format_integer, parse_decimal, parse_integer } from "../format.js";
import { FieldText } from "./text.js";

/** The answer of a number question as people read it. @param {import("../types.js").Spec} spec @param {any} value @returns {string} */
export function print_number(spec, value) {
  if (value === null || value === undefined) return "";
  const thousands = spec.appearance?.includes("thousands-sep");
  if (spec.type === "decimal") return thousands ? format_decimal(value) : String(value).replace(".", ",");
  return thousands ? format_integer(value) : String(value);
}

export class FieldNumber extends FieldText {
  /** @param {any} given */
  set given(given) {
    super.given = given;
    if (this.input) this.input.inputMode = given.spec.type === "decimal" ? "decimal" : "numeric";
  }

  /** @param {string} typed */
  parse(typed) {
    return this.spec?.type === "decimal" ? parse_decimal(typed) : parse_integer(typed);
  }

  /** @param {any} value */
  print(value) {
    return this.spec ? print_number(this.spec, value) : "";
  }
}

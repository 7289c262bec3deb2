/** Whole and decimal numbers, typed and shown the Vietnamese way: 1.500.000 and 12,5. */
import { print_number } from "../answer_text.js";
import { looks } from "../appearances.js";
import { parse_decimal, parse_integer } from "../format.js";
import { FieldText } from "./text.js";

export class FieldNumber extends FieldText {
  /** @param {any} given */
  set given(given) {
    super.given = given;
    this.decimal = given.spec.type === "decimal";
    if (this.input) this.input.inputMode = this.decimal ? "decimal" : "numeric";
  }

  /** @param {string} typed */
  parse(typed) {
    if (this.decimal && this.spec && looks(this.spec, "thousands-sep")) typed = typed.replaceAll(".", "");
    return this.decimal ? parse_decimal(typed) : parse_integer(typed);
  }

  /** @param {any} value */
  print(value) {
    return this.spec ? print_number(this.spec, value) : "";
  }
}

/** What a question's appearance and parameters ask of the screen (docs/form-language.md, the table of types). Pure. */

/** @param {{appearance?: string}} spec @returns {string[]} */
export function words_of({ appearance }) {
  return appearance ? appearance.split(" ") : [];
}

/** @param {{appearance?: string}} spec @param {string} word */
export function looks(spec, word) {
  return words_of(spec).includes(word);
}

/** Word → how choices are laid out; the first that an appearance has counts. `-N` is a number of columns. */
const LAYOUTS = /** @type {[RegExp, string][]} */ ([
  [/^likert$/, "likert"],
  [/^label$/, "labels"],
  [/^list-nolabel$/, "bare"],
  [/^(horizontal|horizontal-compact|columns-pack)$/, "pack"],
  [/^(quick)?compact(-\d+)?$/, "compact"],
  [/^columns(-\d+)?$/, "columns"],
  [/^list$/, "table"],
]);

/**
 * @typedef {object} Layout
 * @property {"cards"|"likert"|"labels"|"bare"|"pack"|"compact"|"columns"|"table"} kind
 * @property {number} columns 0: as many as fit
 * @property {boolean} quick goes on to the next question once one is chosen
 * @property {boolean} sheet always a list in a sheet of its own
 */

/** @param {{appearance?: string}} spec @returns {Layout} */
export function layout_of(spec) {
  const words = words_of(spec);
  const [, kind] = LAYOUTS.find(([pattern]) => words.some((word) => pattern.test(word))) ?? [null, "cards"];
  const columns = Number(words.map((word) => /^(?:columns|compact|quickcompact)-(\d+)$/.exec(word)?.[1]).find(Boolean) ?? 0);
  return {
    kind: /** @type {Layout["kind"]} */ (kind),
    columns,
    quick: words.some((word) => word.startsWith("quick")),
    sheet: words.includes("minimal") || words.includes("autocomplete"),
  };
}

/** Which boxes a date has. @param {{appearance?: string}} spec @returns {"day"|"month"|"year"} the smallest */
export function precision_of(spec) {
  const words = words_of(spec);
  return words.includes("year") ? "year" : words.includes("month-year") ? "month" : "day";
}

/**
 * What stands in a group or row. In a `table-list` the selects are rows under the labels of their choices, which the
 * first of each list shows (`heads`).
 * @param {import("./types.js").Spec} spec @returns {import("./types.js").Spec[]}
 */
export function children_of(spec) {
  const children = spec.children ?? [];
  if (!looks(spec, "table-list")) return children;
  let list = "";
  return children.map((child) => {
    if (!child.type.startsWith("select_")) return child;
    const heads = child.list !== list;
    list = child.list ?? "";
    return { ...child, appearance: "list-nolabel", heads };
  });
}

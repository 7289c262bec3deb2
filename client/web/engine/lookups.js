/** Conditions over the columns of a list that its indexes answer: so that no list of a district is read row by row. Twin: forms/lookups.py. */

/** @param {any} ast @returns {[string, any][]} */
export function equalities(ast) {
  const [head, left, right] = ast;
  if (head === "and") return ast.slice(1).flatMap(equalities);
  if (head !== "=") return [];
  const [column, wanted] = left[0] === "col" ? [left[1], right] : [right[0] === "col" ? right[1] : "label", left];
  return column === "label" || looks_at_item(wanted) ? [] : [[column, wanted]]; // a label is in the reader's language
}

/** @param {any} ast @returns {boolean} */
function looks_at_item(ast) {
  const own = ast[0] === "col" || (ast[0] === "call" && (ast[1] === "position" || ast[1] === "last"));
  return own || ast.some((/** @type {any} */ part) => Array.isArray(part) && looks_at_item(part));
}

/** @param {import("./choice_lists.js").ChoiceList} choices @param {string} column @param {import("./values.js").Value} wanted */
export function narrowed(choices, column, wanted) {
  if (typeof wanted === "number" || typeof wanted === "boolean") return null;
  const texts = typeof wanted === "string" ? [wanted] : wanted.map((each) => each.text());
  return [...new Set(texts.flatMap((text) => choices.numbers(column, text)))].sort((a, b) => a - b);
}

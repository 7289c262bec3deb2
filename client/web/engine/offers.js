/** Which choices a question offers: what its choice_filter leaves, looked up by index where the filter allows it. Twin: forms/offers.py. */
import { shuffled, word } from "./chance.js";
import { equalities, narrowed } from "./lookups.js";
import { to_boolean, to_number } from "./values.js";

/** @typedef {import("./instance.js").Instance} Instance */
/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./choice_lists.js").Choice} Choice */

/** @param {Instance} instance @param {Node} node */
export function offered(instance, node) {
  const found = candidates(instance, node);
  const { parameters, seed: ast } = node.spec;
  if (parameters?.randomize !== "true") return found;
  const seed = ast ? to_number(instance.value_of(ast, node)) : NaN;
  return shuffled(found, Math.abs(seed) < 2 ** 53 ? seed : word(`${instance.env.seed}|${node.path}`, 0));
}

/** @param {Instance} instance @param {Node} node @returns {Choice[]} */
export function candidates(instance, node) {
  const choices = instance.choices(node.spec.path);
  const { choice_filter } = node.spec;
  if (!choice_filter) return choices.all();
  return pool(instance, node, choices, choice_filter).filter((choice) => passes(instance, node, choice));
}

/** @param {Instance} instance @param {Node} node @param {string} name */
export function offers(instance, node, name) {
  return instance.choices(node.spec.path).named(name).some((choice) => passes(instance, node, choice));
}

/** @param {Instance} instance @param {Node} node @param {Choice} choice */
function passes(instance, node, choice) {
  const { choice_filter } = node.spec;
  return !choice_filter || to_boolean(instance.value_of(choice_filter, node, "", choice));
}

/** @param {Instance} instance @param {Node} node @param {import("./choice_lists.js").ChoiceList} choices @param {any} ast */
function pool(instance, node, choices, ast) {
  for (const [column, wanted] of equalities(ast)) {
    const numbers = narrowed(choices, column, instance.value_of(wanted, node));
    if (numbers) return numbers.map((number) => choices.choice(number));
  }
  return choices.all();
}

/**
 * How a form is cut into pages: one for each top-level group or repeat, loose questions together. Where the form says
 * `pages` (settings.style), a page for each question, group with field-list and repeat, as in Enketo. Pure.
 */
import { children_of, looks } from "./appearances.js";

/** @typedef {import("./types.js").Spec} Spec */
/**
 * @typedef {object} Page
 * @property {string} key of its address
 * @property {Spec | null} spec the group or repeat that names the page
 * @property {Spec[]} nodes what stands on it
 * @property {string} parent path of the group around the nodes
 */

/** @typedef {{state: (path: string) => any, rows: (path: string) => string[]}} Look  what a form session tells of a path outside repeats */

export const REVIEW = "~review";

/** Never on screen: what the device notes by itself, and what is only worked out. */
const UNSEEN = new Set(["hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "start-geopoint", "audit"]);

/** @param {Spec[]} root @param {string} [style] of the form's settings @returns {Page[]} */
export function pages_of(root, style = "") {
  if (style.split(" ").includes("pages")) return single_pages(root);
  /** @type {Page[]} */
  const pages = [];
  for (const spec of root) {
    if (spec.kind !== "question") pages.push(page_for(spec, spec.name));
    else if (pages.length && !pages[pages.length - 1].spec) pages[pages.length - 1].nodes.push(spec);
    else pages.push({ key: spec.name, spec: null, nodes: [spec], parent: "" });
  }
  return pages;
}

/** @param {Spec} spec a group or repeat @param {string} key @returns {Page} */
function page_for(spec, key) {
  if (spec.kind === "group") return { key, spec, nodes: children_of(spec), parent: spec.path };
  return { key, spec, nodes: [spec], parent: above(spec.path) };
}

/** @param {Spec[]} nodes @returns {Page[]} */
function single_pages(nodes) {
  return nodes.flatMap((spec) => {
    const key = spec.path.slice(1).replaceAll("/", ".");
    if (spec.kind === "question") return is_visible(spec) ? [{ key, spec: null, nodes: [spec], parent: above(spec.path) }] : [];
    const whole = spec.kind === "repeat" || looks(spec, "field-list") || looks(spec, "table-list");
    return whole ? [page_for(spec, key)] : single_pages(spec.children ?? []);
  });
}

/** @param {string} path */
function above(path) {
  return path.slice(0, path.lastIndexOf("/"));
}

/** A question people see: calculations without a label work unseen. @param {Spec} spec */
export function is_visible(spec) {
  return spec.kind !== "question" || (!UNSEEN.has(spec.type) && (spec.type !== "calculate" || spec.label !== undefined));
}

/**
 * The pages worth turning to: relevant, with something to fill in or to read.
 * @param {Page[]} pages @param {Look} look
 */
export function shown_pages(pages, look) {
  return pages.filter(({ spec, nodes }) => (!spec || look.state(spec.path).relevant) && worth(nodes, look));
}

/** @param {Spec[]} nodes @param {Look} look @returns {boolean} */
function worth(nodes, look) {
  return nodes.some((spec) => {
    if (!is_visible(spec) || spec.type === "note") return false;
    const { relevant, read_only, value } = look.state(spec.path);
    if (!relevant) return false;
    if (spec.kind === "group") return worth(spec.children ?? [], look);
    if (spec.kind === "repeat") return !read_only || look.rows(spec.path).length > 0;
    return !read_only || (value !== null && value !== undefined);
  }) || (nodes.length > 0 && nodes.every((spec) => spec.type === "note" && look.state(spec.path).relevant));
}

/** Which page a path (with or without row ids) stands on. @param {Page[]} pages @param {string} path */
export function page_of(pages, path) {
  const bare = path.replace(/\[[^\]]*\]/g, "");
  return pages.find(({ spec, nodes }) => (spec ? [spec] : nodes).some(({ path: top }) => bare === top || bare.startsWith(`${top}/`)));
}

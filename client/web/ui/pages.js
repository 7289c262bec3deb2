/** How a form is cut into pages: one for each top-level group or repeat, loose questions together. Pure. */

/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {{key: string, spec: Spec | null, nodes: Spec[]}} Page  spec: the group that names the page */

/** @typedef {{state: (path: string) => any, rows: (path: string) => string[]}} Look  what a form session tells of a path outside repeats */

export const REVIEW = "~review";

/** @param {Spec[]} root @returns {Page[]} */
export function pages_of(root) {
  /** @type {Page[]} */
  const pages = [];
  for (const spec of root) {
    if (spec.kind !== "question") pages.push({ key: spec.name, spec, nodes: spec.kind === "repeat" ? [spec] : spec.children ?? [] });
    else if (pages.length && !pages[pages.length - 1].spec) pages[pages.length - 1].nodes.push(spec);
    else pages.push({ key: spec.name, spec: null, nodes: [spec] });
  }
  return pages;
}

/** A question people see: calculations without a label work unseen. @param {Spec} spec */
export function is_visible(spec) {
  return spec.kind !== "question" || (spec.type !== "calculate" || spec.label !== undefined);
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
  const top = path.split("/")[1]?.replace(/\[.*$/, "");
  return pages.find(({ spec, nodes }) => (spec ? spec.name === top : nodes.some((node) => node.name === top)));
}

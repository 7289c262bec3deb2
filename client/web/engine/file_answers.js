/** Which answers of a form name files (docs/form-language.md): what is sent beside the answers, not in them. */

const FILE_TYPES = new Set(["image", "audio", "file", "audit"]);

/** @param {any} program @param {any} answers @returns {[path: string, answer: string][]} paths with row ids */
export function files(program, answers) {
  return below(program.root, answers, "");
}

/** @param {any[]} nodes @param {any} answers @param {string} place @returns {[string, string][]} */
function below(nodes, answers, place) {
  if (!answers || typeof answers !== "object" || Array.isArray(answers)) return [];
  return nodes.flatMap((node) => {
    const value = answers[node.name];
    const path = `${place}/${node.name}`;
    if (node.kind === "group") return below(node.children, value, path);
    if (node.kind === "repeat") return Array.isArray(value) ? value.flatMap((row) => below(node.children, row, `${path}[${row?.__id}]`)) : [];
    return FILE_TYPES.has(node.type) && typeof value === "string" && value ? [/** @type {[string, string]} */ ([path, value])] : [];
  });
}

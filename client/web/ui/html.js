/**
 * The one way nodes are made: a tagged template built with createElement and text nodes. No HTML sink is touched
 * (`require-trusted-types-for 'script'` would refuse it), so an answer can never become markup.
 *
 *   html`<button class="big ${kind}" ?disabled=${busy} .value=${text} @click=${save}>${label}</button>`
 *
 * `name=` sets an attribute (null, undefined and false leave it out), `.name=` a property, `?name=` a boolean
 * attribute, `@name=` a listener. A child may be a node, text, number, a list of these, or nothing.
 */

const HOLE = "\uE000";
const TOKEN = /<\/([a-z][\w-]*)\s*>|<([a-z][\w-]*)((?:[^>"]|"[^"]*")*)>|([^<]+)/g;
const ATTRIBUTE = /([.?@]?[\w:-]+)(?:=(?:"([^"]*)"|([^\s"]+)))?/g;
const VOID = new Set(["input", "br", "hr", "img", "link", "meta"]);
const REFUSED = /^(on|style$|srcdoc$)/;

/** @typedef {{name: string, parts: string[]}} Attribute  text pieces of a value; a hole stands between two pieces */
/** @typedef {{tag: string, attributes: Attribute[], children: Part[]}} Element_ */
/** @typedef {string | null | Element_} Part  text, a hole (null) or an element */

/** @type {WeakMap<TemplateStringsArray, Element_>} */
const parsed = new WeakMap();

/** @param {string} source @returns {Element_} the template's only root */
export function parse(source) {
  /** @type {Element_} */
  const top = { tag: "", attributes: [], children: [] };
  const open = [top];
  for (const [, close, tag, attributes, text] of source.matchAll(TOKEN)) {
    const parent = open[open.length - 1];
    if (text !== undefined) parent.children.push(...parseText(text));
    else if (close) {
      if (parent.tag !== close) throw new Error(`</${close}> closes <${parent.tag}>`);
      open.pop();
    } else {
      /** @type {Element_} */
      const element = { tag, attributes: parseAttributes(attributes), children: [] };
      parent.children.push(element);
      if (!VOID.has(tag)) open.push(element);
    }
  }
  const [root, ...rest] = top.children;
  if (open.length > 1 || rest.length || !root || typeof root === "string") throw new Error(`One closed root: ${source}`);
  return root;
}

/** @param {string} text @returns {Part[]} white space around line ends is layout of the source, not content */
function parseText(text) {
  return text
    .replace(/\s*\n\s*/g, "")
    .split(new RegExp(`(${HOLE})`))
    .filter(Boolean)
    .map((piece) => (piece === HOLE ? null : piece));
}

/** @param {string} source @returns {Attribute[]} */
function parseAttributes(source) {
  return [...source.matchAll(ATTRIBUTE)].map(([, name, quoted, bare]) => {
    if (REFUSED.test(name)) throw new Error(`Attribute ${name} is not for templates`);
    return { name, parts: (quoted ?? bare ?? "").split(HOLE) };
  });
}

/** @param {Element_} element @param {Iterator<any>} values @returns {HTMLElement} */
function build(element, values) {
  const node = document.createElement(element.tag);
  for (const attribute of element.attributes) setAttribute(node, attribute, values);
  for (const part of element.children) {
    if (typeof part === "string") node.append(part);
    else if (part === null) append(node, values.next().value);
    else node.append(build(part, values));
  }
  return node;
}

/** @param {any} node @param {Attribute} attribute @param {Iterator<any>} values */
function setAttribute(node, { name, parts }, values) {
  const filled = parts.slice(1).map(() => values.next().value);
  const only = parts.length === 2 && parts.every((piece) => piece === "");
  const value = only ? filled[0] : parts.reduce((text, piece, i) => `${text}${filled[i - 1] ?? ""}${piece}`);
  const rest = name.slice(1);
  if (name[0] === "@") {
    if (value) node.addEventListener(rest, value);
  } else if (name[0] === ".") node[rest] = value;
  else if (name[0] === "?") node.toggleAttribute(rest, Boolean(value));
  else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, String(value));
}

/** @param {Node & {append: Function}} node @param {any} child */
function append(node, child) {
  if (child === null || child === undefined || child === false || child === true) return;
  if (child instanceof Node) node.append(child);
  else if (Array.isArray(child)) for (const one of child) append(node, one);
  else node.append(String(child));
}

/** @param {TemplateStringsArray} strings @param {...any} values @returns {HTMLElement} */
export function html(strings, ...values) {
  let template = parsed.get(strings);
  if (!template) parsed.set(strings, (template = parse(strings.join(HOLE))));
  return build(template, values[Symbol.iterator]());
}

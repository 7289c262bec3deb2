/** The words of the app. Texts live in i18n/*.json, one flat object a language; code knows only their keys. */
import { from_second_part } from "../second_part.js";

export const LANGUAGES = ["vi", "en"];

/** @type {Record<string, string>} */
let words = {};
let current = "vi";

/** @param {string} language @param {(url: string) => Promise<any>} read reads a JSON file */
export async function load_language(language, read = read_json) {
  const chosen = LANGUAGES.includes(language) ? language : LANGUAGES[0];
  words = chosen === LANGUAGES[0] ? await read(address(chosen)) : await from_second_part(() => read(address(chosen)));
  current = chosen;
}

/** @param {string} code */
const address = (code) => new URL(`../i18n/${code}.json`, import.meta.url).href;

/** @param {string} url */
async function read_json(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

export function language() {
  return current;
}

/** The text of a key with its {names} filled in. @param {string} key @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A text of a form or the campaign: `{vi, en}` or plain. @param {any} text @returns {string} */
export function text_of(text) {
  if (text === null || text === undefined) return "";
  if (typeof text !== "object") return String(text);
  return text[current] ?? text.vi ?? Object.values(text)[0] ?? "";
}

/** What to tell a person about a refusal or a failure. @param {any} error */
export function error_text(error) {
  const told = current === "vi" ? error?.message_vi : error?.message_en;
  return told || text_of(error?.message && typeof error.message === "object" ? error.message : "") || t("error.unexpected");
}

/** Which questions of a form somebody may read aloud, how each is worded, and which recording speaks it. Twin: forms/spoken.py. */
import { canonical } from "./canonical.js";
import { sha, utf8 } from "./crypto.js";

/** @typedef {{kind: string, id: string, version: string, hash: string}} Named  a document as hello names it */

const UNSEEN = new Set(["hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "start-geopoint", "audit", "calculate"]);

/** The questions and notes with words, in the form's order. @param {any[]} nodes of a program @returns {any[]} their specs */
export function spoken_questions(nodes) {
  return nodes.flatMap((spec) => {
    if (spec.kind !== "question") return spoken_questions(spec.children ?? []);
    return spec.label && !UNSEEN.has(spec.type) ? [spec] : [];
  });
}

/** Twelve digits that change with the text: a recording of another wording is not played. @param {any} label @param {string} language the form's own */
export async function wording(label, language) {
  return (await sha(utf8(canonical(label[language] ?? "")))).slice(0, 12);
}

/** The name of a recording, by which a device gives its sound. @param {string} form_id @param {string} language @param {string} path */
export function audio_id(form_id, language, path) {
  return `${form_id} ${language} ${path}`;
}

/**
 * What can be heard of a form: a question's path → the recording's name, where it says what the form says.
 * @param {any} program @param {Named[]} documents @param {string | undefined} language that the person hears in
 * @returns {Promise<Record<string, string>>}
 */
export async function voices_of(program, documents, language) {
  /** @type {Record<string, string>} */
  const voices = {};
  if (!language) return voices;
  const named = new Map(documents.filter(({ kind }) => kind === "audio").map(({ id, version }) => [id, version]));
  for (const { path, label } of spoken_questions(program.root)) {
    const id = audio_id(program.form_id, language, path);
    if (named.has(id) && named.get(id) === (await wording(label, program.default_language))) voices[path] = id;
  }
  return voices;
}

/** Text at capture and in search (P-03): NFC is what is kept, the folded key is for finding and never shown. */

/** A text as it is kept: in NFC, without U+0000, which PostgreSQL cannot hold. @param {string} text */
export function nfc(text) {
  return text.normalize("NFC").replaceAll("\0", "");
}

/** Every text of a JSON value as it is kept, keys too. @param {any} value @returns {any} */
export function nfc_deep(value) {
  if (typeof value === "string") return nfc(value);
  if (Array.isArray(value)) return value.map(nfc_deep);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [nfc(key), nfc_deep(member)]));
}

/**
 * Search key: no case, no marks, đ as d. "Đường Nguyễn Trãi" and "duong nguyen trai" fold alike.
 * @param {string} text
 */
export function fold(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

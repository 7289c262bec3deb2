/** What a question says when its form gives no message of its own. Twin: forms/messages.py and the answer.* codes of forms/problems.py. */

/** @type {Record<string, {en: string, vi: string}>} */
const MESSAGES = {
  "answer.required": { en: "This question needs an answer.", vi: "Câu này cần được trả lời." },
  "answer.constraint": { en: "This answer is not allowed here.", vi: "Câu trả lời này chưa đúng." },
  "answer.type": { en: "This is not {wanted}.", vi: "Đây không phải là {wanted}." },
  "answer.choice": { en: "This choice is not in the list.", vi: "Lựa chọn này không có trong danh sách." },
  "answer.unknown": { en: "The form has no such question.", vi: "Biểu mẫu không có câu hỏi này." },
};

/** @type {Record<string, {en: string, vi: string}>} */
const WANTED = {
  integer: { en: "a whole number", vi: "số nguyên" },
  decimal: { en: "a number", vi: "số" },
  date: { en: "a date", vi: "ngày tháng" },
  text: { en: "a text", vi: "chữ" },
  select_one: { en: "one of the choices", vi: "một lựa chọn" },
  select_multiple: { en: "a list of choices", vi: "các lựa chọn" },
  range: { en: "a number of this scale", vi: "số trên thang này" },
  time: { en: "a time", vi: "giờ phút" },
  datetime: { en: "a date with a time", vi: "ngày và giờ" },
  rank: { en: "a ranking of the choices", vi: "bảng xếp thứ tự" },
  acknowledge: { en: "a confirmation", vi: "lời xác nhận" },
  geopoint: { en: "a place on the map", vi: "vị trí trên bản đồ" },
  file: { en: "a file", vi: "tệp" },
};

/** @param {string} code @param {string} [kind] of its answer @returns {Record<string, string>} */
export function default_message(code, kind = "") {
  const wanted = WANTED[kind] ?? { en: "an answer", vi: "câu trả lời" };
  const { en, vi } = MESSAGES[code];
  return { en: en.replace("{wanted}", wanted.en), vi: vi.replace("{wanted}", wanted.vi) };
}

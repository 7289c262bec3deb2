/** Places on the earth as answers: "lat lon alt acc", degrees and metres (docs/form-language.md). Pure. */

/** @typedef {{latitude: number, longitude: number, altitude: number | null, accuracy: number}} Fix */

/** @param {Fix} fix of the browser @returns {string} an unknown height is 0, as ODK writes it */
export function point_of({ latitude, longitude, altitude, accuracy }) {
  const [lat, lon] = [latitude, longitude].map((degrees) => String(Number(degrees.toFixed(7))));
  return `${lat} ${lon} ${Number((altitude ?? 0).toFixed(1))} ${Number(accuracy.toFixed(1))}`;
}

/** What was typed by hand; null when both are blank, undefined when it is no place. @param {string} latitude @param {string} longitude */
export function point_typed(latitude, longitude) {
  const typed = [latitude, longitude].map((text) => text.trim().replace(",", "."));
  if (!typed[0] && !typed[1]) return null;
  const fits = typed.every((text, i) => /^-?\d{1,3}(\.\d{1,10})?$/.test(text) && Math.abs(Number(text)) <= [90, 180][i]);
  return fits ? typed.map((text) => String(Number(text))).join(" ") : undefined;
}

/** Parts of an answer for reading. @param {any} answer @returns {{lat: string, lon: string, accuracy: number | null} | null} */
export function read_point(answer) {
  const [lat, lon, , accuracy] = String(answer ?? "").split(" ");
  return lat && lon ? { lat, lon, accuracy: accuracy === undefined ? null : Number(accuracy) } : null;
}

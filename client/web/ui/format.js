/** How numbers, dates and times are shown and typed in Vietnam: 1.234.567 · 12,5 · dd/mm/yyyy. Pure; reads no clock. */

const VIETNAM_OFFSET_MS = 7 * 3600_000;
const MINUTE_MS = 60_000;

/** @param {number | string | null | undefined} value @returns {string} `1234567` → `1.234.567` */
export function format_integer(value) {
  return String(value ?? "").replace(/\B(?=(\d{3})+(?!\d))/g, ".");
}

/** @param {number | string | null | undefined} value @returns {string} `1234.5` → `1.234,5` */
export function format_decimal(value) {
  const [whole, fraction] = String(value ?? "").split(".");
  return fraction === undefined ? format_integer(whole) : `${format_integer(whole)},${fraction}`;
}

/** What was typed as a whole number: `1.500.000`, `1500000` → 1500000; blank → null; anything else stays text. @param {string} typed */
export function parse_integer(typed) {
  const text = typed.trim();
  if (text === "") return null;
  const digits = /^-?\d{1,3}([. ]\d{3})+$/.test(text) ? text.replace(/[. ]/g, "") : text;
  return /^-?\d{1,15}$/.test(digits) ? Number(digits) : text;
}

/**
 * What was typed as a decimal: `12,5` and `12.5` → "12.5"; `1.234,5` → "1234.5"; anything else stays text. A point
 * before exactly three digits is Vietnam's thousands: `1.250` is 1250, and the field shows it so.
 * @param {string} typed
 */
export function parse_decimal(typed) {
  const text = typed.trim();
  if (text === "") return null;
  const plain = text.includes(",") || /^-?[1-9]\d{0,2}(\.\d{3})+$/.test(text) ? text.replaceAll(".", "").replace(",", ".") : text;
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(plain) ? plain.replace(/^(-?)0+(?=\d)/, "$1") : text;
}

/**
 * Thousands points while a number is being typed: `1500000` → `1.500.000`, the caret behind the same digit.
 * @param {string} typed @param {number} caret @returns {{text: string, caret: number}} as it was, where it is no number
 */
export function group_typed(typed, caret) {
  const parts = /^(-?)(\d+)(,\d*)?$/.exec(typed.replaceAll(".", ""));
  if (!parts) return { text: typed, caret };
  const text = `${parts[1]}${format_integer(parts[2])}${parts[3] ?? ""}`;
  const behind = typed.slice(caret).replaceAll(".", "").length;
  let at = text.length;
  for (let left = behind; left > 0; at--) if (text[at - 1] !== ".") left--;
  return { text, caret: at };
}

/** @param {string | null | undefined} iso `2021-12-05` → `05/12/2021`; other text as it is */
export function format_date(iso) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso ?? "");
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : String(iso ?? "");
}

/** Day, month, year as typed → ISO date, null when all blank, undefined when it is no date (yet). @param {string} day @param {string} month @param {string} year */
export function date_from_parts(day, month, year) {
  if (!day && !month && !year) return null;
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return undefined;
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso ? undefined : iso;
}

/** @param {string | null | undefined} iso @returns {[string, string, string]} day, month, year for three boxes */
export function date_parts(iso) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso ?? "");
  return parts ? [parts[3], parts[2], parts[1]] : ["", "", ""];
}

/** A date as it was pasted or typed in one go: `5/12/2021`, `05.12.2021`, `2021-12-05`. @param {string} typed @returns {string[] | null} day, month, year */
export function split_date(typed) {
  const [, day, month, year] = /^\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})\s*$/.exec(typed) ?? [];
  if (year) return [day, month, year];
  const [, y, m, d] = /^\s*(\d{4})-(\d\d)-(\d\d)\s*$/.exec(typed) ?? [];
  return y ? [d, m, y] : null;
}

/** Hour and minute as typed → `08:30`; null when both are blank, undefined when it is no time (yet). @param {string} hour @param {string} minute */
export function time_from_parts(hour, minute) {
  if (!hour && !minute) return null;
  const fits = /^\d{1,2}$/.test(hour) && /^\d{1,2}$/.test(minute) && Number(hour) < 24 && Number(minute) < 60;
  return fits ? `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` : undefined;
}

/** Hour and minute of a time or of a date with a time, for two boxes. @param {any} text @returns {[string, string]} */
export function time_parts(text) {
  const parts = /^(?:\d{4}-\d\d-\d\dT)?(\d\d):(\d\d)/.exec(String(text ?? ""));
  return parts ? [parts[1], parts[2]] : ["", ""];
}

/** `+07:00` for 420. @param {number} minutes east of Greenwich */
export function offset_text(minutes) {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** A size in the unit people know: `1,2 MB`. @param {number | null} bytes */
export function format_size(bytes) {
  if (bytes === null) return "";
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1).replace(".", ",")} MB`;
}

/** Date and hour in Vietnam, whatever zone the machine thinks it is in. @param {string} instant ISO with offset */
export function format_time(instant) {
  const at = new Date(instant).getTime();
  if (Number.isNaN(at)) return "";
  const local = new Date(at + VIETNAM_OFFSET_MS).toISOString();
  return `${format_date(local)} ${local.slice(11, 16)}`;
}

/** The day in Vietnam of an instant. @param {number} ms */
export function vietnam_day(ms) {
  return new Date(ms + VIETNAM_OFFSET_MS).toISOString().slice(0, 10);
}

const AGO = /** @type {[number, number, string][]} below so many minutes, unit in minutes, key of the words */ ([
  [1, 1, "time.now"],
  [60, 1, "time.minutes_ago"],
  [24 * 60, 60, "time.hours_ago"],
  [30 * 24 * 60, 24 * 60, "time.days_ago"],
]);

/** How long ago, as the key of its words and the number in them; older than a month, the date itself. @param {string} instant @param {number} now_ms @returns {{key: string, n: number | string}} */
export function ago(instant, now_ms) {
  const minutes = (now_ms - new Date(instant).getTime()) / MINUTE_MS;
  for (const [below, unit, key] of AGO) if (minutes < below) return { key, n: Math.floor(minutes / unit) };
  return { key: "time.on_day", n: format_date(vietnam_day(new Date(instant).getTime())) };
}

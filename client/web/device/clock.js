/** The device's clock as text, and whether its date can be true (P-05). A device clock is a claim; it orders nothing. */

/** ISO with milliseconds and this device's offset: 2021-12-05T08:00:00.000+07:00. @param {Date} now */
export function local_iso(now) {
  const offset_min = tz_offset_min(now);
  const local = new Date(now.getTime() + offset_min * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset_min);
  return `${local}${offset_min < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Minutes east of UTC. @param {Date} now */
export function tz_offset_min(now) {
  return 0 - now.getTimezoneOffset(); // never -0
}

/** @param {Date} now */
export function local_date(now) {
  return local_iso(now).slice(0, 10);
}

/**
 * The later of the two days before which today cannot lie, if today does: the app's build or the last server time.
 * Whole days are compared: a clock some minutes slow is nothing to ask about.
 * @param {Date} now
 * @param {string} built YYYY-MM-DD
 * @param {string|null} server_time ISO, last verified
 * @returns {{device_date: string, server_date: string}|null}
 */
export function date_suspect(now, built, server_time) {
  const device_date = local_date(now);
  const seen = server_time ? local_date(new Date(server_time)) : built;
  const server_date = seen > built ? seen : built;
  return device_date < server_date ? { device_date, server_date } : null;
}

/** @param {number} value */
function two(value) {
  return String(value).padStart(2, "0");
}

/** Which screen an address means. Addresses are the part after `#`, so the phone's back button moves between screens. */

/** Pattern and screen; a `:name` takes one part, `:name?` may be missing. */
export const ROUTES = /** @type {[string, string][]} */ ([
  ["/home", "cs-home"],
  ["/fill/:rec/:page?", "cs-fill"],
  ["/sent/:rec", "cs-sent"],
  ["/records/:phase?", "cs-records"],
  ["/record/:rec", "cs-record"],
  ["/queue/:tab?/:place?", "cs-queue"],
  ["/review/:rec", "cs-review"],
  ["/villages", "cs-villages"],
  ["/voices/:form?/:language?", "cs-voices"],
  ["/sync", "cs-sync"],
  ["/hand_over", "cs-hand-over"],
  ["/slip/:id", "cs-slip"],
  ["/settings", "cs-settings"],
]);

/** @typedef {{screen: string, params: Record<string, string>, same_as: string}} Place  same_as: two places with it share one screen element */

/** @param {string} hash @returns {Place} an address nobody knows is home */
export function place_of(hash) {
  if (hash.startsWith("#enrol=")) return { screen: "cs-enrol", params: {}, same_as: "cs-enrol" };
  const parts = hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);
  for (const [pattern, screen] of ROUTES) {
    const params = match(pattern.split("/").filter(Boolean), parts);
    if (params) return { screen, params, same_as: `${screen} ${params.rec ?? ""}` };
  }
  return { screen: "cs-home", params: {}, same_as: "cs-home " };
}

/** @param {string[]} pattern @param {string[]} parts @returns {Record<string, string> | null} */
function match(pattern, parts) {
  if (parts.length > pattern.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [i, piece] of pattern.entries()) {
    const part = parts[i];
    if (piece.startsWith(":")) {
      if (part !== undefined) params[piece.slice(1).replace("?", "")] = part;
      else if (!piece.endsWith("?")) return null;
    } else if (piece !== part) return null;
  }
  return params;
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param {...(string | number)} parts @returns {string} the address of a screen, for a link */
export function link(...parts) {
  return `#/${parts.map((part) => encodeURIComponent(String(part))).join("/")}`;
}

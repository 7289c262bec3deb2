/** Which app this is. BUILT is the day of the release: no device that runs it can live before (P-05). */
export const APP_VERSION = "0.1.0";
export const BUILT = "2026-11-23";

/** The form engine's public names. Runs programs compiled by Python; knows no DOM, no storage, no network. */
export { Instance } from "./instance.js";
export { answer_text } from "./tree.js";
export { date_days, days_date, number_text } from "./values.js";

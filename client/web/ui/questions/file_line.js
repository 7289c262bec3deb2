/** A file among answers that are read: fetched only when it comes into view, since a record may name many photos. */
import { make } from "./controls.js";
import { html } from "../html.js";
import { error_text } from "../i18n.js";

/** @param {any} session @param {string} answer @param {string} label */
export function file_view(session, answer, label) {
  const holder = html`<div class="file-line"></div>`;
  const watch = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) return;
    watch.disconnect();
    try {
      const view = await make("cs-file-view");
      view.given = { session };
      holder.replaceChildren(view);
      await view.show({ value: answer, label });
    } catch (error) {
      holder.replaceChildren(error_text(error));
    }
  });
  watch.observe(holder);
  return holder;
}

/** One choice as a card to tap: its mark, its picture, its words, and a button that reads it aloud. */
import { html } from "../html.js";
import { icon } from "../parts.js";
import { picture, play_button } from "./media.js";

/** @typedef {{name: string, label: string, icon?: string, image?: string, big_image?: string, audio?: string}} Offered */

/**
 * @param {Offered} choice
 * @param {{key: string, multiple: boolean, chosen: boolean, session: any, bare?: boolean}} how bare: its name is read out, not shown
 */
export function card_of({ name, label, icon: drawing, image, big_image, audio }, { key, multiple, chosen, session, bare }) {
  const photo = big_image ?? image;
  const card = html`
    <label class="card ${drawing && !photo ? "pictured" : ""} ${chosen ? "chosen" : ""}">
      <input type=${multiple ? "checkbox" : "radio"} name=${key} value=${name} .checked=${chosen}>
      ${!bare && (photo ? picture(session, photo, () => card.classList.add("pictured")) : drawing && icon(drawing, session.media(drawing)))}
      <span class=${bare ? "sr" : "card-label"}>${label}</span>
    </label>`;
  return audio ? html`<div class="heard">${card}${play_button(session, audio, label)}</div>` : card;
}

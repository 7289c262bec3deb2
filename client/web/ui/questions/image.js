/** A photo from the camera or the gallery, made small in place; a signature, a drawing, or a photo that is drawn on. */
import { looks } from "../appearances.js";
import { t } from "../i18n.js";
import { html } from "../html.js";
import { icon } from "../parts.js";
import { decoded, MAX_PIXELS, shrunk } from "../photo.js";
import { camera_is_here, open_camera } from "./camera.js";
import { open_drawing } from "./drawing.js";
import { FieldFile } from "./file.js";

export class FieldImage extends FieldFile {
  get #most() {
    return Number(this.spec?.parameters?.["max-pixels"] ?? MAX_PIXELS);
  }

  /** @param {string} word */
  #looks(word) {
    return looks(this.spec ?? {}, word);
  }

  ways() {
    const drawn = ["signature", "draw"].find((word) => this.#looks(word));
    if (drawn) {
      const words = t(drawn === "signature" ? "image.sign" : "image.draw");
      // Who cannot draw on a screen gives a picture of it.
      return [html`<button type="button" @click=${() => this.#draw(drawn)}>${icon("ui/edit.svg")}${words}</button>`, this.picker("image/*", t("image.choose"), "ui/image.svg")];
    }
    return [
      this.picker("image/*", t("image.take"), "ui/camera.svg", "environment"),
      camera_is_here() && html`<button type="button" @click=${() => this.#capture()}>${icon("ui/camera.svg")}${t("image.take_here")}</button>`,
      !this.#looks("new") && this.picker("image/*", t("image.choose"), "ui/image.svg"),
    ];
  }

  /** @param {string} value */
  more(value) {
    return this.#looks("annotate") && html`<button type="button" @click=${() => this.#annotate(value)}>${icon("ui/edit.svg")}${t("image.annotate")}</button>`;
  }

  /** @param {File} file */
  async prepare(file) {
    const small = await shrunk(await decoded(file), this.#most);
    if (!this.#looks("annotate")) return small;
    return (await open_drawing({ label: this.label ?? "", under: await decoded(small) })) ?? small;
  }

  #capture() {
    return this.take(async () => {
      const photo = await open_camera(this.label ?? "", (video) => shrunk(video, this.#most));
      if (!photo || !this.#looks("annotate")) return photo;
      return (await open_drawing({ label: this.label ?? "", under: await decoded(photo) })) ?? photo;
    });
  }

  /** @param {string} kind */
  #draw(kind) {
    return this.take(() => open_drawing({ label: this.label ?? "", one_colour: kind === "signature" }));
  }

  /** @param {string} value */
  #annotate(value) {
    return this.take(async () => {
      const { data } = await this.session.file(value);
      return data ? open_drawing({ label: this.label ?? "", under: await decoded(data) }) : undefined;
    });
  }
}

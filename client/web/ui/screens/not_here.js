/** Stands in the place of a screen that has not arrived yet, says so, and tries again when asked. */
import { error_text, t } from "../i18n.js";
import { failure } from "../parts.js";
import { Screen } from "../screen.js";

export class NotHereScreen extends Screen {
  /** @type {unknown} */
  why;

  async start() {
    this.replaceChildren(failure(error_text(this.why), () => this.ctx.settle(), { title: t("error.not_here") }));
  }

  async refresh() {}
}

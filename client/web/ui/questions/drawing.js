/** A sheet to draw on with finger, pen or mouse: blank, or a photo underneath. Strokes can be taken back one by one. */
import { open_dialog } from "../dialog.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { icon } from "../parts.js";
import { blob_of } from "../photo.js";
import { draw } from "../strokes.js";

const INKS = /** @type {[string, string][]} colour, words */ ([["#10243e", "drawing.blue"], ["#b01818", "drawing.red"], ["#0a5a4c", "drawing.green"]]);
const WIDTH = 0.008; // of the paper's
/** Height of a blank paper to its width: a signature is wide. */
const SHAPE = 0.62;
const EXPORT_PX = 1000;

/**
 * @param {{label: string, under?: HTMLImageElement, one_colour?: boolean}} what under: a photo to draw on
 * @returns {Promise<Blob | undefined>} PNG, or JPEG over a photo; undefined: waved away or nothing drawn
 */
export function open_drawing({ label, under, one_colour }) {
  const shape = under ? under.naturalHeight / under.naturalWidth : SHAPE;
  const export_px = under ? under.naturalWidth : EXPORT_PX;
  const paper = new Paper(shape, under);
  return open_dialog((/** @type {(value: any) => void} */ done) => {
    const inks = INKS.map(([colour, words], i) => html`<label class="ink"><input type="radio" name="ink" value=${colour} .checked=${i === 0} @change=${() => { paper.ink = colour; }}><span class="dot ${words.split(".")[1]}"></span><span class="sr">${t(words)}</span></label>`);
    const give = async () => done(paper.strokes.length ? await paper.picture(export_px) : undefined);
    return html`
      <div class="finder drawing">
        <header class="heading"><h2>${label}</h2></header>
        ${!one_colour && html`<div class="inks" role="radiogroup" aria-label=${t("drawing.inks")}>${inks}</div>`}
        <div class="stage">${paper.canvas}</div>
        <div class="actions">
          <button type="button" @click=${() => done(undefined)}>${t("dialog.cancel")}</button>
          <button type="button" @click=${() => paper.take_back(1)}>${icon("ui/undo.svg")}${t("drawing.undo")}</button>
          <button type="button" @click=${() => paper.take_back(Infinity)}>${icon("ui/trash.svg")}${t("drawing.clear")}</button>
          <button type="button" class="main" @click=${give}>${icon("ui/check.svg")}${t("drawing.done")}</button>
        </div>
      </div>`;
  }, { label, wide: true }).finally(() => paper.leave());
}

class Paper {
  /** @type {import("../strokes.js").Stroke[]} */
  strokes = [];
  ink = INKS[0][0];
  canvas = /** @type {HTMLCanvasElement} */ (html`<canvas class="paper" role="img" aria-label=${t("drawing.paper")}></canvas>`);
  #shape;
  #under;
  #size = new ResizeObserver(() => this.#fit());

  /** @param {number} shape height to width @param {HTMLImageElement} [under] */
  constructor(shape, under) {
    this.#shape = shape;
    this.#under = under;
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.strokes.push({ colour: this.ink, width: WIDTH, points: [this.#point(event)] });
      this.#draw();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) this.strokes[this.strokes.length - 1].points.push(this.#point(each));
      this.#draw();
    });
    queueMicrotask(() => canvas.parentElement && this.#size.observe(canvas.parentElement));
  }

  /** @param {PointerEvent} event */
  #point({ clientX, clientY }) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / width };
  }

  /** As large as its place allows, as sharp as the screen. */
  #fit() {
    const { clientWidth, clientHeight } = /** @type {HTMLElement} */ (this.canvas.parentElement);
    const width = Math.floor(Math.min(clientWidth, clientHeight / this.#shape));
    if (width < 1) return;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${Math.floor(width * this.#shape)}px`;
    this.#size_to(this.canvas, width * devicePixelRatio);
    this.#draw();
  }

  /** @param {HTMLCanvasElement} canvas @param {number} width */
  #size_to(canvas, width) {
    canvas.width = Math.round(width);
    canvas.height = Math.round(width * this.#shape);
  }

  /** @param {HTMLCanvasElement} [canvas] */
  #draw(canvas = this.canvas) {
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (this.#under) context.drawImage(this.#under, 0, 0, canvas.width, canvas.height);
    draw(context, this.strokes, canvas.width);
  }

  /** @param {number} count of strokes */
  take_back(count) {
    this.strokes.splice(Math.max(0, this.strokes.length - count));
    this.#draw();
  }

  /** @param {number} width pixels */
  picture(width) {
    const canvas = document.createElement("canvas");
    this.#size_to(canvas, width);
    this.#draw(canvas);
    return blob_of(canvas, this.#under ? "image/jpeg" : "image/png");
  }

  leave() {
    this.#size.disconnect();
  }
}

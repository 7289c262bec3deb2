/**
 * The keyboard of the review desk, and photos looked at closely. Every page works without: keys only press what is
 * there to be clicked, and a photo is a link to itself.
 */

/** Key → what it presses: the first element on the page that says so by data-key. */
const KEYS = new Set(["j", "k", "n", "a", "r", "c", "e", "?"]);

/** @param {KeyboardEvent} event */
function pressed(event) {
  const at = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || at.closest("input, textarea, select, dialog")) return;
  const key = event.key.toLowerCase();
  if (!KEYS.has(key)) return;
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row]")]);
  if (rows.length && (key === "j" || key === "k")) {
    const now = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = key === "j" ? Math.min(now + 1, rows.length - 1) : Math.max(now - 1, 0);
    rows[next].focus();
    event.preventDefault();
    return;
  }
  const found = /** @type {HTMLElement|null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  if (!found) return;
  event.preventDefault();
  const fold = found.closest("details");
  if (fold) fold.open = true;
  if (found.matches("textarea, input")) found.focus();
  else found.click();
}

/** One photo over the page: nearer, and turned. @param {HTMLAnchorElement} link */
function look_closely(link) {
  const words = document.body.dataset;
  const dialog = document.createElement("dialog");
  dialog.className = "closely";
  const photo = document.createElement("img");
  photo.src = link.href;
  photo.alt = link.querySelector("img")?.alt ?? "";
  let turned = 0;
  let scale = 1;
  const show = () => { photo.style.transform = `rotate(${turned}deg) scale(${scale})`; };
  const bar = document.createElement("p");
  /** @type {[string, () => void][]} */
  const tools = [
    [words.turn ?? "⟳", () => { turned = (turned + 90) % 360; show(); }],
    [words.nearer ?? "+", () => { scale = Math.min(scale * 1.5, 8); show(); }],
    [words.farther ?? "−", () => { scale = Math.max(scale / 1.5, 1); show(); }],
    [words.close ?? "×", () => dialog.close()],
  ];
  for (const [text, act] of tools) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", act);
    bar.append(button);
  }
  const frame = document.createElement("div");
  frame.append(photo);
  dialog.append(bar, frame);
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", pressed);
document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest("a.photo");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  look_closely(link);
});

/** A text onto the clipboard, also where a browser inside another app knows only the old way. */

/** @param {string} text */
export async function copy_text(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

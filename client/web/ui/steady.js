/** Redrawing that waits while a finger or mouse button is down: a button that moves away under it misses its click. */

/**
 * @param {HTMLElement} host where the pointer counts
 * @param {() => void} draw
 * @returns {() => void} draws now, or as soon as the click is over
 */
export function steady(host, draw) {
  let down = false;
  let asked = false;
  const up = () => {
    down = false;
    // The click comes after pointerup.
    if (asked) setTimeout(() => { asked = false; draw(); });
  };
  host.addEventListener("pointerdown", () => { down = true; });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) host.addEventListener(end, up);
  return () => {
    if (down) asked = true;
    else draw();
  };
}

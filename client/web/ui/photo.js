/**
 * A photo made small on this device. It is drawn anew, so nothing of the camera's file is left in it: no place, no
 * time, no serial number (EXIF), and it stands upright.
 */

/** The longest side where a form says nothing: enough to read a page, small enough for a bad road. */
export const MAX_PIXELS = 1600;
const QUALITY = 0.8;

/** Width and height of a picture whose longest side is at most so long; never made larger. @param {number} width @param {number} height @param {number} most @returns {[number, number]} */
export function fitted(width, height, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/**
 * @param {Blob} file any picture this browser can show
 * @returns {Promise<HTMLImageElement>} decoded, turned as its EXIF says
 * @throws {DOMException} EncodingError: no picture
 */
export async function decoded(file) {
  const image = new Image();
  const url = URL.createObjectURL(file);
  image.src = url;
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {HTMLImageElement | HTMLVideoElement} source
 * @param {number} [most] pixels of the longest side
 * @returns {Promise<Blob>} JPEG
 */
export function shrunk(source, most = MAX_PIXELS) {
  const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.naturalWidth, source.naturalHeight];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = fitted(width, height, most);
  const paper = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  paper.fillStyle = "#fff"; // what was transparent
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(source, 0, 0, canvas.width, canvas.height);
  return blob_of(canvas, "image/jpeg");
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
export function blob_of(canvas, type) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      canvas.width = canvas.height = 0; // gives a 2 GB phone its memory back at once
      if (blob) resolve(blob);
      else reject(new DOMException("canvas", "EncodingError"));
    }, type, QUALITY);
  });
}

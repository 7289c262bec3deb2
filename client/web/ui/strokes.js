/** What a finger drew: strokes in parts of the paper's width, so that turning the phone keeps them. Pure. */

/** @typedef {{x: number, y: number}} Point  in widths of the paper */
/** @typedef {{colour: string, width: number, points: Point[]}} Stroke */

/**
 * Draws strokes as smooth lines: through the middles between points, bent by the points.
 * @param {Pick<CanvasRenderingContext2D, "beginPath" | "moveTo" | "lineTo" | "quadraticCurveTo" | "stroke"> & {strokeStyle: any, lineWidth: number, lineCap: any, lineJoin: any}} paper
 * @param {Stroke[]} strokes @param {number} scale pixels of the paper's width
 */
export function draw(paper, strokes, scale) {
  paper.lineCap = paper.lineJoin = "round";
  for (const { colour, width, points } of strokes) {
    const [first, ...rest] = points.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
    paper.strokeStyle = colour;
    paper.lineWidth = width * scale;
    paper.beginPath();
    paper.moveTo(first.x, first.y);
    rest.forEach((point, i) => {
      const next = rest[i + 1];
      if (next) paper.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
      else paper.lineTo(point.x, point.y);
    });
    if (!rest.length) paper.lineTo(first.x + 0.01, first.y); // a dot
    paper.stroke();
  }
}

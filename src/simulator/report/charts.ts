/** Charts as inline SVG: bars and lines, drawn without a script. They say nothing of what the numbers mean. */

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** As it is written beside the bar. */
  readonly text: string;
}

export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

const rowHeight = 24;
const labelWidth = 240;
const textWidth = 220;
const width = 860;

/** One bar a row, as long as its share of the longest. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map(({ value }) => value), 0);
  const room = width - labelWidth - textWidth;
  const rows = bars.map(({ label, value, text }, at) => {
    const y = at * rowHeight;
    const length = longest > 0 ? Math.max(value > 0 ? 1 : 0, (value / longest) * room) : 0;
    return (
      `<text x="${labelWidth - 8}" y="${y + 16}" text-anchor="end">${escapeText(label)}</text>` +
      `<rect x="${labelWidth}" y="${y + 4}" width="${length.toFixed(1)}" height="15" rx="2"/>` +
      `<text class="value" x="${(labelWidth + length + 6).toFixed(1)}" y="${y + 16}">${escapeText(text)}</text>`
    );
  });
  return svg(title, Math.max(1, bars.length) * rowHeight, rows.join(''));
}

export interface Line {
  readonly name: string;
  /** Null where there is nothing to draw. */
  readonly values: readonly (number | null)[];
}

const plot = { left: 70, right: 20, top: 12, bottom: 30, height: 220 };

/** A round number at or above the value, for the top of an axis: 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

function shortNumber(value: number): string {
  if (value >= 1_000_000) return `${+(value / 1_000_000).toPrecision(3)} M`;
  return value >= 10_000 ? `${+(value / 1_000).toPrecision(3)} k` : `${+value.toPrecision(3)}`;
}

/** Lines over a common axis from 0 to `end`; `unit` stands at both axes' ends. */
export function lineChart(
  title: string,
  lines: readonly Line[],
  axis: { end: string; unit: string },
): string {
  const values = lines.flatMap((line) => line.values).filter((value) => value !== null);
  const top = roundUp(Math.max(...values, 0));
  const [innerWidth, innerHeight] = [width - plot.left - plot.right, plot.height - plot.top - plot.bottom];
  const x = (at: number, count: number) =>
    plot.left + (count > 1 ? (at / (count - 1)) * innerWidth : innerWidth / 2);
  const y = (value: number) => plot.top + innerHeight - (value / top) * innerHeight;
  const grid = [0, 0.5, 1].map((part) => {
    const at = y(part * top);
    const line = `<line x1="${plot.left}" x2="${width - plot.right}" y1="${at}" y2="${at}"/>`;
    return `${line}<text x="${plot.left - 8}" y="${at + 4}" text-anchor="end">${shortNumber(part * top)}</text>`;
  });
  const drawn = lines.map(({ name, values: own }, index) => {
    const path = pathOf(own.map((value, at) => (value === null ? null : [x(at, own.length), y(value)])));
    const legend = `<text class="s${index}" x="${plot.left + 10 + index * 120}" y="${plot.top + 4}">${escapeText(name)}</text>`;
    return `<path class="s${index}" d="${path}"/>${legend}`;
  });
  const ends =
    `<text x="${plot.left}" y="${plot.height - 8}">0</text>` +
    `<text x="${width - plot.right}" y="${plot.height - 8}" text-anchor="end">${escapeText(axis.end)}</text>` +
    `<text class="value" x="${width - plot.right}" y="${plot.top + 4}" text-anchor="end">${escapeText(axis.unit)}</text>`;
  return svg(title, plot.height, grid.join('') + drawn.join('') + ends);
}

/** A gap, where there is nothing, is left open; a lone point is a dot. */
function pathOf(points: readonly (readonly number[] | null)[]): string {
  let text = '';
  let isOpen = false;
  for (const point of points) {
    if (point === null) isOpen = false;
    else {
      const [x = 0, y = 0] = point;
      text += isOpen ? `L${x.toFixed(1)} ${y.toFixed(1)}` : `M${x.toFixed(1)} ${y.toFixed(1)}h0.1`;
      isOpen = true;
    }
  }
  return text;
}

function svg(title: string, height: number, content: string): string {
  const name = escapeText(title);
  return (
    `<figure><figcaption>${name}</figcaption>` +
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">${content}</svg></figure>`
  );
}

/** Tables for reading in a terminal: aligned columns, numbers to the right. Not for machines: they have the API. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Characters as they stand side by side; combining marks stand on the one before. */
function widthOf(text: string): number {
  return [...text.normalize('NFC').replace(/\p{Mn}/gu, '')].length;
}

export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => {
        const cell = cells[at] ?? '';
        const space = ' '.repeat((widths[at] ?? 0) - widthOf(cell));
        return align === 'left' ? `${cell}${space}` : `${space}${cell}`;
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].join('\n');
}

/** "1234567.5" for reading: "1,234,567.5". Digits behind the point stay as they are. */
export function groupThousands(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The first digits behind the point, cut and not rounded: for columns whose exact values stand elsewhere. */
export function cutFraction(decimal: string, digits: number): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.slice(0, digits).padEnd(digits, '0')}`;
}

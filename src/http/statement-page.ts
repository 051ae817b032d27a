/**
 * A statement as a page to read and to print: one self-contained document without scripts, so that the strictest content
 * policy lets it through. It shows the document's own numbers, grouped for the eye; it computes none.
 */
import { createHash } from 'node:crypto';
import type { StatementDocument, StatementLabels } from '../usecases/browse-statements.ts';

const style = `
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.5rem }
  header { display: flex; justify-content: space-between; gap: 2rem; align-items: flex-end; flex-wrap: wrap }
  h1 { font-size: 1.7rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2.2rem 0 .4rem }
  p { margin: .2rem 0 } .sum { font-size: 1.9rem; font-variant-numeric: tabular-nums }
  .note { opacity: .75 } .draft { border: 1px solid; padding: 0 .5em; border-radius: .3em }
  table { border-collapse: collapse; width: 100% }
  th { text-align: left; font-weight: 600 }
  th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid #8885; vertical-align: top }
  .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
  tr.slice td { border: 0; padding-top: 0; font-size: .87rem; opacity: .75 }
  tfoot td { border: 0; border-top: 2px solid; font-weight: 600 }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; font-size: .82rem; opacity: .8 }
  dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace }
  @media print { body { margin: 0; max-width: none; font-size: 11px } tr { break-inside: avoid } thead { display: table-header-group } }
`;

/** The only thing that the page may load is its own style. */
export const statementPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256')
  .update(style)
  .digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function statementPage(statement: StatementDocument, labels: StatementLabels): string {
  const title = `${statement.status === 'draft' ? 'Draft statement' : 'Statement'} ${monthName(statement.period)}`;
  const parts = [linesTable, adjustmentsTable, unpricedTable].map((table) => table(statement, labels));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(`${title}, ${labels.customerName}`)}</title><style>${style}</style></head><body>
<header><div><h1>${safe(title)}${statement.status === 'draft' ? ' <small class="draft">not closed</small>' : ''}</h1>
<p><strong>${safe(labels.customerName)}</strong> <span class="note">${safe(statement.customer_id)}</span></p>
<p class="note">${safe(spanText(statement))}</p></div>
<p class="sum" aria-label="Total">${grouped(statement.total)} ${safe(statement.currency)}</p></header>
${parts.join('')}${proof(statement)}
</body></html>
`;
}

function linesTable(
  { lines, adjustments, total, currency, time_zone: zone }: StatementDocument,
  labels: StatementLabels,
): string {
  if (lines.length === 0) {
    return adjustments.length === 0 ? '<p>No usage was charged in this period.</p>' : '';
  }
  const rows = lines.map((line) => {
    const main = row([
      nameOf(line, labels),
      [quantityText(line.quantity, labels.meters.get(line.meter)?.unit)],
      [whole(line.events)],
      [grouped(line.amount)],
    ]);
    if (line.slices.length < 2) return main;
    const slices = line.slices.map((slice) => {
      const name = `${dayText(slice.from, zone)} to ${dayText(slice.to, zone)}, price ${slice.price_id}`;
      return row(
        [safe(name), [grouped(slice.quantity)], [whole(slice.events)], [grouped(slice.exact_amount)]],
        'slice',
      );
    });
    return main + slices.join('');
  });
  const subtotal =
    adjustments.length === 0
      ? `<tfoot>${row(['Total', [''], [''], [`${grouped(total)} ${safe(currency)}`]])}</tfoot>`
      : '';
  return `<h2>Usage</h2>${table(['Service', ['Quantity'], ['Events'], [`Amount in ${currency}`]], rows.join(''), subtotal)}`;
}

function adjustmentsTable(
  { adjustments, total, currency }: StatementDocument,
  labels: StatementLabels,
): string {
  if (adjustments.length === 0) return '';
  const rows = adjustments.map((adjustment) => {
    const { period, quantity, amount, ignored_amount: ignored } = adjustment;
    const note =
      ignored === undefined ? '' : `<br><span class="note">not charged: ${grouped(ignored)}</span>`;
    return row([
      nameOf(adjustment, labels) + note,
      safe(monthName(period)),
      [grouped(quantity)],
      [grouped(amount)],
    ]);
  });
  const foot = `<tfoot>${row(['Total', '', [''], [`${grouped(total)} ${safe(currency)}`]])}</tfoot>`;
  return `<h2>Adjustments of earlier periods</h2>${table(['Service', 'Period', ['Quantity'], [`Amount in ${currency}`]], rows.join(''), foot)}`;
}

const reasons: Readonly<Record<string, string>> = {
  price_missing: 'no price',
  currency_mismatch: 'priced in another currency only',
  dimension_unpriced: 'the price does not name this value',
};

function unpricedTable({ unpriced, suspense }: StatementDocument, labels: StatementLabels): string {
  if (unpriced.length + suspense.length === 0) return '';
  const rows = [
    ...unpriced.map((entry) =>
      row([
        nameOf(entry, labels),
        safe(reasons[entry.reason] ?? entry.reason),
        [grouped(entry.quantity)],
        [whole(entry.events)],
      ]),
    ),
    ...suspense.map((entry) =>
      row([
        safe(entry.service),
        'the service has no record',
        [grouped(entry.quantity)],
        [whole(entry.events)],
      ]),
    ),
  ];
  return `<h2>Not charged</h2>${table(['Service', 'Why', ['Quantity'], ['Events']], rows.join(''), '')}`;
}

function proof(statement: StatementDocument): string {
  const { id, watermark, digest, previous_hash, hash, rounding, from, to } = statement;
  const facts = {
    Statement: id,
    From: from,
    To: to,
    Rounding: rounding.replaceAll('_', ' '),
    Watermark: watermark,
    Digest: digest,
  };
  const chain = {
    'Previous hash': previous_hash ?? 'none: the first of its chain',
    ...(hash !== null && { Hash: hash }),
  };
  const items = Object.entries({ ...facts, ...chain }).map(
    ([name, text]) => `<dt>${name}</dt><dd>${safe(text)}</dd>`,
  );
  return `<h2>Proof</h2><dl>${items.join('')}</dl>`;
}

/** A cell in brackets is a number, and stands to the right. Cells are HTML. */
type Cell = string | readonly [string];

function row(cells: readonly Cell[], className = ''): string {
  const inner = cells.map((cell) =>
    typeof cell === 'string' ? `<td>${cell}</td>` : `<td class="n">${cell[0]}</td>`,
  );
  return `<tr${className === '' ? '' : ` class="${className}"`}>${inner.join('')}</tr>`;
}

function table(header: readonly Cell[], rows: string, foot: string): string {
  const names = header.map((cell) =>
    typeof cell === 'string' ? `<th>${cell}</th>` : `<th class="n">${safe(cell[0])}</th>`,
  );
  return `<table><thead><tr>${names.join('')}</tr></thead><tbody>${rows}</tbody>${foot}</table>`;
}

type Named = Pick<StatementDocument['lines'][number], 'meter' | 'dimension'>;

function nameOf({ meter, dimension }: Named, labels: StatementLabels): string {
  const name = safe(labels.meters.get(meter)?.name ?? meter);
  if (dimension === undefined) return name;
  return `${name} <span class="note">${dimension === null ? 'without value' : safe(String(dimension))}</span>`;
}

function quantityText(quantity: string, unit = ''): string {
  return unit === '' ? grouped(quantity) : `${grouped(quantity)} ${safe(unit)}`;
}

/** `1234567.5` as `1,234,567.5`; a fraction whose decimal never ends is shown to six digits, and said to be. */
function grouped(number: string): string {
  const [over, under] = number.split('/');
  if (under !== undefined) return `≈ ${grouped(sixDigits(BigInt(over ?? ''), BigInt(under)))}`;
  const [integer = '', fraction] = number.replace(/^-/, '−').split('.');
  return safe(`${withCommas(integer)}${fraction === undefined ? '' : `.${fraction}`}`);
}

/** Half away from zero; for the eye only: the exact number is in the document. */
function sixDigits(over: bigint, under: bigint): string {
  const magnitude = over < 0n ? -over : over;
  const millionths = (2n * magnitude * 1_000_000n + under) / (2n * under);
  const digits = millionths.toString().padStart(7, '0');
  return `${over < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

function withCommas(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function whole(count: number): string {
  return withCommas(String(count));
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

function monthName(period: string): string {
  const [year, month] = period.split('-');
  return `${months[Number.parseInt(month ?? '', 10) - 1]} ${year}`;
}

function spanText({ from, to, time_zone: zone }: StatementDocument): string {
  return `${dayText(from, zone)} to ${dayText(to, zone)}, the end not included (${zone})`;
}

/** A moment in the zone: the date, and the time where it is not midnight. */
function dayText(time: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(new Date(time));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const clock = `${of('hour')}:${of('minute')}:${of('second')}`;
  return `${of('day')} ${of('month')} ${of('year')}${clock === '00:00:00' ? '' : ` ${clock}`}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

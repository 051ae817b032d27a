/** A statement as a table for spreadsheets: a row for each line, adjustment, unpriced use, and the total. */
import type { StatementDocument } from '../usecases/browse-statements.ts';
import { type CsvCell, toCsv } from './csv.ts';

const header = [
  ...['row', 'statement', 'customer_id', 'period', 'line', 'meter', 'dimension', 'from', 'to'],
  ...['quantity', 'events', 'exact_amount', 'amount', 'ignored_amount', 'currency', 'reason'],
];

type Cells = Partial<Record<(typeof header)[number], CsvCell>>;

export function statementCsv(statement: StatementDocument): string {
  const { id, customer_id, currency, period } = statement;
  const shared = { statement: id, customer_id, period, currency };
  const rows: Cells[] = [
    ...statement.lines.map(
      (line): Cells => ({
        row: 'line',
        ...{
          line: line.line,
          meter: line.meter,
          dimension: line.dimension ?? null,
          from: line.from,
          to: line.to,
        },
        ...{ quantity: number(line.quantity), events: line.events },
        ...{ exact_amount: number(line.exact_amount), amount: number(line.amount) },
      }),
    ),
    ...statement.adjustments.map(
      (adjustment): Cells => ({
        row: 'adjustment',
        ...{ period: adjustment.period, line: adjustment.line, meter: adjustment.meter },
        ...{ dimension: adjustment.dimension ?? null, quantity: number(adjustment.quantity) },
        amount: number(adjustment.amount),
        ...(adjustment.ignored_amount !== undefined && { ignored_amount: number(adjustment.ignored_amount) }),
      }),
    ),
    ...[...statement.unpriced, ...statement.suspense.map(asUnpriced)].map(
      (entry): Cells => ({
        row: 'unpriced',
        ...{
          meter: entry.meter,
          quantity: number(entry.quantity),
          events: entry.events,
          reason: entry.reason,
        },
        dimension: entry.dimension ?? null,
      }),
    ),
    { row: 'total', amount: number(statement.total) },
  ];
  return toCsv(
    header,
    rows.map((row) => header.map((name) => ({ ...shared, ...row })[name] ?? null)),
  );
}

/** The default meter of a service has the service's id. */
function asUnpriced(entry: StatementDocument['suspense'][number]) {
  const { service, quantity, events } = entry;
  return { meter: service, quantity, events, reason: 'service_unknown', dimension: undefined };
}

function number(text: string): CsvCell {
  return { number: text };
}

/** The names by which people know what a statement speaks of by ids, as they were at its watermark. */
import type { StatementBody } from '../domain/statements/statement-document.ts';
import type { CatalogView } from './catalog.ts';

export interface StatementLabels {
  readonly customerName: string;
  /** By meter id; the unit is that of the meter's service. */
  readonly meters: ReadonlyMap<string, { readonly name: string; readonly unit: string }>;
}

export function statementLabels(statement: StatementBody, view: CatalogView): StatementLabels {
  const ids = new Set(
    [...statement.lines, ...statement.adjustments, ...statement.unpriced].map(({ meter }) => meter),
  );
  const meters = new Map(
    [...ids].map((id) => {
      const meter = view.meter(id);
      const service = view.service(meter?.service ?? id);
      // A default meter has no name of its own.
      const isDefault = meter === undefined || meter.id === meter.service;
      const name = isDefault ? (service?.name ?? id) : meter.name;
      return [id, { name, unit: meter?.aggregation === 'sum' ? (service?.unit ?? '') : '' }];
    }),
  );
  return { customerName: view.customer(statement.customer_id)?.name ?? statement.customer_id, meters };
}

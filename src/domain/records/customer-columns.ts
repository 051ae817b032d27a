/** Which columns of a customer list hold what, told by its header. It reads no rows. */

export interface CustomerColumns {
  readonly name: number;
  readonly id: number | null;
  readonly timeZone: number | null;
  readonly currency: number | null;
}

/** Columns named by the caller, instead of those recognised. */
export interface ColumnChoice {
  readonly nameColumn?: string;
  readonly idColumn?: string;
}

export type ColumnsResult =
  | { readonly ok: true; readonly columns: CustomerColumns }
  | { readonly ok: false; readonly reason: string };

/** Earlier ones win: a list with `company` and `name` has its names in `name`. */
const nameHeaders = ['name', 'customername', 'customer', 'companyname', 'company', 'clientname', 'client'];
const idHeaders = ['id', 'customerid'];

export function findCustomerColumns(header: readonly string[], choice: ColumnChoice): ColumnsResult {
  const known = header.map(normalise);
  const shown = header.map((column) => JSON.stringify(column)).join(', ');
  const recognise = (names: readonly string[]) =>
    names.map((candidate) => known.indexOf(candidate)).find((index) => index >= 0) ?? null;
  const chosen = (column: string) => {
    const exact = header.indexOf(column);
    return exact >= 0 ? exact : recognise([normalise(column)]);
  };

  const { nameColumn, idColumn } = choice;
  const id = idColumn === undefined ? recognise(idHeaders) : chosen(idColumn);
  if (id === null && idColumn !== undefined) {
    return { ok: false, reason: `no column ${JSON.stringify(idColumn)}: the header has ${shown}` };
  }
  const only = header.length === 1 ? 0 : null;
  const name = nameColumn === undefined ? (recognise(nameHeaders) ?? only) : chosen(nameColumn);
  if (name === null) {
    const missing = nameColumn === undefined ? 'for the name' : JSON.stringify(nameColumn);
    return { ok: false, reason: `no column ${missing}: the header has ${shown}` };
  }
  return {
    ok: true,
    columns: { name, id, timeZone: recognise(['timezone']), currency: recognise(['currency']) },
  };
}

/** `Customer Name`, `customer_name` and `CUSTOMER-NAME` are one. */
function normalise(column: string): string {
  return column.toLowerCase().replace(/[^\p{L}]/gu, '');
}

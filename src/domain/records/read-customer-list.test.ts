import { describe, expect, test } from 'vitest';
import { readCustomerList } from './read-customer-list.ts';

describe('rows', () => {
  test('good rows are kept and bad ones named by line', () => {
    const text = [
      'name,time_zone,currency',
      'Acme Corp,Europe/Paris,EUR',
      '',
      '"Smith, Jones & Co",,',
      '"Unclosed Ltd,Europe/Paris,EUR',
      'Next Ltd,,USD',
      'Too,Many,Fields,Here',
      'Too Few',
      ',Europe/Paris,EUR',
      ' , , ',
      '!!!,,',
      'ACME corp.,,',
      'Quo"te,,',
      `${'x'.repeat(129)},,`,
      'Bell\u0007,,',
      'Caf\ufffd,,',
    ].join('\n');
    expect(readCustomerList(text)).toMatchInlineSnapshot(`
      {
        "customers": [
          {
            "currency": "EUR",
            "id": "acme-corp",
            "line": 2,
            "name": "Acme Corp",
            "timeZone": "Europe/Paris",
          },
          {
            "id": "smith-jones-co",
            "line": 4,
            "name": "Smith, Jones & Co",
          },
          {
            "currency": "USD",
            "id": "next-ltd",
            "line": 6,
            "name": "Next Ltd",
          },
        ],
        "problems": [
          {
            "line": 3,
            "reason": "blank row",
          },
          {
            "line": 5,
            "reason": "malformed: a quote is not closed",
          },
          {
            "line": 7,
            "reason": "malformed: 4 fields, the header has 3",
          },
          {
            "line": 8,
            "reason": "malformed: 1 field, the header has 3",
          },
          {
            "line": 9,
            "reason": "name missing",
          },
          {
            "line": 10,
            "reason": "blank row",
          },
          {
            "line": 11,
            "reason": "id missing: the name has no letter or digit to make one of",
          },
          {
            "line": 12,
            "reason": "duplicate: same id as line 2 (acme-corp)",
          },
          {
            "line": 13,
            "reason": "malformed: a quote inside a field (write "" for one, and quotes around the whole field)",
          },
          {
            "line": 14,
            "reason": "name is longer than 128 characters",
          },
          {
            "line": 15,
            "reason": "name contains a control character (U+0000 to U+001F, U+007F to U+009F)",
          },
          {
            "line": 16,
            "reason": "name is not UTF-8",
          },
        ],
      }
    `);
  });

  test('line breaks of every kind, a byte order mark, and no break at the end read alike', () => {
    const expected = readCustomerList('name\nA\nB\n');
    expect(expected.customers).toEqual([
      { line: 2, id: 'a', name: 'A' },
      { line: 3, id: 'b', name: 'B' },
    ]);
    for (const text of ['\ufeffname\r\nA\r\nB\r\n', 'name\nA\nB', 'name\rA\rB\r', '"name"\n"A"\n"B"\n']) {
      expect(readCustomerList(text)).toEqual(expected);
    }
  });

  test('an id column is taken as it is, an empty cell falls back to the name', () => {
    const { customers, problems } = readCustomerList('Customer ID;Company Name\nC/1;One\n;Two\nC/1;Three\n');
    expect(customers).toEqual([
      { line: 2, id: 'C/1', name: 'One' },
      { line: 3, id: 'two', name: 'Two' },
    ]);
    expect(problems).toEqual([{ line: 4, reason: 'duplicate: same id as line 2 (C/1)' }]);
  });

  test('a bad row does not take its id from a good one', () => {
    const { customers } = readCustomerList('name,x\nAcme\nAcme,1\n');
    expect(customers).toEqual([{ line: 3, id: 'acme', name: 'Acme' }]);
  });
});

describe('the header', () => {
  test.each([
    ['name', 'x'],
    ['Customer Name', 'x'],
    ['customer_name', 'x'],
    ['CUSTOMER', 'x'],
    ['Company-Name', 'x'],
    ['company', 'x'],
    ['Client', 'x'],
    ['client name', 'x'],
    ['anything', undefined],
  ])('%j is the column of the name', (header, other) => {
    const text = other === undefined ? `${header}\nAcme` : `${other},${header}\n1,Acme`;
    expect(readCustomerList(text).customers).toEqual([{ line: 2, id: 'acme', name: 'Acme' }]);
  });

  test('name wins over company', () => {
    expect(readCustomerList('company,name\nC,N').customers[0]?.name).toBe('N');
  });

  test.each([
    ['', {}, 'no header: the file is empty'],
    ['a,b\n1,2', {}, 'no column for the name: the header has "a", "b"'],
    ['name\nx', { nameColumn: 'firm' }, 'no column "firm": the header has "name"'],
    ['name\nx', { idColumn: 'nr' }, 'no column "nr": the header has "name"'],
    ['"name\nx', {}, 'header malformed: a quote is not closed'],
  ])('%j with %j is refused whole', (text, choice, reason) => {
    expect(readCustomerList(text, choice)).toEqual({ customers: [], problems: [{ line: 1, reason }] });
  });

  test('columns may be named by the caller', () => {
    const text = 'nr,Firm,name\n7,Acme,x';
    expect(readCustomerList(text, { nameColumn: 'firm', idColumn: 'nr' }).customers).toEqual([
      { line: 2, id: '7', name: 'Acme' },
    ]);
  });
});

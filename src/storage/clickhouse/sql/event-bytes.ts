/**
 * An event's bytes for the proof (MONEY.md 5.7): the RFC 8785 form of its content and identity, made by the engine, because
 * a proof covers millions of events. Properties are stored as such texts already, sorted by name; no other text holds a
 * control character (they are refused), so that only quotes and backslashes are escaped.
 */
const quoted = (column: string) =>
  `concat('"', replaceAll(replaceAll(toString(${column}), '\\\\', '\\\\\\\\'), '"', '\\\\"'), '"')`;

const amount = `ifNull(concat('"amount":"', toString(amount), '",'), '')`;
const properties = `arrayStringConcat(arrayMap((name, value) -> concat('"', name, '":', value),
    mapKeys(properties), mapValues(properties)), ',')`;

/** As RFC 3339 in UTC with milliseconds: `2026-10-15T12:00:00.000Z`. */
const time = `concat(replaceOne(toString(time), ' ', 'T'), 'Z')`;

/** The arrow's body has no braces of placeholders: those of the JSON stand as char codes. */
export const eventBytes = `concat(char(123), ${amount}, '"customer_id":', ${quoted('customer_id')},
  ',"id":', ${quoted('id')}, ',"properties":', char(123), ${properties}, char(125), ',"quantity":"', toString(quantity),
  '","service":', ${quoted('service')}, ',"source":', ${quoted('source')}, ',"time":"', ${time}, '"', char(125))`;

/** The UTC day: `2026-10-15`. */
export const eventDay = 'substring(toString(time), 1, 10)';

export const quotedText = quoted;

/**
 * An event's bytes for the proof (MONEY.md 5.7): the RFC 8785 form of its content and identity, made by the engine, because
 * a proof covers millions of events. Properties are stored as such texts already, sorted by name; no other text holds a
 * control character (they are refused), so that only quotes and backslashes are escaped.
 */
export const quotedText = (text: string) =>
  `concat('"', replaceAll(replaceAll(${text}, '\\\\', '\\\\\\\\'), '"', '\\\\"'), '"')`;

const amount = `ifNull(concat('"amount":"', toString(amount), '",'), '')`;
const properties = `arrayStringConcat(arrayMap((name, value) -> concat('"', name, '":', value),
    mapKeys(properties), mapValues(properties)), ',')`;

/** As RFC 3339 in UTC with milliseconds: `2026-10-15T12:00:00.000Z`. */
const time = `concat(replaceOne(toString(time), ' ', 'T'), 'Z')`;

/** The arrow's body has no braces of placeholders: those of the JSON stand as char codes. */
export const eventBytes = `concat(char(123), ${amount}, '"customer_id":', ${quotedText('customer_id')},
  ',"id":', ${quotedText('id')}, ',"properties":', char(123), ${properties}, char(125), ',"quantity":"', toString(quantity),
  '","service":', ${quotedText('service')}, ',"source":', ${quotedText('source')}, ',"time":"', ${time}, '"', char(125))`;

/** The UTC day, which is `2026-10-15` as a text. */
export const eventDay = 'toDate32(time)';

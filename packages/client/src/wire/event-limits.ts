/** The limits of one event (DESIGN.md 3.1 and 3.2). They stand here because the client checks them too. */
export const eventLimits = {
  /** Code points of ids, names and sources: 1 to this many. */
  idLengthMax: 128,
  quantityIntegerDigitsMax: 26,
  quantityFractionDigitsMax: 12,
  /** A JSON number written with more significant digits than this must be a string. */
  numberDigitsMax: 15,
  propertiesMax: 32,
  propertyNameLengthMax: 64,
  propertyStringLengthMax: 1024,
  /** 2000-01-01T00:00:00Z: an event before it is refused. */
  timeMinMs: 946_684_800_000,
  /** How far ahead of the server's clock an event may lie. */
  timeAheadMaxMs: 5 * 60_000,
} as const;

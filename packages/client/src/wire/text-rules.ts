/**
 * What counts as text in ids, names, sources and property strings. It judges and never changes: no trimming,
 * no normal forms, because identities are compared byte for byte.
 */
export type TextFault = 'empty' | 'long' | 'control' | 'surrogate';

/**
 * The rule that `value` breaks, or null: 1 to `codePointsMax` code points, no control characters
 * (U+0000–001F, U+007F–009F), no lone surrogates (they have no UTF-8). Too long wins over the others.
 */
export function textFault(value: string, codePointsMax: number): TextFault | null {
  const { length } = value;
  if (length === 0) return 'empty';
  if (length > 2 * codePointsMax) return 'long';
  let fault: TextFault | null = null;
  let pairs = 0;
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at);
    if (code >= 32 && code < 127) continue;
    if (code < 160) fault ??= 'control';
    else if (code >= 0xd800 && code <= 0xdfff) {
      if (isPair(value, at, code)) {
        pairs += 1;
        at += 1;
      } else fault ??= 'surrogate';
    }
  }
  return length - pairs > codePointsMax ? 'long' : fault;
}

function isPair(value: string, at: number, code: number): boolean {
  const next = value.charCodeAt(at + 1);
  return code < 0xdc00 && next >= 0xdc00 && next <= 0xdfff;
}

/** Says it after a field's name: "id " + "has a control character (U+0000 to U+001F, …)". */
export function textFaultMessage(fault: TextFault, codePointsMax: number): string {
  switch (fault) {
    case 'empty':
      return 'must not be empty';
    case 'long':
      return `is longer than ${codePointsMax} characters`;
    case 'control':
      return 'contains a control character (U+0000 to U+001F, U+007F to U+009F)';
    case 'surrogate':
      return 'contains a lone surrogate: it is not well-formed Unicode';
  }
}

/** A name that is not ours, cut so that a refusal does not send a whole body back. */
export function shownName(name: string): string {
  return name.length > 128 ? `${name.slice(0, 128)}…` : name;
}

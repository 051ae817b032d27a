/** Segments are files named by their number, twelve digits, so that a listing shows them in their order. */
const pattern = /^(\d{12})\.journal$/;

export function segmentName(number: number): string {
  return `${String(number).padStart(12, '0')}.journal`;
}

/** The numbers of the segments among these file names, ascending. Other files are none of ours. */
export function segmentNumbers(names: readonly string[]): number[] {
  const numbers = names.flatMap((name) => {
    const digits = pattern.exec(name)?.[1];
    return digits === undefined ? [] : [Number.parseInt(digits, 10)];
  });
  return numbers.sort((a, b) => a - b);
}

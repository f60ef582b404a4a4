/**
 * Decimal numbers as C2SP's line formats write them: ASCII digits, no sign, no leading zero unless the number is 0.
 * Numbers above 2^53−1 are refused, because sizes, indices and times are exact integers here.
 */

/** The number, or nothing where the text is not its one spelling. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The spelling of an exact integer from 0 to 2^53−1; throws on any other. */
export function formatDecimal(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not an exact integer from 0`);
  return String(value);
}

/**
 * Amounts as offices write them, turned into the one form the protocol reads: `1.234.567,80` → `1234567.80`. Text in, text
 * out: no float ever stands between, so nothing is rounded.
 */

/** How numbers are written in a file. */
export interface DecimalForm {
  /** Between whole units and fraction; default a point. */
  readonly decimal?: '.' | ',';
  /** Between groups of digits; default the other of comma and point. Spaces and apostrophes always count as groups. */
  readonly group?: '.' | ',';
}

/**
 * A plain decimal (`-1234567.80`), or nothing where the text is not a number. A minus may stand before or behind, or the
 * number in brackets, as bookkeepers do. Groups must have three digits, so that `1,5` is never read as 15.
 */
export function plainDecimal(text: string, { decimal = '.', group = decimal === '.' ? ',' : '.' }: DecimalForm = {}): string | undefined {
  let rest = text.trim();
  let sign = '';
  const bracketed = /^\((.*)\)$/.exec(rest);
  const signed = bracketed ?? /^[-\u2212](.*)$/.exec(rest) ?? /^(.*)[-\u2212]$/.exec(rest);
  if (signed !== null) {
    sign = '-';
    rest = signed[1]!.trim();
  } else if (rest.startsWith('+')) {
    rest = rest.slice(1);
  }
  const [whole, fraction, ...more] = rest.split(decimal);
  if (whole === undefined || more.length > 0 || (fraction !== undefined && !/^[0-9]+$/.test(fraction))) return undefined;
  const groups = whole.split(new RegExp(`[${group}\u0020\u00a0\u202f'\u2019]`));
  const [first, ...others] = groups;
  if (!/^[0-9]{1,30}$/.test(first ?? '') || (others.length > 0 && first!.length > 3) || !others.every((part) => /^[0-9]{3}$/.test(part)))
    return undefined;
  const digits = groups.join('').replace(/^0+(?=[0-9])/, '');
  const isZero = /^0*$/.test(digits + (fraction ?? ''));
  return `${isZero ? '' : sign}${digits}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** The same times ten to the power of `places` (0…9): thousands of euros in euros. */
export function shifted(plain: string, places: number): string {
  const [whole = '', fraction = ''] = plain.split('.');
  const padded = fraction.padEnd(places, '0');
  const moved = `${whole}${padded.slice(0, places)}`.replace(/^(-?)0+(?=[0-9])/, '$1');
  const left = padded.slice(places);
  return left === '' ? moved : `${moved}.${left}`;
}

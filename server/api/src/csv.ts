/**
 * CSV that any spreadsheet opens and none executes (RFC 4180): quoted, lines end in CRLF, UTF-8 with a byte order mark, because Excel takes
 * anything else for its own code page; and text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection).
 */

export const BYTE_ORDER_MARK = '\ufeff';

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?$/;
const SPECIAL = /[",\r\n]/;

export type CsvCell = string | number | boolean | null | undefined;

/** One line with its end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: CsvCell): string {
  const text = cell === null || cell === undefined ? '' : String(cell);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

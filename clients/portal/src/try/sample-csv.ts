/** A sample as a table to take along: amounts as a spreadsheet sums them, and in each line the stamp that drew it. */

export interface SampleLine {
  readonly payment: string;
  readonly title: string;
  readonly line: string;
  readonly state: string;
  /** `2026-03-01`. */
  readonly day: string;
  /** Of whole units. */
  readonly amount: string;
  readonly currency: string;
  readonly entry: number;
}

const HEAD = ['number', 'payment', 'title', 'budget_line', 'state', 'day', 'amount', 'currency', 'entry', 'stamp', 'stamp_time'];

/** CSV (RFC 4180). `time`: of the stamp, ms UTC. */
export function sampleCsv(lines: readonly SampleLine[], { height, time }: { readonly height: number; readonly time: number }): string {
  const closed = new Date(time).toISOString();
  const rows = lines.map(({ payment, title, line, state, day, amount, currency, entry }, n) => {
    return [n + 1, payment, title, line, state, day, amount, currency, entry, height, closed].map(cell);
  });
  // The mark tells spreadsheets that this is UTF-8.
  return `\uFEFF${[HEAD, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`;
}

/** A title that begins as a formula does is text all the same (OWASP, CSV Injection). */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

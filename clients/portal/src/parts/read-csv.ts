/**
 * A table that somebody drops on a page: CSV (RFC 4180) as spreadsheets and offices' programs write it, with a byte order mark or none, commas
 * or semicolons, any line end. Values stay text, without the space around them.
 */
import { CsvError, parse } from 'csv-parse/browser/esm/sync';

export interface CsvRow {
  /** Of the file, from 1, on which the row ends. */
  readonly line: number;
  readonly cells: readonly string[];
  /** As it stands in the file, without its end. */
  readonly raw: string;
}

/** First row: what the columns are called. Undefined where a quote is never closed, or nothing stands in it. */
export function readCsv(text: string): readonly [head: CsvRow, ...rows: CsvRow[]] | undefined {
  const plain = text.replace(/^\uFEFF/, '');
  const [first = ''] = plain.split(/[\r\n]/, 1);
  try {
    const rows = parse(plain, {
      delimiter: first.includes(';') ? ';' : ',',
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
      raw: true,
    }) as unknown as readonly { readonly record: readonly string[]; readonly raw: string; readonly info: { readonly lines: number } }[];
    const [head, ...rest] = rows.map(({ record, raw, info }) => ({
      line: info.lines,
      cells: record,
      raw: raw.replaceAll(/^[\r\n]+|[\r\n]+$/g, ''),
    }));
    return head === undefined ? undefined : [head, ...rest];
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

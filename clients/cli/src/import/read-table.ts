/**
 * Rows out of a file as offices really send them: CSV (RFC 4180 and its relatives) or JSON lines, gzipped or not.
 *
 * What comes in the wild and is dealt with here: a byte order mark, UTF-16, a code page of the nineties (named in the
 * map), line ends CR LF, LF or a bare CR, line ends inside quotes, headers that occur twice or not at all, rows
 * shorter or longer than the header. Everything is read as a stream, so a file may be larger than memory; what must
 * be held (one row) has a limit. Values stay text: numbers are read later, exactly, by the map's rules, never as floats.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { ImportFileError } from './import-file-error.ts';

/** How a file is written; what is left out is found out or is the usual. */
export interface TableFormat {
  readonly kind: 'csv' | 'jsonl';
  /** A name of the WHATWG Encoding Standard; default UTF-8. A byte order mark wins over it. */
  readonly encoding?: string;
  /** CSV: default a comma. */
  readonly delimiter?: string;
  /** CSV: default a double quote. */
  readonly quote?: string;
}

export interface SourceRow {
  /** Line of the file on which the row ends, from 1. */
  readonly line: number;
  /** Column name → text. A header that occurs again is `name#2`, an empty one `column 3`. JSON members are joined by dots. */
  readonly cells: ReadonlyMap<string, string>;
  /** The row itself is broken. */
  readonly fault?: 'row-columns' | 'row-json';
}

/** Most characters of one row; longer means a quote that is never closed. */
const MAX_ROW = 1_048_576;

/** Size of the file in bytes, for progress. Throws `ImportFileError`. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    throw new ImportFileError('file-missing', `${path} is not there or cannot be read`, 'Check the path and try again.');
  }
}

/** The rows of a file in order. `onBytes` is told the bytes read so far, before unpacking. Throws `ImportFileError`. */
export async function* readTable(
  path: string,
  format: TableFormat,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<SourceRow> {
  await sizeOf(path);
  const text = decoded(unpacked(chunksOf(path, onBytes), path), path, format.encoding);
  yield* format.kind === 'csv' ? csvRows(text, path, format) : jsonRows(text);
}

async function* chunksOf(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    onBytes(bytes);
    yield chunk;
  }
}

/** Unpacks gzip, known by its first bytes, never by the name. */
async function* unpacked(chunks: AsyncGenerator<Buffer>, path: string): AsyncGenerator<Buffer> {
  const first = await chunks.next();
  if (first.done) return;
  const whole = following(first.value, chunks);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* whole;
    return;
  }
  try {
    yield* pipeline(Readable.from(whole), createGunzip(), () => {}) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new ImportFileError('file-gzip', `${path} does not unpack: ${(error as Error).message}`, 'Fetch the file again.');
  }
}

async function* following(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** Bytes to text, strictly. A byte order mark says which encoding it is and is left out. */
async function* decoded(chunks: AsyncIterable<Buffer>, path: string, encoding = 'utf-8'): AsyncGenerator<string> {
  let decoder: Decoder | undefined;
  let offset = 0;
  const step = (bytes: Buffer, last: boolean): string => {
    decoder ??= textDecoder(path, markOf(bytes) ?? encoding);
    try {
      const text = decoder.decode(bytes, { stream: !last });
      offset += bytes.length;
      return text;
    } catch {
      throw new ImportFileError(
        'file-encoding',
        `${path} is not ${decoder.encoding} (after about ${offset} bytes)`,
        'Name the encoding in the map, e.g. "format": {"encoding": "windows-1252"}.',
      );
    }
  };
  for await (const chunk of chunks) yield step(chunk, false);
  yield step(Buffer.alloc(0), true);
}

type Decoder = InstanceType<typeof TextDecoder>;

function markOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

function textDecoder(path: string, encoding: string): Decoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new ImportFileError(
      'file-encoding',
      `${path}: "${encoding}" is not a known encoding`,
      'Use a name such as utf-8 or windows-1252.',
    );
  }
}

async function* csvRows(text: AsyncIterable<string>, path: string, format: TableFormat): AsyncGenerator<SourceRow> {
  const parser = parse({
    bom: false,
    delimiter: format.delimiter ?? ',',
    quote: format.quote ?? '"',
    // A bare CR ends a line in files of old; the longest end is tried first.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW,
    info: true,
  });
  pipeline(Readable.from(text), parser, () => {});
  let header: readonly string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (header === undefined) {
        header = headerNames(record);
        continue;
      }
      const cells = new Map<string, string>();
      for (const [i, name] of header.entries()) {
        const cell = record[i];
        if (cell !== undefined) cells.set(name, cell);
      }
      yield record.length === header.length ? { line: info.lines, cells } : { line: info.lines, cells, fault: 'row-columns' };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_MAX_RECORD_SIZE') {
      throw new ImportFileError(
        'row-too-long',
        `${path}: a row has more than ${MAX_ROW} characters`,
        'Look for a quote that is never closed.',
      );
    }
    throw new ImportFileError(
      'file-quotes',
      `${path}: ${error.message}`,
      'Mend the quotes there, or name "quote" and "delimiter" in the map.',
    );
  }
  if (header === undefined) throw new ImportFileError('file-empty', `${path} has no header line`, 'Check that it is the right file.');
}

/** Names without space around them; a name that occurs again gets `#2`, `#3`…; one that is empty its place. */
function headerNames(record: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return record.map((cell, i) => {
    const name = cell.trim() === '' ? `column ${i + 1}` : cell.trim();
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}

async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let line = 0;
  for await (const content of lines(text)) {
    line += 1;
    if (content.trim() === '') continue;
    const cells = new Map<string, string>();
    let whole = false;
    try {
      // The reviver sees the number as it was written (ECMAScript 2025, source text access), so 0.10 stays 0.10.
      const reviver = (_key: string, value: unknown, context: { source?: string }) =>
        typeof value === 'number' ? (context.source ?? value) : value;
      const value: unknown = JSON.parse(content, reviver as (key: string, value: unknown) => unknown);
      whole = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (whole) flatten(value, '', cells);
    } catch {
      whole = false;
    }
    yield whole ? { line, cells } : { line, cells, fault: 'row-json' };
  }
}

function flatten(value: unknown, name: string, cells: Map<string, string>): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'object') {
    for (const [member, inner] of Object.entries(value)) flatten(inner, name === '' ? member : `${name}.${member}`, cells);
  } else {
    cells.set(name, String(value));
  }
}

/** Lines without their ends (LF or CR LF). */
async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = '';
  for await (const chunk of text) {
    const parts = (pending + chunk).split('\n');
    pending = parts.pop() ?? '';
    if (pending.length > MAX_ROW) {
      throw new ImportFileError(
        'row-too-long',
        `a line has more than ${MAX_ROW} characters`,
        'Check that the file is JSON lines, one object a line.',
      );
    }
    yield* parts;
  }
  if (pending !== '') yield pending;
}

/** Files as they come: marks, code pages, line ends, gzip, headers twice, broken rows. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'node:querystring';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ImportFileError } from './import-file-error.ts';
import { readTable, type SourceRow, type TableFormat } from './read-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-table-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

async function read(content: string | Uint8Array, format: Partial<TableFormat> = {}): Promise<SourceRow[]> {
  const path = join(folder, `file-${count++}`);
  writeFileSync(path, content);
  return all(readTable(path, { kind: 'csv', ...format }));
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const plain = (rows: readonly SourceRow[]) => rows.map((row) => ({ ...Object.fromEntries(row.cells), line: row.line }));

for (const [name, end] of [
  ['LF', '\n'],
  ['CR LF', '\r\n'],
  ['CR', '\r'],
] as const) {
  test(`line ends: ${name}, also with quotes around them`, async () => {
    const rows = await read(['a,b', '1,"x,""y"""', `2,"two${end}lines"`, ''].join(end));
    assert.deepEqual(
      plain(rows).map(({ a, b }: Record<string, unknown>) => [a, b]),
      [
        ['1', 'x,"y"'],
        ['2', `two${end}lines`],
      ],
    );
    assert.equal(rows[0]!.line, 2);
  });
}

test('a CR at the end of one chunk and its LF at the start of the next are one line end', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${'x'.repeat(i % 13)}`);
  const read20k = await read(`a,b\r\n${rows.join('\r\n')}\r\n`);
  assert.equal(read20k.length, 20_000);
  assert.ok(read20k.every((row, i) => row.cells.get('a') === String(i) && row.fault === undefined));
});

test('gzip is known by its bytes, also when several parts follow each other', async () => {
  const packed = Buffer.concat([gzipSync('a,b\n1,2\n'), gzipSync('3,4\n')]);
  assert.deepEqual(plain(await read(packed)), [
    { a: '1', b: '2', line: 2 },
    { a: '3', b: '4', line: 3 },
  ]);
  await assert.rejects(
    read(packed.subarray(0, packed.length - 9)),
    (error) => error instanceof ImportFileError && error.code === 'file-gzip',
  );
});

test('marks and code pages', async () => {
  const expected = [{ AÑO: '2012', Größe: '1 €', line: 2 }];
  const text = 'AÑO,Größe\n2012,1 €\n';
  assert.deepEqual(plain(await read(text)), expected);
  assert.deepEqual(plain(await read(`\ufeff${text}`)), expected);
  assert.deepEqual(plain(await read(Buffer.from(`\ufeff${text}`, 'utf16le'))), expected);
  assert.deepEqual(plain(await read(Buffer.from(`\ufeff${text}`, 'utf16le').swap16())), expected);
  const windows = Buffer.from(text.replaceAll('€', '\x80'), 'latin1');
  assert.deepEqual(plain(await read(windows, { encoding: 'windows-1252' })), expected);
  await assert.rejects(
    read(windows),
    (error) => error instanceof ImportFileError && error.code === 'file-encoding' && error.remedy.includes('windows-1252'),
  );
  await assert.rejects(read(text, { encoding: 'klingon' }), (error) => error instanceof ImportFileError && error.code === 'file-encoding');
  await assert.rejects(
    read(Buffer.concat([Buffer.from(text), Buffer.of(0xc3)])),
    (error) => error instanceof ImportFileError && error.code === 'file-encoding',
  );
});

test('headers that occur again or are empty get names of their own', async () => {
  assert.deepEqual(plain(await read('a, a ,,a\n1,2,3,4\n')), [{ a: '1', 'a#2': '2', 'column 3': '3', 'a#3': '4', line: 2 }]);
});

test('a row of another length than the header is marked and the rest goes on', async () => {
  const rows = await read('a,b\n1\n1,2\n1,2,3\n');
  assert.deepEqual(
    rows.map((row) => row.fault),
    ['row-columns', undefined, 'row-columns'],
  );
});

test('other delimiters and quotes', async () => {
  assert.deepEqual(plain(await read("a;b\n'x;y';2\n", { delimiter: ';', quote: "'" })), [{ a: 'x;y', b: '2', line: 2 }]);
});

test('a quote that is never closed, and a file without a header, are named', async () => {
  await assert.rejects(read('a,b\n1,"2\n'), (error) => error instanceof ImportFileError && error.code === 'file-quotes');
  await assert.rejects(
    read(`a,b\n1,"${'x\n'.repeat(600_000)}`),
    (error) => error instanceof ImportFileError && error.code === 'row-too-long',
  );
  await assert.rejects(read(''), (error) => error instanceof ImportFileError && error.code === 'file-empty');
  await assert.rejects(
    all(readTable(join(folder, 'none'), { kind: 'csv' })),
    (error) => error instanceof ImportFileError && error.code === 'file-missing',
  );
});

test('JSON lines keep numbers as they were written', async () => {
  const rows = await read('{"a":0.10,"b":{"c":9007199254740993,"d":[true,null]}}\r\n\n[1]\n{"a":\n{"a":"x"}', { kind: 'jsonl' });
  assert.deepEqual(
    rows.map((row) => ({
      line: row.line,
      fault: row.fault,
      cells: stringify(Object.fromEntries(row.cells), '&', '=', { encodeURIComponent: (text) => text }),
    })),
    [
      { line: 1, fault: undefined, cells: 'a=0.10&b.c=9007199254740993&b.d.0=true' },
      { line: 3, fault: 'row-json', cells: '' },
      { line: 4, fault: 'row-json', cells: '' },
      { line: 5, fault: undefined, cells: 'a=x' },
    ],
  );
});

test('stopping early closes the file', async () => {
  const path = join(folder, 'long');
  writeFileSync(path, `a\n${'1\n'.repeat(200_000)}`);
  for await (const row of readTable(path, { kind: 'csv' })) {
    assert.equal(row.cells.get('a'), '1');
    break;
  }
});

/** Lists to take away: complete, of one moment, under a checkpoint that verifies, safe in a spreadsheet; and a catalogue that harvesters can read. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { decodeBase64, equalBytes } from '@tabularium/protocol';
import jsonld from 'jsonld';
import { openTown } from './town-rig.test.ts';

const { town, get, proposal, submit, close } = await openTown();
after(close);

const rowsOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function allRows(path: string): Promise<readonly Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let cursor = ''; ; ) {
    const { json } = await get(`${path}?limit=200${cursor}`);
    rows.push(...(json.rows as Record<string, unknown>[]));
    if (json.next === undefined) return rows;
    cursor = `&cursor=${encodeURIComponent(String(json.next))}`;
  }
}

/** With its byte order mark, which `text()` would take away. */
async function csvOf(path: string): Promise<readonly (readonly string[])[]> {
  const response = await fetch(`${town.base}${path}`);
  return parseCsv(new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer()));
}

/** RFC 4180, read back. */
function parseCsv(text: string): readonly (readonly string[])[] {
  assert.ok(text.startsWith('\ufeff'));
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  assert.deepEqual(rows.pop(), []);
  return rows;
}

test('every list of every module is there in both forms, with all of its rows', async () => {
  const { sets } = (await get('/api/v1/data')).json as { sets: { name: string; module: string }[] };
  assert.ok(sets.some(({ name }) => name === 'treasury/payments') && sets.some(({ name }) => name === 'kernel/proposals'));
  for (const { name } of sets) {
    const lines = rowsOf((await get(`/data/${name}.jsonl`)).text);
    const csv = await csvOf(`/data/${name}.csv`);
    assert.equal(csv.length - 1, lines.length, name);
    assert.ok(
      csv.every((cells) => cells.length === csv[0]!.length),
      name,
    );
    if (name === 'entries') continue;
    assert.equal(lines.length, (await allRows(`/api/v1/${name}`)).length, name);
  }
});

test('a file says how far it is good for, and a signed checkpoint covers it', async () => {
  const { headers } = await get('/data/treasury/lines.csv');
  assert.match(headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/);
  assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="treasury-lines\.csv"$/);
  const height = Number(headers.get('tabularium-height'));
  const block = town.door.block(height)!;
  assert.equal(Number(headers.get('tabularium-entries')), block.first + block.count);
  const [size = '', root = ''] = (headers.get('tabularium-checkpoint') ?? '').split(' ');
  const signed = parseCheckpoint(parseNote(town.door.checkpoint())!.text)!;
  assert.equal(Number(size), signed.size);
  assert.ok(equalBytes(decodeBase64(root)!, signed.root));
});

test('amounts are decimals in their currency, titles stand in place of digests, and filters are those of the list', async () => {
  const [heads = [], ...rows] = await csvOf('/data/treasury/lines.csv?year=2025');
  assert.ok(heads.includes('title') && !heads.includes('texts'));
  const api = await allRows('/api/v1/treasury/lines');
  const at = (row: readonly string[], column: string): string => row[heads.indexOf(column)] ?? '';
  for (const row of rows) {
    const same = api.find(({ id }) => id === at(row, 'id'))!;
    assert.match(at(row, 'appropriated'), /^-?\d+\.\d\d$/);
    assert.equal(
      at(row, 'appropriated')
        .replace('.', '')
        .replace(/^0+(?=\d)/, ''),
      same.appropriated,
    );
    assert.equal(at(row, 'year'), '2025');
  }
  assert.ok(rows.some((row) => at(row, 'title') !== ''));
  assert.equal((await csvOf('/data/treasury/lines.csv?year=1900')).length, 1);
  for (const query of ['?nonsense=1', '?cursor=x', '?limit=5'])
    assert.equal((await get(`/data/treasury/lines.csv${query}`)).status, 400, query);
  assert.equal((await get('/data/treasury/nothing.csv')).status, 404);
});

test('of entries the day is told and no time of day', async () => {
  const [heads = [], first = []] = await csvOf('/data/entries.csv');
  assert.match(first[heads.indexOf('day')] ?? '', /^\d{4}-\d{2}-\d{2}$/);
  assert.doesNotMatch((await get('/data/entries.jsonl')).text, /"time"/);
});

test('the catalogue has what DCAT-AP 3.0 demands, as a processor of JSON-LD reads it', async () => {
  const { headers, json } = await get('/data/catalog.jsonld');
  assert.match(headers.get('content-type') ?? '', /^application\/ld\+json/);
  const graph = (await jsonld.expand(json as object)) as Readonly<Record<string, readonly { '@id'?: string; '@value'?: string }[]>>[];
  const DCAT = 'http://www.w3.org/ns/dcat#';
  const DCT = 'http://purl.org/dc/terms/';
  const demanded: Readonly<Record<string, readonly string[]>> = {
    [`${DCAT}Catalog`]: [`${DCT}title`, `${DCT}description`, `${DCT}publisher`],
    [`${DCAT}Dataset`]: [`${DCT}title`, `${DCT}description`],
    [`${DCAT}Distribution`]: [`${DCAT}accessURL`],
    [`${DCAT}DataService`]: [`${DCT}title`, `${DCAT}endpointURL`],
    'http://xmlns.com/foaf/0.1/Agent': ['http://xmlns.com/foaf/0.1/name'],
  };
  const ids = new Set(graph.map((node) => node['@id'] as unknown));
  const typesOf = (node: object): readonly string[] => ((node as Record<string, unknown>)['@type'] ?? []) as string[];
  for (const [type, members] of Object.entries(demanded)) {
    const nodes = graph.filter((node) => typesOf(node).includes(type));
    assert.ok(nodes.length > 0, type);
    for (const node of nodes)
      for (const member of members) assert.ok((node[member]?.length ?? 0) > 0, `${String(node['@id'])} has no ${member}`);
  }
  const files = graph.filter((node) => typesOf(node).includes(`${DCAT}Distribution`));
  for (const dataset of graph.filter((node) => typesOf(node).includes(`${DCAT}Dataset`)))
    for (const { '@id': file } of dataset[`${DCAT}distribution`] ?? []) assert.ok(ids.has(file), `${file} is not described`);
  for (const file of files) {
    const address = new URL(file[`${DCAT}accessURL`]![0]!['@id']!);
    assert.equal((await get(address.pathname)).status, 200, address.pathname);
  }
});

test('whoever leaves before a file is begun leaves its place to others', async () => {
  const { height } = (await get('/health')).json as { height: number };
  const leaving = Array.from({ length: 8 }, () => {
    const gone = new AbortController();
    const headers = { 'tabularium-min-height': String(height + 1) };
    return { gone, asked: fetch(`${town.base}/data/entries.csv`, { headers, signal: gone.signal }).catch(() => undefined) };
  });
  await delay(300);
  for (const { gone, asked } of leaving) {
    gone.abort();
    await asked;
  }
  assert.equal((await submit(proposal(1))).status, 201);
  assert.equal((await get('/data/entries.csv', { 'tabularium-min-height': String(height + 1) })).status, 200);
});

test('a name that is none of a host does not get into the catalogue', async () => {
  const named = (host: string) => town.app.inject({ url: '/data/catalog.jsonld', headers: { host } });
  assert.equal((await named('town.example')).json()['@graph'][0]['@id'], 'http://town.example/#office');
  const refused = await named('a"><script>');
  assert.deepEqual([refused.statusCode, refused.json().code], [400, 'request-malformed']);
});

/**
 * One test for both databases: rows equal the fold, lists page and filter alike, and whatever is doubtful is
 * thrown away and rebuilt. PostgreSQL is started by `tools/setup-postgres.sh`.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { BlockEvents } from './feed.ts';
import { type FixtureArgument, generateBlocks, grants } from './fixture-feed.ts';
import type { JsonRow, ListPage, ListQuery } from './list-query.ts';
import { type Answer, openProjections as openThread, type Projections, type ProjectionsOptions } from './projections.ts';
import { makeSchema } from './relations.ts';

const SETUP = fileURLToPath(new URL('../../../tools/setup-postgres.sh', import.meta.url));
const FIXTURE = new URL('./fixture-feed.ts', import.meta.url).href;
const WAIT_MS = 60_000;

interface Place {
  /** Options that open a projection in this place. */
  options(argument: FixtureArgument): ProjectionsOptions;
  /** Damages what is stored, so that reading or writing it fails. */
  damage(): Promise<void>;
  /** Where rows are kept, for a second opinion in SQL. */
  readonly name: string;
}

const directory = mkdtempSync(join(tmpdir(), 'tabularium-projections-'));
let databaseUrl = '';
let cluster = '';
before(() => {
  const answer = execFileSync('bash', [SETUP, 'start'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  [databaseUrl = '', cluster = ''] = answer.trim().split('\n');
});
after(() => {
  if (cluster !== '') execFileSync('bash', [SETUP, 'stop', cluster], { stdio: ['ignore', 'inherit', 'inherit'] });
  rmSync(directory, { recursive: true, force: true });
});

/** Closed after each test, also when it failed: a thread left running would hold up the whole run. */
const running = new Set<Projections>();
afterEach(async () => {
  for (const projections of running) await projections.close();
  running.clear();
});
function openProjections(options: ProjectionsOptions): Projections {
  const projections = openThread(options);
  running.add(projections);
  return projections;
}

async function sqlitePlace(): Promise<Place> {
  const dir = mkdtempSync(join(directory, 'sqlite-'));
  return {
    name: 'SQLite',
    options: (argument) => ({ dir, feed: { module: FIXTURE, argument } }),
    async damage() {
      const path = join(dir, 'projections.db');
      const file = openSync(path, 'r+');
      const size = statSync(path).size;
      for (let at = 0; at < size; at += 4096) writeSync(file, Buffer.alloc(512, 0x5a), 0, 512, at + (at === 0 ? 100 : 0));
    },
  };
}

let databases = 0;
async function postgresPlace(): Promise<Place> {
  const name = `projection_${databases++}`;
  await onServer(`CREATE DATABASE ${name}`, databaseUrl);
  const url = databaseUrl.replace(/postgres$/, name);
  return {
    name: 'PostgreSQL',
    options: (argument) => ({ databaseUrl: url, feed: { module: FIXTURE, argument } }),
    async damage() {
      await onServer('DROP TABLE tabularium.grants_grant', url);
    },
  };
}

async function onServer(text: string, url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function ledgerFile(blocks: Iterable<BlockEvents>): string {
  const path = join(mkdtempSync(join(directory, 'ledger-')), 'blocks.jsonl');
  writeFileSync(path, '');
  grow(path, blocks);
  return path;
}

function grow(path: string, blocks: Iterable<BlockEvents>): void {
  for (const block of blocks) appendFileSync(path, `${JSON.stringify(block)}\n`);
}

/** The rows as a plain fold gives them, without any database. */
function foldedGrants(path: string): Map<string, Record<string, unknown>> {
  const rows = new Map<string, Record<string, unknown>>();
  const { projection } = grants(1);
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
    const block = JSON.parse(line) as BlockEvents;
    for (const [seq, event] of block.events.entries()) {
      const fold = projection.folds[event.type.replace('grants.', '')]!;
      const meta = { ...event, height: block.height, time: block.time, index: block.first + event.entry, seq };
      for (const upsert of fold(event.data, meta)) {
        if (upsert.table !== 'grant') continue;
        const id = String(upsert.key.id);
        const row = rows.get(id) ?? {
          id,
          line: null,
          payee: null,
          purpose: null,
          amount: 0n,
          paid: 0n,
          due: null,
          open: null,
          payments: 0n,
        };
        Object.assign(row, upsert.set);
        for (const [column, delta] of Object.entries(upsert.add ?? {})) row[column] = (row[column] as bigint) + delta;
        rows.set(id, row);
      }
    }
  }
  for (const row of rows.values())
    Object.assign(row, { amount: String(row.amount), paid: String(row.paid), payments: Number(row.payments) });
  return rows;
}

function sortedById(rows: Iterable<Record<string, unknown>>): Record<string, unknown>[] {
  return [...rows].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
}

async function allRows(projections: Projections, view: string, query: ListQuery): Promise<JsonRow[]> {
  const rows: JsonRow[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 500; pages++) {
    const page: ListPage = value(await projections.list(view, cursor === undefined ? query : { ...query, cursor }));
    rows.push(...page.rows);
    if (page.next === undefined) return rows;
    cursor = page.next;
  }
  throw new Error('the list has no end');
}

function value<T>(answer: Answer<T>): T {
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

function refusedCode(answer: Answer<unknown>): string {
  assert.ok(!answer.ok && answer.kind === 'refused', JSON.stringify(answer));
  return answer.code;
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + WAIT_MS; !holds(); ) {
    assert.ok(Date.now() < end, 'it never came about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function reached(projections: Projections, height: number): Promise<void> {
  assert.equal(await projections.waitFor(height, WAIT_MS), true, projections.failed);
}

for (const makePlace of [sqlitePlace, postgresPlace]) {
  describe(`projections in ${makePlace === sqlitePlace ? 'SQLite' : 'PostgreSQL'}`, () => {
    test('rows equal the fold, before and after more blocks came', async () => {
      const ledger = ledgerFile([...generateBlocks(7, 60, 20)].slice(0, 40));
      const projections = openProjections((await makePlace()).options({ ledger }));
      await reached(projections, 40);
      grow(ledger, [...generateBlocks(7, 60, 20)].slice(40));
      projections.notify(60);
      await reached(projections, 60);
      const expected = foldedGrants(ledger);
      const rows = await allRows(projections, 'grants.grants', { order: 'id', limit: 77 });
      assert.deepEqual(rows, sortedById(expected.values()));
      const first = rows[0] as JsonRow;
      assert.deepEqual(value(await projections.one('grants.grants', String(first.id))), first);
      assert.equal(value(await projections.one('grants.grants', 'no-such-grant')), null);
      const granted = [...expected.values()].reduce((sum, row) => sum + BigInt(String(row.amount)), 0n);
      const lines = await allRows(projections, 'grants.lines', {});
      assert.equal(
        lines.reduce((sum, row) => sum + BigInt(String(row.granted)), 0n),
        granted,
      );
      await projections.close();
    });

    test('lists filter, range, order and page alike', async () => {
      const ledger = ledgerFile(generateBlocks(11, 30, 20));
      const projections = openProjections((await makePlace()).options({ ledger }));
      await reached(projections, 30);
      const expected = [...foldedGrants(ledger).values()];
      const ids = (rows: readonly Record<string, unknown>[]): unknown[] => rows.map((row) => row.id);
      const lowest = (due: unknown): number => (due === null ? Number.NEGATIVE_INFINITY : Number(due));

      // Nulls stand lowest in both directions, and equal rows follow the key in the same direction.
      const byDue = [...expected].sort((a, b) => lowest(a.due) - lowest(b.due) || (String(a.id) < String(b.id) ? -1 : 1));
      for (const limit of [1, 3, 200]) {
        assert.deepEqual(ids(await allRows(projections, 'grants.grants', { order: 'due', limit })), ids(byDue));
        assert.deepEqual(ids(await allRows(projections, 'grants.grants', { limit })), ids([...byDue].reverse()));
      }
      const open = expected.filter((row) => row.open === true && row.line === 'line-3');
      assert.deepEqual(
        ids(await allRows(projections, 'grants.grants', { equal: { open: 'true', line: 'line-3' }, order: 'id' })),
        ids(open).sort(),
      );
      const middle = expected.filter((row) => BigInt(String(row.amount)) >= 200_000n && BigInt(String(row.amount)) <= 600_000n);
      assert.deepEqual(
        ids(await allRows(projections, 'grants.grants', { from: { amount: '200000' }, to: { amount: '600000' }, order: 'id', limit: 5 })),
        ids(middle).sort(),
      );
      await projections.close();
    });

    test('sums by filter equal the sum of the rows', async () => {
      const ledger = ledgerFile(generateBlocks(13, 30, 20));
      const projections = openProjections((await makePlace()).options({ ledger }));
      await reached(projections, 30);
      const expected = [...foldedGrants(ledger).values()];
      const { groups: sums, complete } = value(await projections.sums('grants.grants', { by: ['line', 'open'] }));
      assert.equal(complete, true);
      const group = (row: Record<string, unknown>): string => `${row.line} ${row.open}`;
      assert.deepEqual(sums.map(group), [...new Set(expected.map(group))].sort());
      for (const row of sums) {
        const rows = expected.filter((one) => group(one) === group(row));
        const total = (column: string): string => String(rows.reduce((sum, one) => sum + BigInt(String(one[column])), 0n));
        assert.deepEqual([row.rows, row.amount, row.paid], [rows.length, total('amount'), total('paid')]);
      }
      // The same rows as the list has for the same question, whatever is asked.
      for (const filter of [
        { equal: { line: 'line-3' } },
        { from: { amount: '200000' }, to: { amount: '600000' } },
        { equal: { open: 'true' }, search: 'purpose' },
        { search: 'zzz' },
      ]) {
        const rows = await allRows(projections, 'grants.grants', { ...filter, order: 'id' });
        const { groups } = value(await projections.sums('grants.grants', { by: [], ...filter }));
        const amount = String(rows.reduce((sum, row) => sum + BigInt(String(row.amount)), 0n));
        assert.deepEqual(
          groups.map((one) => [one.rows, one.amount]),
          [[rows.length, amount]],
          JSON.stringify(filter),
        );
      }
      assert.equal(refusedCode(await projections.sums('grants.grants', { by: [], from: { line: 'a' } })), 'filter-unknown');
      assert.equal(refusedCode(await projections.sums('grants.grants', { by: ['payee'] })), 'filter-unknown');
      await projections.close();
    });

    test('search finds every word in any case, also short ones and those that mean something to SQL', async () => {
      const ledger = ledgerFile(generateBlocks(5, 30, 20));
      const projections = openProjections((await makePlace()).options({ ledger }));
      await reached(projections, 30);
      const expected = [...foldedGrants(ledger).values()];
      for (const search of [
        'årøy',
        'MÜLLER söhne',
        '100%',
        'd_v',
        'a1',
        'πάρκο',
        '"east"',
        "o'b purpose",
        'purpose 12',
        '%',
        '_',
        'zzz',
        '   ',
      ]) {
        const terms = search
          .toLowerCase()
          .split(/\s+/)
          .filter((term) => term !== '');
        const wanted = expected.filter((row) => terms.every((term) => `${row.payee}\n${row.purpose}`.toLowerCase().includes(term)));
        const found = await allRows(projections, 'grants.grants', { search, order: 'id' });
        assert.deepEqual(
          found.map((row) => row.id),
          wanted.map((row) => row.id).sort(),
          search,
        );
      }
      await projections.close();
    });

    test('what a list does not declare is refused by code', async () => {
      const ledger = ledgerFile(generateBlocks(3, 3, 10));
      const projections = openProjections((await makePlace()).options({ ledger }));
      await reached(projections, 3);
      const ask = async (query: ListQuery, view = 'grants.grants'): Promise<string> => refusedCode(await projections.list(view, query));
      assert.equal(await ask({}, 'grants.nothing'), 'view-unknown');
      assert.equal(await ask({ equal: { payee: 'x' } }), 'filter-unknown');
      assert.equal(await ask({ equal: { 'line" OR 1=1 --': 'x' } }), 'filter-unknown');
      assert.equal(await ask({ from: { payee: 'x' } }), 'filter-unknown');
      assert.equal(await ask({ equal: { open: '1' } }), 'value-invalid');
      assert.equal(await ask({ from: { amount: '1.5' } }), 'value-invalid');
      assert.equal(await ask({ from: { amount: '9223372036854775808' } }), 'value-invalid');
      assert.equal(await ask({ order: 'payee' }), 'order-unknown');
      assert.equal(await ask({ limit: 201 }), 'limit-invalid');
      assert.equal(await ask({ limit: 0 }), 'limit-invalid');
      assert.equal(await ask({ search: 'x' }, 'grants.lines'), 'search-unsupported');
      assert.equal(await ask({ search: 'x'.repeat(201) }), 'search-invalid');
      const page = value(await projections.list('grants.grants', { limit: 2 }));
      assert.equal(await ask({ cursor: page.next!, order: 'id' }), 'cursor-invalid');
      for (const cursor of ['', 'x', Buffer.from('[]').toString('base64url'), Buffer.from('["-due,-id",{},"a"]').toString('base64url')]) {
        assert.equal(await ask({ cursor }), 'cursor-invalid');
      }
      await projections.close();
    });

    test('entries, blocks and one record’s life are told', async () => {
      const blocks = [...generateBlocks(9, 12, 15)];
      const deadline = {
        ...blocks[11]!.events[0]!,
        tx: 'deadline-1',
        entry: -1,
        action: 'grants.grant.lapse',
        signers: [],
        type: 'grants.grant.lapsed',
      };
      blocks.push({ height: 13, time: blocks[11]!.time + 500, first: blocks[11]!.first + 16, events: [deadline] });
      const ledger = ledgerFile(blocks);
      const projections = openProjections((await makePlace()).options({ ledger }));
      await reached(projections, 13);
      const latest = value(await projections.entries({ limit: 3 }));
      assert.deepEqual(
        latest.map((row) => row.name),
        ['tx-12-14', 'tx-12-13', 'tx-12-12'],
      );
      const next = value(await projections.entries({ limit: 1, before: latest[2]!.index }));
      assert.equal(next[0]!.name, 'tx-12-11');
      assert.deepEqual(value(await projections.entry(latest[0]!.index)), latest[0]);
      assert.equal(value(await projections.entry(0)), null);
      assert.deepEqual(latest[0], {
        index: blocks[11]!.first + 14,
        height: 12,
        time: blocks[11]!.time,
        name: 'tx-12-14',
        action: blocks[11]!.events[14]!.action,
        about: '',
        agency: 'town',
        office: 'finance',
        role: 'clerk',
        others: blocks[11]!.events[14]!.signers.length === 2 ? ['auditor@audit'] : [],
      });

      const key = deadline.keys[0] as string;
      const told = blocks.flatMap((block) =>
        block.events.flatMap((event, seq) =>
          event.keys.includes(key) ? [{ height: block.height, seq, type: event.type, name: event.entry < 0 ? undefined : event.tx }] : [],
        ),
      );
      const life = value(await projections.life(key, { limit: 100 }));
      assert.deepEqual(
        life.map((step) => ({ height: step.height, seq: step.seq, type: step.type, name: step.entry?.name })),
        told,
      );
      assert.equal(life.at(-1)!.entry, undefined, 'a deadline has no entry');
      assert.equal(value(await projections.life(key, { limit: 100, after: 12 })).length, 1);
      assert.deepEqual(value(await projections.life("grants/grant/' OR 1=1", { limit: 10 })), []);

      const newest = value(await projections.blocks({ limit: 2 }));
      assert.deepEqual(newest, [
        { height: 13, time: blocks[12]!.time, first: blocks[12]!.first, entries: 0, events: 1 },
        { height: 12, time: blocks[11]!.time, first: blocks[11]!.first, entries: 15, events: 15 },
      ]);
      assert.deepEqual(value(await projections.counts()), { entries: 180, events: 181 });

      const place = { office: 'finance', role: 'clerk' };
      const totals = value(await projections.deedTotals());
      assert.equal(
        totals.reduce((sum, { entries }) => sum + entries, 0),
        180,
      );
      const own = totals.find(({ office, role }) => office === place.office && role === place.role)!.entries;
      const counted = value(await projections.deedCounts(place, []));
      assert.equal(
        counted.reduce((sum, { entries }) => sum + entries, 0),
        own,
      );
      const all = value(await projections.deeds({ ...place, limit: 200 }));
      assert.equal(all.length, own);
      assert.deepEqual(value(await projections.deeds({ ...place, limit: 3, before: all[2]!.index })), all.slice(3, 6));
      const { action, about } = counted[0]!;
      assert.deepEqual(
        value(await projections.deeds({ ...place, action, about, limit: 200 })),
        all.filter((entry) => entry.action === action && entry.about === about),
      );
      await projections.close();
    });

    test('reopened rows are taken over; another version, another ledger or a shorter one starts afresh', async () => {
      const place = await makePlace();
      const ledger = ledgerFile(generateBlocks(21, 20, 10));
      const open = async (argument: FixtureArgument, height: number): Promise<JsonRow[]> => {
        const projections = openProjections(place.options(argument));
        await reached(projections, height);
        const rows = await allRows(projections, 'grants.grants', { order: 'id', limit: 200 });
        assert.deepEqual(rows, sortedById(foldedGrants(argument.ledger).values()));
        await projections.close();
        return rows;
      };
      const rows = await open({ ledger }, 20);
      assert.deepEqual(await open({ ledger }, 20), rows);
      assert.deepEqual(await open({ ledger, version: 2 }, 20), rows);
      await open({ ledger: ledgerFile(generateBlocks(22, 20, 10)), version: 2 }, 20);
      await open({ ledger: ledgerFile(generateBlocks(22, 9, 10)), version: 2 }, 9);
    });

    test('rebuild and damage give the same rows again', async () => {
      const place = await makePlace();
      const ledger = ledgerFile(generateBlocks(31, 40, 20));
      let projections = openProjections(place.options({ ledger }));
      await reached(projections, 40);
      const rows = await allRows(projections, 'grants.grants', { order: 'id', limit: 200 });
      await projections.rebuild();
      await reached(projections, 40);
      assert.deepEqual(await allRows(projections, 'grants.grants', { order: 'id', limit: 200 }), rows);
      await projections.close();

      await place.damage();
      projections = openProjections(place.options({ ledger }));
      grow(ledger, [...generateBlocks(31, 41, 20)].slice(40));
      // A first read may meet the damage; it says so, and the rows are folded anew.
      await projections.list('grants.grants', { order: 'id' });
      await reached(projections, 41);
      for (let tries = 0; tries < 50; tries++) {
        const answer = await projections.list('grants.grants', { order: 'id', limit: 1 });
        if (answer.ok && answer.height === 41) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal((await allRows(projections, 'grants.grants', { order: 'id', limit: 200 })).length, foldedGrants(ledger).size);
      await projections.close();
    });

    test('a broken fold halts the projection, not its reader, and says so', async () => {
      const ledger = ledgerFile(generateBlocks(41, 5, 10));
      const place = await makePlace();
      const projections = openProjections(place.options({ ledger, broken: 'grants.grant.paid' }));
      await until(() => projections.failed !== undefined);
      assert.equal(await projections.waitFor(5, 1), false);
      assert.match(projections.failed ?? '', /fold of grants\.grant\.paid is broken/);
      assert.ok(value(await projections.counts()).events < 50);
      await projections.close();
    });
  });
}

test('a second node is kept out of the same PostgreSQL database', async () => {
  const ledger = ledgerFile(generateBlocks(51, 3, 5));
  const place = await postgresPlace();
  const first = openProjections(place.options({ ledger }));
  await reached(first, 3);
  const second = openProjections(place.options({ ledger }));
  await until(() => second.failed !== undefined);
  assert.equal(await second.waitFor(3, 1), false);
  assert.match(second.failed ?? '', /another node keeps its projections/);
  await second.close();
  await first.close();
});

test('a declaration that contradicts itself is refused at start', () => {
  const base = grants(1);
  const withTable = (table: object) => [
    { ...base, projection: { ...base.projection, tables: { grant: { ...base.projection.tables.grant, ...table } as never } } },
  ];
  assert.throws(() => makeSchema(withTable({ key: ['nothing'] })), /"nothing" is not declared/);
  assert.throws(() => makeSchema(withTable({ search: ['amount'] })), /only text can be searched/);
  assert.throws(() => makeSchema(withTable({ columns: { 'a"b': 'text' }, key: ['a"b'] })), /no portable SQL name/);
  assert.throws(
    () => makeSchema(withTable({ columns: { id: 'text', ID: 'text' }, key: ['id'], indexes: [], search: [] })),
    /differ by case only/,
  );
  assert.throws(() => makeSchema([{ ...base, name: 'ledger' }]), /may not be named ledger/);
});

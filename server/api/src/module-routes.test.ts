/** The modules' lists over HTTP, by filter, range, order, search and page, and their sums by the same filters. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openTown } from './town-rig.test.ts';

const { get, close, town } = await openTown();
after(close);

describe('the modules’ lists', () => {
  test('everyone whom the charter names is listed, with every role, and has a life that begins with it', async () => {
    const rowsOf = async (list: string) => (await get(`/api/v1/kernel/${list}?limit=200`)).json.rows as Record<string, unknown>[];
    const { officers, agencies, offices, roles, founding } = town.charter;
    for (const [list, column, expected] of [
      ['officers', 'officer', Object.keys(officers)],
      ['agencies', 'agency', Object.keys(agencies)],
      ['offices', 'office', Object.keys(offices)],
      ['roles', 'role', Object.keys(roles)],
      ['terms', 'term', Object.entries(officers).flatMap(([id, one]) => one.roles.map(({ role, office }) => `${id}:${role}@${office}`))],
    ] as const) {
      const found = new Set((await rowsOf(list)).map((row) => row[column]));
      for (const one of expected) assert.ok(found.has(one), `${list} without ${one}`);
    }
    const [founder] = founding.officers;
    assert.equal((await get(`/api/v1/kernel/officers/${founder}`)).json.officer, founder);
    assert.match((await get(`/record/kernel/officer/${founder}`)).text, /An officer was appointed[\s\S]*By the charter, at the founding/);
  });

  test('a payment carries the texts of what it pays for', async () => {
    const rowsOf = async (list: string) => (await get(`/api/v1/treasury/${list}?limit=200`)).json.rows as Record<string, string>[];
    const [payables, payments] = [await rowsOf('payables'), await rowsOf('payments')];
    const textsOf = new Map(payables.map(({ id, texts }) => [id, texts]));
    assert.ok(payments.length > 0 && payments.every(({ payable, texts }) => texts !== '' && texts === textsOf.get(payable)));
    assert.deepEqual((await get(`/api/v1/treasury/payments/${payments[0]!.id}`)).json, payments[0]);
  });

  test('the modules’ lists answer by filter, range, order, search and page; anything else is refused', async () => {
    const all = await get('/api/v1/treasury/lines?limit=200');
    const rows = all.json.rows as Record<string, unknown>[];
    assert.ok(rows.length > 10);
    assert.match(String(rows[0]!.appropriated), /^[0-9]+$/);
    const code = String(rows[0]!.code);
    const found = (await get(`/api/v1/treasury/lines?search=${encodeURIComponent(code.toLowerCase())}&limit=200`)).json.rows as Record<
      string,
      unknown
    >[];
    assert.ok(found.some((row) => row.code === code));
    const fund = (await get(`/api/v1/treasury/lines?fund=${rows[0]!.fund}&year=2025&limit=200`)).json.rows as Record<string, unknown>[];
    assert.ok(fund.every((row) => row.fund === rows[0]!.fund));
    const dear = (await get('/api/v1/treasury/lines?appropriated_from=100000000&limit=200')).json.rows as Record<string, unknown>[];
    assert.equal(dear.length, rows.filter((row) => BigInt(String(row.appropriated)) >= 100_000_000n).length);
    const paged: unknown[] = [];
    for (let next = ''; ; ) {
      const page = await get(`/api/v1/treasury/lines?limit=7${next}`);
      paged.push(...(page.json.rows as unknown[]));
      if (page.json.next === undefined) break;
      next = `&cursor=${encodeURIComponent(String(page.json.next))}`;
    }
    assert.deepEqual(paged, rows);
    const one = await get(`/api/v1/treasury/lines/${encodeURIComponent(String(rows[0]!.id))}`);
    assert.deepEqual(one.json, rows[0]);
    assert.equal((await get('/api/v1/treasury/lines/nothing')).status, 404);
    for (const query of [
      'colour=blue',
      'limit=0',
      'limit=201',
      'limit=1e1',
      'order=nothing',
      'cursor=zzz',
      'appropriated_from=ten',
      'fund=A&fund=B',
    ]) {
      const refused = await get(`/api/v1/treasury/lines?${query}`);
      assert.deepEqual([refused.status, refused.json.code], [400, 'query-invalid'], query);
    }
  });

  test('an account’s life, which its postings tell, is every event that wrote it', async () => {
    const { engine, projections, storage } = town;
    await projections.waitFor(engine.head().height, 30_000);
    const written = new Map<string, string[]>();
    for (const { height, events } of storage.events(1, engine.head().height)) {
      for (const [seq, { keys, type }] of events.entries()) {
        for (const key of keys.filter((one) => one.startsWith('treasury/account/')))
          written.set(key, [...(written.get(key) ?? []), `${height}/${seq} ${type}`]);
      }
    }
    assert.ok(written.size > 20);
    for (const [key, expected] of written) {
      const life = await projections.life(key, { limit: 1_000 });
      assert.ok(life.ok);
      assert.deepEqual(
        life.value.map(({ height, seq, type }) => `${height}/${seq} ${type}`),
        expected.slice(0, 1_000),
        key,
      );
    }
  });

  test('sums are those of the rows that the same filters give; no other question is answered', async () => {
    const all = (await get('/api/v1/treasury/lines?limit=200')).json.rows as Record<string, string>[];
    for (const filter of ['', 'side=expense', 'fund=GEN&appropriated_from=100000000', 'appropriated_to=-1']) {
      const listed = (await get(`/api/v1/treasury/lines?limit=200&${filter}`)).json.rows as Record<string, string>[];
      const answer = await get(`/api/v1/treasury/lines/sums?by=year,fund&${filter}`);
      assert.equal(answer.status, 200, answer.text);
      assert.ok(Number(answer.headers.get('tabularium-height')) > 0);
      const { groups, complete } = answer.json as { groups: Record<string, unknown>[]; complete: boolean };
      assert.equal(complete, true);
      const of = (row: Record<string, unknown>): string => `${row.year} ${row.fund} ${row.currency}`;
      assert.deepEqual(groups.map(of), [...new Set(listed.map(of))].sort(), filter);
      for (const group of groups) {
        const rows = listed.filter((row) => of(row) === of(group));
        for (const column of ['appropriated', 'paid'])
          assert.equal(group[column], String(rows.reduce((sum, row) => sum + BigInt(row[column]!), 0n)), `${filter} ${column}`);
        assert.equal(group.rows, rows.length);
      }
    }
    const whole = await get('/api/v1/treasury/lines/sums');
    assert.deepEqual(
      (whole.json.groups as Record<string, unknown>[]).map(({ currency, rows }) => [currency, rows]),
      [['EUR', all.length]],
      'each currency by itself',
    );
    const years = await get('/api/v1/treasury/years/sums?by=state');
    assert.deepEqual(years.json, { groups: [{ rows: 1, state: 'open' }], complete: true });
    const crowded = await get('/api/v1/treasury/postings/sums?by=entry,debit,credit,phase');
    assert.deepEqual([(crowded.json.groups as unknown[]).length, crowded.json.complete], [200, false]);
    for (const query of [
      'by=texts',
      'by=',
      'by=year,',
      'by=appropriated',
      'by=year&by=fund',
      'limit=5',
      'order=year',
      'fund_from=1',
      'appropriated_from=ten',
    ]) {
      const refused = await get(`/api/v1/treasury/lines/sums?${query}`);
      assert.deepEqual([refused.status, refused.json.code], [400, 'query-invalid'], query);
    }
    const { json: described } = await get('/api/openapi.json');
    const { parameters } = (described.paths as Record<string, { get: { parameters: { name: string }[] } }>)['/api/v1/treasury/lines/sums']!
      .get;
    const names = parameters.map(({ name }) => name);
    for (const name of ['by', 'year', 'appropriated_from']) assert.ok(names.includes(name), name);
    assert.ok(!names.includes('cursor'));
  });
});

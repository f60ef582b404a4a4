/** The modules' lists over HTTP, by filter, range, order, search and page. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openTown } from './town-rig.test.ts';

const { get, close } = await openTown();
after(close);

describe('the modules’ lists', () => {
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
});

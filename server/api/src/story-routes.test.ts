/** What screens read: views and stories as data, and news of each block while it comes. */
import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { LISTENERS_OF_ADDRESS_MAX } from './story-routes.ts';
import { openTown } from './town-rig.test.ts';

const { town, get, proposal, submit, close } = await openTown();
after(close);

interface StoryBody {
  readonly kind: string;
  readonly name: string;
  readonly title: string;
  readonly headline: string;
  readonly signers: readonly { readonly role: string }[];
  readonly events: readonly { readonly title: string; readonly told: readonly Readonly<Record<string, unknown>>[] }[];
  readonly keys: readonly string[];
  readonly transfers: readonly { readonly debit: string; readonly amount: string; readonly currency: string }[];
  readonly signed: Readonly<Record<string, unknown>>;
  readonly more: number;
  readonly about?: string;
  readonly money?: object;
}
interface LifeBody {
  readonly title: string;
  readonly stands?: { readonly told: readonly Readonly<Record<string, unknown>>[]; readonly record: Readonly<Record<string, unknown>> };
  readonly steps: readonly {
    readonly entry?: number;
    readonly title: string;
    readonly right: string;
    readonly time: number;
    readonly signers: readonly { readonly role: string }[];
  }[];
  readonly complete: boolean;
}
const story = async (ref: string | number) => (await get(`/api/v1/stories/${ref}`)).json as unknown as StoryBody;

test('the office tells who it is, and each module’s lists with their columns', async () => {
  const { json } = await get('/api/v1/views');
  const { office, origin, zone, modules } = json as {
    office: string;
    origin: string;
    zone: string;
    modules: { name: string; lists: Record<string, { title: string; columns: object[]; ranges: Record<string, string> }> }[];
  };
  assert.equal(origin, town.origin);
  assert.ok(office.length > 0 && zone.includes('/'));
  const treasury = modules.find(({ name }) => name === 'treasury')!;
  assert.equal(treasury.lists.payments!.title, 'Payments');
  assert.deepEqual([treasury.lists.payments!.ranges.amount, treasury.lists.payments!.ranges.ordered_at], ['money', 'time']);
  for (const [name, { columns, ranges }] of Object.entries(treasury.lists)) {
    assert.ok(columns.length > 0, name);
    const asked = Object.keys(ranges).map((column) => `&${column}_from=0&${column}_to=1`);
    assert.equal((await get(`/api/v1/treasury/${name}?limit=1${asked.join('')}`)).status, 200, name);
  }
});

test('entries are told newest first, page by page', async () => {
  const rows: { index: number; title: string; role: string }[] = [];
  for (let path: string | undefined = '/api/v1/stories?limit=100'; path !== undefined; ) {
    const { json } = await get(path);
    rows.push(...(json.rows as typeof rows));
    path = json.next === undefined ? undefined : `/api/v1/stories?limit=100&before=${json.next}`;
  }
  const { json } = await get('/api/v1/transactions?limit=1');
  assert.equal(rows[0]!.index, (json.rows as { index: number }[])[0]!.index);
  assert.deepEqual(
    rows.map(({ index }) => index),
    rows.map(({ index }) => index).toSorted((a, b) => b - a),
  );
  assert.ok(rows.every(({ title, role }) => title.length > 3 && role.length > 0));
});

test('a line of the list names what the act was about and its sum, or to how many it did the same', async () => {
  const { json } = await get('/api/v1/stories?limit=100');
  const rows = json.rows as { index: number; about?: string; times?: number; money?: { amount: string; currency: string } }[];
  const one = rows.find(({ about, money, times }) => about !== undefined && money !== undefined && times === undefined);
  assert.ok(one !== undefined);
  const { events, about, money } = await story(one.index);
  assert.deepEqual([about, money], [one.about, one.money], 'its own page says the same');
  const told = events.flatMap((event) => event.told);
  assert.ok(told.some(({ as, value, currency }) => as === 'money' && value === one.money!.amount && currency === one.money!.currency));
  assert.ok(told.some(({ value }) => String(value).includes(one.about!)));
  for (const { index, times, money } of rows.filter((row) => row.times !== undefined)) {
    const { events: several, more } = await story(index);
    assert.ok(times! > 1 && times! <= several.length + more);
    const sums = several.flatMap((event) => event.told).filter(({ as }) => as === 'money');
    if (money !== undefined) assert.equal(money.amount, String(sums.reduce((total, { value }) => total + BigInt(String(value)), 0n)));
  }
});

test('an act is told with its signers, events, texts and amounts; the charter and stamps as what they are', async () => {
  const { json } = await get('/api/v1/stories?limit=200');
  const told = await Promise.all((json.rows as { index: number }[]).map(({ index }) => story(index)));
  assert.ok(
    told.every(({ kind, title, headline, signers, keys }) => kind === 'act' && title && headline && signers.length > 0 && keys.length > 0),
  );
  const all = told.flatMap(({ events }) => events.flatMap((event) => event.told));
  const ways = new Set(all.map((one) => one.as));
  for (const way of ['text', 'money', 'day', 'record']) assert.ok(ways.has(way), way);
  assert.ok(all.every((one) => one.as !== 'money' || (/^-?\d+$/.test(String(one.value)) && /^[A-Z]{3}$/.test(String(one.currency)))));
  assert.equal((await story(told[0]!.name)).title, told[0]!.title);
  assert.deepEqual([(await story(0)).kind, (await story(1)).kind], ['charter', 'stamp']);
  for (const ref of ['99999999', 'A'.repeat(43)]) assert.equal((await get(`/api/v1/stories/${ref}`)).status, 404);
  assert.equal((await get('/api/v1/stories/no-name')).status, 400);
});

test('an act shows its double entry and what was signed', async () => {
  const { json } = await get('/api/v1/stories?limit=200');
  const told = await Promise.all((json.rows as { index: number }[]).map(({ index }) => story(index)));
  assert.ok(told.every(({ signed, more }) => signed.ledger === town.origin && more >= 0));
  const transfers = told.flatMap((one) => one.transfers);
  assert.ok(transfers.length > 0 && transfers.every(({ amount, currency }) => /^\d+$/.test(amount) && currency === 'EUR'));
  assert.equal((await story(1)).signed.type, 'seal');
});

test('a record’s life is told from its first act to what stands now, each step with its entry', async () => {
  const { keys } = await story(((await get('/api/v1/stories?limit=1')).json.rows as { index: number }[])[0]!.index);
  const line = ((await get('/api/v1/treasury/lines?limit=1')).json.rows as { id: string }[])[0]!.id;
  for (const key of [...keys, `treasury/line/${line}`]) {
    const { status, json } = await get(`/api/v1/lives/${key}`);
    assert.equal(status, 200, key);
    const { title, stands, steps, complete } = json as unknown as LifeBody;
    assert.ok(title.length > 3 && complete && steps.length > 0 && stands !== undefined, key);
    assert.deepEqual(
      steps.map(({ time }) => time),
      steps.map(({ time }) => time).toSorted((a, b) => a - b),
    );
    for (const { entry, right, signers } of steps) {
      assert.ok(right.length > 3 && signers.length > 0);
      assert.ok((await story(entry!)).keys.includes(key));
    }
    const { json: fact } = await get(`/api/v1/facts/${key}`);
    assert.deepEqual(stands.record, JSON.parse(String(fact.value)), 'what is told is what can be proven');
  }
  const { told } = ((await get(`/api/v1/lives/treasury/line/${line}`)).json as unknown as LifeBody).stands!;
  assert.ok(told.some(({ as }) => as === 'text') && told.some(({ as }) => as === 'money'));
  const [payable] = (await get('/api/v1/treasury/payables?limit=1')).json.rows as { id: string; commitment: string }[];
  const called = async (key: string) => ((await get(`/api/v1/lives/${key}`)).json as unknown as LifeBody).title.replace(/ \([^()]*\)$/, '');
  assert.ok((await called(`treasury/payable/${payable!.id}`)).length > 3);
  const [payment] = (await get('/api/v1/treasury/payments?limit=1')).json.rows as { id: string; payable: string }[];
  const paidFor = await called(`treasury/payable/${payment!.payable}`);
  assert.equal(await called(`treasury/payment/${payment!.id}`), paidFor, 'a payment is known by what it pays for');
  assert.equal((await get('/api/v1/lives/treasury/line/2025.GEN.none')).status, 404);
  assert.equal((await get('/api/v1/lives/a/b/%3Cscript%3E')).status, 404);
});

test('what records are called is told for many at once; what has no title is left out', async () => {
  const lines = ((await get('/api/v1/treasury/lines?limit=5')).json.rows as { id: string }[]).map(({ id }) => `treasury/line/${id}`);
  const { json } = await get(`/api/v1/titles?keys=${[...lines, 'treasury/year/2025', 'no-key', 'treasury/line/none'].join(',')}`);
  assert.deepEqual(Object.keys(json.titles as object), lines);
  assert.equal((await get('/api/v1/titles')).status, 400);
});

test('the record says how far it is sealed, and that nobody outside has seen it yet', async () => {
  const { json } = await get('/api/v1/seen');
  const { height, size } = (await get('/health')).json as { height: number; size: number };
  assert.deepEqual([json.height, json.size], [height, size]);
  assert.deepEqual(
    [json.witness, json.agencies],
    [
      { size: 0, witnesses: [] },
      { size: 0, names: [] },
    ],
  );
});

test('a ledger that is no demo has no invented officers to give away, and says nothing of one', async () => {
  assert.equal((await get('/api/v1/views')).json.demo, undefined);
  assert.equal((await get('/api/demo/officers')).status, 404);
});

test('whoever listens hears of each block, and the server can close while somebody does', async () => {
  const hanging = new AbortController();
  const response = await fetch(`${town.base}/api/v1/live`, { signal: hanging.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.equal(response.headers.get('access-control-allow-origin'), '*', 'a stream is a read like others');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const hear = async (): Promise<void> => {
    const { value, done } = await reader.read();
    assert.equal(done, false, heard);
    heard += value;
  };
  await hear();
  const answer = await submit(proposal(1));
  const { height } = answer.json as { height: number };
  while (!heard.includes(`id: ${height}\n`)) await hear();
  const data = JSON.parse(/data: (.*)/.exec(heard)![1]!) as { height: number; size: number };
  assert.ok(data.size > 0);
  hanging.abort();
});

test('a stream has no head to ask for', async () => {
  const { statusCode, headers } = await town.app.inject({ method: 'HEAD', url: '/api/v1/live' });
  assert.deepEqual([statusCode, headers.allow], [405, 'GET, OPTIONS']);
});

test('one address has so many listeners and no more, and others still have theirs', async () => {
  const listen = async (remoteAddress: string) =>
    (await town.app.inject({ url: '/api/v1/live', remoteAddress, payloadAsStream: true })) as { statusCode: number; stream(): Readable };
  const heard = await Promise.all(Array.from({ length: LISTENERS_OF_ADDRESS_MAX }, () => listen('203.0.113.7')));
  assert.ok(heard.every(({ statusCode }) => statusCode === 200));
  const refused = await town.app.inject({ url: '/api/v1/live', remoteAddress: '203.0.113.7' });
  assert.deepEqual([refused.statusCode, refused.json().code], [503, 'too-many-listeners']);
  const other = await listen('203.0.113.8');
  assert.equal(other.statusCode, 200);
  for (const one of [...heard, other]) one.stream().destroy();
});

/** The feed over HTTP: whole, in order, never twice, and a reader who waits is told of the next block. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTown } from './town-rig.test.ts';

const { town, get, proposal, submit, close } = await openTown();
after(close);

interface Happening {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly data: {
    readonly kind: string;
    readonly index?: number;
    readonly name: string;
    readonly action: string;
    readonly signers: readonly object[];
    readonly changed: readonly string[];
  };
}
const feed = async (query = '') => {
  const answer = await get(`/api/v1/feed${query}`);
  return { ...answer, happenings: answer.json as unknown as readonly Happening[], cursor: answer.headers.get('tabularium-cursor') ?? '' };
};
const all = async (limit: number): Promise<readonly Happening[]> => {
  const read: Happening[] = [];
  for (let cursor = '0-0'; ; ) {
    const page = await feed(`?after=${cursor}&limit=${limit}`);
    assert.equal(page.status, 200, page.text);
    if (page.happenings.length === 0) return read;
    read.push(...page.happenings);
    cursor = page.cursor;
  }
};

test('every entry is told once and in order, whatever the size of a page', async () => {
  const byFew = await all(7);
  assert.deepEqual(byFew, await all(1000));
  assert.equal(byFew[0]!.data.kind, 'founding');
  const names = byFew.filter(({ data }) => data.kind === 'entry').map(({ data }) => data.name);
  const accepted = town.told.filter(({ status }) => status === 201).map(({ answer }) => answer.name);
  assert.deepEqual(names, accepted);
  assert.equal(new Set(byFew.map(({ id }) => id)).size, byFew.length);
  const indexes = byFew.flatMap(({ data }) => (data.kind === 'entry' ? [data.index!] : []));
  assert.deepEqual(
    indexes,
    [...indexes].sort((a, b) => a - b),
  );
});

test('a happening is a CloudEvent that leads to its receipt and its records', async () => {
  const { happenings, headers } = await feed('?limit=1000');
  assert.match(headers.get('content-type') ?? '', /^application\/cloudevents-batch\+json/);
  const payment = happenings.find(({ type }) => type === 'treasury.payment.released')!;
  assert.equal(payment.source, `urn:tabularium:ledger:${town.origin}`);
  assert.match(payment.subject ?? '', /^treasury\//);
  assert.ok(payment.data.changed.includes(payment.subject!));
  assert.equal((await get(`/api/v1/receipts/${payment.data.name}`)).status, 200);
  assert.equal((await get(`/api/v1/facts/${payment.subject}`)).status, 200);
  // Whoever acted is told by office and role.
  for (const { data } of happenings) for (const signer of data.signers) assert.deepEqual(Object.keys(signer), ['role', 'office', 'agency']);
});

test('each id is a cursor: a reader goes on after the last happening that it handled', async () => {
  const read = await all(1000);
  for (const place of [0, 1, 50, read.length - 2]) {
    const { happenings } = await feed(`?after=${read[place]!.id}&limit=1`);
    assert.deepEqual(happenings, [read[place + 1]]);
  }
});

test('who waits is told of the next block; who asks for the newest sees nothing old', async () => {
  const { happenings, cursor } = await feed('?after=newest');
  assert.deepEqual(happenings, []);
  const waiting = feed(`?after=${cursor}&wait=30000`);
  const made = proposal(1);
  assert.equal((await submit(made)).status, 201);
  const told = (await waiting).happenings;
  assert.deepEqual(
    told.map(({ data }) => data.name),
    [made.name],
  );
  assert.equal(told[0]!.type, 'kernel.proposal.made');
  assert.deepEqual((await feed(`?after=${told[0]!.id}&wait=1`)).happenings, []);
});

test('a cursor from elsewhere is told apart', async () => {
  const { height } = town.storage.head();
  const ahead = await feed(`?after=${height + 1}-0`);
  assert.deepEqual([ahead.status, ahead.json.code], [409, 'cursor-unknown']);
  assert.equal(ahead.headers.get('retry-after'), '1');
  const unknown = await feed(`?after=${height}-9999`);
  assert.deepEqual([unknown.status, unknown.json.code], [409, 'cursor-unknown']);
  for (const query of ['?after=x', '?after=01-1', '?limit=0', '?limit=1001', '?wait=30001', '?before=1']) {
    assert.equal((await feed(query)).status, 400, query);
  }
});

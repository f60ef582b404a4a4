/** The feed over a ledger made up here: deadlines, empty blocks, blocks that are not here, and the limits of a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredEvent } from '@tabularium/kernel';
import { cursorText, isTypePattern, parseCursor, START, typesFit } from './feed-cursor.ts';
import { type FeedSource, happeningAt, newestCursor, readFeed } from './read-feed.ts';

const event = (tx: string, entry: number, type = 'treasury.year.opened'): StoredEvent => ({
  ...{ type, tx, entry, action: 'treasury.year.open', data: {}, keys: ['kernel/deadline/1', 'treasury/year/2030'] },
  signers: [{ kid: 'k', officer: 'mayor-1', agency: 'town', role: 'mayor', office: 'hall' }],
});

const ledger = (blocks: readonly (readonly StoredEvent[])[], missing?: { from: number; to: number }): FeedSource => ({
  origin: 'town.example/0011223344556677',
  height: () => blocks.length,
  block: (height) => (blocks[height - 1] === undefined ? undefined : { time: height * 1_000, first: height * 10 }),
  events: (height) => blocks[height - 1] ?? [],
  missing: () => missing,
});

const whole = (source: FeedSource, limit: number): string[] => {
  const ids: string[] = [];
  for (let cursor = START; ; ) {
    const page = readFeed(source, cursor, limit);
    assert.ok(typeof page === 'object');
    ids.push(...page.happenings.map(({ id }) => id));
    cursor = page.next;
    if (page.isNewest) return ids;
  }
};

test('what came together is one happening; deadlines, empty blocks and the founding are told', () => {
  const source = ledger([
    [event('charter', -1), event('charter', -1)],
    [],
    [event('due-1', -1), event('due-2', -1), event('a', 0), event('a', 0), event('b', 1)],
  ]);
  for (const limit of [1, 2, 100]) assert.deepEqual(whole(source, limit), ['1-1', '3-1', '3-2', '3-3', '3-4']);
  const [founding, , due, a, b] = ['1-1', '1-2', '3-1', '3-3', '3-4'].map((id) => happeningAt(source, id));
  assert.deepEqual([founding!.data.kind, founding!.data.index], ['founding', 0]);
  assert.deepEqual([due!.data.kind, due!.data.index], ['deadline', undefined]);
  assert.deepEqual([a!.data.kind, a!.data.index, a!.data.events.length, b!.data.index], ['entry', 30, 2, 31]);
  assert.equal(a!.subject, 'treasury/year/2030');
  assert.deepEqual(a!.data.changed, ['kernel/deadline/1', 'treasury/year/2030']);
  assert.deepEqual(a!.data.signers, [{ role: 'mayor', office: 'hall', agency: 'town' }]);
  assert.equal(a!.time, '1970-01-01T00:00:03.000Z');
  for (const id of ['1-2', '2-1', '4-1', '0-1', '3-0', 'x']) assert.equal(happeningAt(source, id), undefined, id);
  assert.equal(cursorText(newestCursor(source)), '3-4');
  assert.equal(cursorText(newestCursor(ledger([]))), '0-0');
});

test('thousands of empty blocks are passed over in several pages', () => {
  const source = ledger([...Array.from({ length: 2_500 }, () => []), [event('a', 0)]]);
  const page = readFeed(source, START, 10);
  assert.ok(typeof page === 'object' && page.happenings.length === 0 && !page.isNewest);
  assert.deepEqual(whole(source, 10), ['2501-1']);
});

test('a page ends before it grows beyond its bytes, and one long happening is still told', () => {
  const long = { ...event('a', 0), data: { text: 'x'.repeat(2 ** 20) } };
  const source = ledger([[long, { ...long, tx: 'b', entry: 1 }]]);
  const page = readFeed(source, START, 10);
  assert.ok(typeof page === 'object' && page.happenings.length === 1 && !page.isNewest);
  assert.deepEqual(whole(source, 10), ['1-1', '1-2']);
});

test('blocks that are still on their way are never passed over', () => {
  const source = ledger([[event('a', 0)], [], [event('c', 0)]], { from: 1, to: 2 });
  assert.equal(readFeed(source, START, 10), 'missing');
  assert.equal(readFeed(source, { height: 2, seen: 0 }, 10), 'missing');
  const page = readFeed(source, { height: 3, seen: 0 }, 10);
  assert.ok(typeof page === 'object' && page.happenings.length === 1);
  const half = readFeed(ledger([[event('a', 0)], [], [event('c', 0)]], { from: 2, to: 2 }), START, 10);
  assert.ok(typeof half === 'object' && !half.isNewest && half.next.height === 1);
});

test('a cursor of somewhere else is told', () => {
  const source = ledger([[event('a', 0)]]);
  assert.equal(readFeed(source, { height: 2, seen: 0 }, 10), 'ahead');
  assert.equal(readFeed(source, { height: 1, seen: 2 }, 10), 'unknown');
  assert.throws(() => readFeed({ ...source, block: () => undefined }, START, 10), /is not here/);
  assert.deepEqual(parseCursor('12-3'), { height: 12, seen: 3 });
  for (const text of ['', '1', '-1', '1-', '01-1', '1-01', '1-1 ', '9999999999999999-1', '1-1-1'])
    assert.equal(parseCursor(text), undefined, text);
});

test('types fit by name or by how they begin', () => {
  assert.ok(typesFit([], ['a.b']) && typesFit(['*'], ['a.b']) && typesFit(['a.*'], ['a.b']) && typesFit(['x', 'a.b'], ['c', 'a.b']));
  assert.ok(!typesFit(['a.*'], ['ab.c']) && !typesFit(['a'], ['a.b']));
  for (const text of ['*', 'treasury.*', 'treasury.payment.released']) assert.ok(isTypePattern(text));
  for (const text of ['', '.*', 'a.**', 'a*', 'A.b', 'a..b', `a.${'b'.repeat(130)}`]) assert.ok(!isTypePattern(text), text);
});

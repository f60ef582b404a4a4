/**
 * Many visitors, one after the other, in a town that is begun on a 15 January: each finds a decision and a typing error to sign, a sum that is one
 * euro too much, and a budget year that is open, though nobody began anew between them.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeCharter } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { actAs, type OpenTown, recordsOf } from '../act-as.ts';
import { wholeYear } from '../found-demo.ts';
import { type RunningDemo, runDemo, startCourtOfAudit } from '../run-demo.ts';
import { openSmallTown } from '../small-town.ts';
import type { DemoStory } from './demo-story.ts';

const JANUARY = Date.UTC(2027, 0, 15, 9);
const STEPS = 1_500;
const VISITORS = 10;
const PATIENCE_MS = 300_000;
const LISTS_MS = 20_000;

describe('a demo begun on 15 January', { timeout: PATIENCE_MS }, () => {
  const work = mkdtempSync(join(tmpdir(), 'tabularium-january-'));
  const begun = Date.now();
  const clock = (): number => JANUARY + Date.now() - begun;
  let demo: RunningDemo;
  let town: OpenTown;

  before(async () => {
    assert.equal(wholeYear(JANUARY), 2025, 'the year that a first start would write');
    const { place, node } = await openSmallTown(work, { steps: STEPS });
    await node.close();
    const charter = decodeCharter(readFileSync(join(place.town, 'charter.json')), nodeCrypto);
    demo = await runDemo(place, await startCourtOfAudit(place, charter), { clock });
    town = { place, node: demo.node, clock };
  });
  after(async () => {
    await demo?.close();
    rmSync(work, { recursive: true, force: true });
  });

  const prepare = async (what: unknown): Promise<number> => {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ what }) };
    return (await fetch(`${demo.node.url}/api/demo/prepare`, request)).status;
  };
  const read = async <T>(path: string): Promise<T> => (await (await fetch(`${demo.node.url}${path}`)).json()) as T;
  /** Once the lists have come up. */
  const story = async (): Promise<DemoStory> => {
    const { height } = demo.node.engine.head();
    for (const end = performance.now() + LISTS_MS; demo.node.status().projections < height; await delay(20))
      assert.ok(performance.now() < end, 'the lists did not come up');
    return read('/api/demo/story');
  };
  const waiting = () => recordsOf(town, 'kernel/proposal').filter(({ status }) => status === 'open');

  test('today’s budget year is open, with a budget of which a half is allotted', () => {
    const year = recordsOf(town, 'treasury/year').find(({ id }) => id === '2027');
    assert.equal(year?.state, 'open');
    assert.ok(recordsOf(town, 'treasury/line').filter(({ id }) => id.startsWith('2027.')).length > 60);
  });

  test('the integrator’s program allots a euro, and a payment that waits goes out', async () => {
    const items = [{ year: '2027', fund: 'GEN', line: '1-320-01', money: { amount: '100', currency: 'EUR' } }];
    await actAs(town, 'budget-1', 'treasury.allot', { items });
    const ordered = recordsOf(town, 'treasury/payment').filter(({ state }) => state === 'ordered');
    assert.equal(ordered.length, 4);
    const payments = { items: [{ payment: ordered[0]!.id }] };
    await actAs(town, 'finance-1', 'treasury.payment.approve', payments);
    await actAs(town, 'cash-1', 'treasury.payment.release', payments);
    assert.equal(recordsOf(town, 'treasury/payment').find(({ id }) => id === ordered[0]!.id)?.state, 'paid');
  });

  test('ten visitors sign a decision each, and none the same', async () => {
    const decided = new Set<string>();
    for (let visitor = 0; visitor < VISITORS; visitor++) {
      assert.equal(await prepare('decision'), 200);
      // Asked twice, as by an impatient click, it waits once.
      assert.equal(await prepare('decision'), 200);
      const [proposal, ...others] = waiting();
      assert.deepEqual(others, []);
      await actAs(town, 'mayor-1', 'kernel.approve', { proposal: proposal!.id });
      decided.add(`${proposal!.action} ${JSON.stringify((proposal!.body as JsonObject).year ?? (proposal!.body as JsonObject).key)}`);
    }
    assert.equal(decided.size, VISITORS);
    assert.ok(decided.has('treasury.year.open "2028"'));
    assert.equal(recordsOf(town, 'treasury/year').filter(({ id }) => id > '2028').length, 0, 'nobody opens years far ahead');
  });

  test('each of them puts a mistyped year right, and the lists tell of it as soon as it is prepared', async () => {
    const year = '2027';
    for (let visitor = 0; visitor < VISITORS; visitor++) {
      assert.equal(await prepare('typo'), 200);
      const [proposal] = waiting();
      const corrected = String((proposal!.body as JsonObject).key);
      const { rows } = await read<{ readonly rows: readonly JsonObject[] }>('/api/v1/kernel/proposals?status=open');
      assert.ok(rows.some((row) => row.proposal === proposal!.id));
      const id = corrected.slice('treasury/commitment/'.length);
      const reference = (): unknown => recordsOf(town, 'treasury/commitment').find((one) => one.id === id)?.reference;
      assert.match(String(reference()), /^C-2072-\d+$/);
      await actAs(town, 'council-1', 'kernel.approve', { proposal: proposal!.id });
      assert.match(String(reference()), new RegExp(`^C-${year}-\\d+$`));
    }
  });

  test('one euro above what is left of the roof’s money is refused, each time', async () => {
    for (let visitor = 0; visitor < 3; visitor++) {
      const { over } = await story();
      const { officer, year, fund, line, amount, currency } = over;
      const item = (minor: bigint) => ({ year, fund, line, money: { amount: String(minor), currency }, reference: `T-${year}-1` });
      assert.equal(year, '2027');
      await assert.rejects(actAs(town, officer, 'treasury.commit', { items: [item(BigInt(amount))] }), /exceed/);
      await actAs(town, officer, 'treasury.commit', { items: [item(10_000n)] });
    }
  });

  test('what cannot be prepared is said', async () => {
    for (const what of ['toString', '', 7, undefined]) assert.equal(await prepare(what), 400, String(what));
    const { status } = await fetch(`${demo.node.url}/api/demo/prepare`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    assert.ok(status === 415 || status === 400, String(status));
  });
});

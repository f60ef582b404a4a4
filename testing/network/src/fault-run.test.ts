/**
 * The fault runs' short form: four agencies' nodes, each a process of its own, in every kind of trouble once. The long form is
 * `npm run crash:network`; what a node does that is laid back from an older copy, its own tests show (server/node/src/network).
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { whyNoComet } from '@tabularium/node/network';
import { runFaults, SCENARIOS } from './fault-run.ts';

const KILLS = 6;
/** From the end of the run to the end of its process. */
const END_MS = 30_000;
const SHOWN_ELSEWHERE = 'old-copy';
const seed = Number(process.env.TABULARIUM_CRASH_SEED ?? Date.now() % 1_000_000);
const scenarios = SCENARIOS.filter(({ name }) => name !== SHOWN_ELSEWHERE);

// What a process of so many parts may leave open is named, and holds up nothing that comes after it: all that is asserted has held.
after(() => {
  setTimeout(() => {
    process.stderr.write(`still open after the fault runs: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit();
  }, END_MS).unref();
  // Node's own clean-up has been seen to wait for ever for a handle, where nothing else was left to do.
  process.once('beforeExit', () => process.exit());
});

const why = whyNoComet();
if (why !== undefined) test('fault runs are passed over', (t) => t.diagnostic(why));
else
  test(`${scenarios.length} kinds of trouble, seed ${seed}`, { timeout: 480_000 }, async (t) => {
    const told: string[] = [];
    await runFaults({ seed, scenarios, kills: KILLS, isLong: false, report: (one) => told.push(JSON.stringify(one)) });
    for (const line of told) t.diagnostic(line);
    assert.equal(told.length, scenarios.length);
  });

/** The network's ruler measures what it says, with one validator and with four; how fast a machine is, no test can say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNoComet } from '@tabularium/node/network';
import { kvstoreFigures } from './kvstore-network.ts';

const why = whyNoComet();

for (const validators of [1, 4]) {
  test(`CometBFT’s own store with ${validators} of its validators is measured`, async (t) => {
    if (why !== undefined) return t.diagnostic(`passed over: ${why}`);
    const figures = await kvstoreFigures({ validators, rounds: 2, transactions: 1_234, bytes: 250, window: 600 });
    const { rounds, transactionsPerSecond, p50Ms, p95Ms } = figures;
    assert.deepEqual([figures.validators, figures.transactionBytes, rounds.length], [validators, 250, 2]);
    assert.equal(transactionsPerSecond, Math.max(...rounds));
    assert.ok(Math.min(...rounds) > 0 && p50Ms > 0 && p95Ms >= p50Ms, JSON.stringify(figures));
  });
}

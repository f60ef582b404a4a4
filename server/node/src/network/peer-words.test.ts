/** Of a node that is away people read once that it is, and once that it is back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ExchangeError } from '@tabularium/exchange';
import { until } from './network-rig.test.ts';
import { PeerWords } from './peer-words.ts';

const refused = new ExchangeError('unreachable', 'node court: connect ECONNREFUSED 127.0.0.1:7443');
const silent = new ExchangeError('timeout', 'node court: no answer');
const stranger = new ExchangeError('refused', 'node court refuses: unknown-node', 'unknown-node');

test('trouble that lasts is said once for all its reasons, then its end; what a node says is said as it says it', async () => {
  const reports: string[] = [];
  const words = new PeerWords({ report: (error) => void reports.push((error as Error).message), lastingMs: 1 });
  words.trouble('court', refused);
  await until(() => reports.length > 0);
  for (const error of [silent, refused]) words.trouble('court', error);
  assert.deepEqual(reports.splice(0), ['node court does not answer yet']);
  words.trouble('court', stranger);
  words.answers('court');
  words.answers('court');
  assert.deepEqual(reports.splice(0), ['the exchange with another node: node court refuses: unknown-node', 'node court answers']);
  words.trouble('court', silent);
  await until(() => reports.length > 0);
  assert.deepEqual(reports.splice(0), ['node court does not answer any more']);
});

test('trouble that does not last is not said, nor is any once nobody is told', async () => {
  const reports: unknown[] = [];
  const words = new PeerWords({ report: (error) => void reports.push(error), lastingMs: 20 });
  words.trouble('court', refused);
  words.answers('court');
  words.trouble('court', refused);
  words.close();
  await delay(60);
  assert.deepEqual(reports, []);
});

/**
 * `npm run load`: a bounded load generator. Founds a ledger of its own in a temporary directory, starts a node on it and sends it signed
 * transactions: `--count N` in all, over `--clients N` connections, at most `--rate N` a second, `--batch N` in a request. Says what came
 * back, and stops by itself. It writes to its own node only, on this machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { foundBenchLedger, openYear } from './bench-ledger.ts';
import { batchRequests, load, quantile, writeRequest } from './http-load.ts';
import { MeasuredNode } from './measured-node.ts';

const COUNT_MAX = 2_000_000;
const CLIENTS_MAX = 1_024;
const CHUNK = 20_000;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    clients: { type: 'string', default: '64' },
    rate: { type: 'string' },
    batch: { type: 'string', default: '1' },
  },
});

function whole(name: keyof typeof values, max: number): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1 || number > max) throw new Error(`--${name} takes a whole number from 1 to ${max}`);
  return number;
}

const count = whole('count', COUNT_MAX);
const clients = whole('clients', CLIENTS_MAX);
const batch = whole('batch', 1_000);
const rate = values.rate === undefined ? undefined : whole('rate', 100_000);

const dir = mkdtempSync(join(tmpdir(), 'tabularium-load-'));
try {
  const ledger = foundBenchLedger(join(dir, 'town'));
  const node = await MeasuredNode.start(join(dir, 'town'));
  try {
    await openYear(node.port, ledger);
    for (let sent = 0; sent < count; sent += CHUNK) {
      const transactions = Array.from({ length: Math.min(CHUNK, count - sent) }, (_, n) => ledger.write(sent + n));
      const requests = batch === 1 ? transactions.map(writeRequest) : batchRequests(transactions, batch);
      const cpu = node.cpuSeconds();
      const { seconds, statuses, latencies } = await load(node.port, requests, clients, rate === undefined ? undefined : rate / batch);
      const { rss } = await node.memory();
      console.log(
        JSON.stringify({
          writes: sent + transactions.length,
          writes_per_s: Math.round(transactions.length / seconds),
          p50_ms: Number(quantile(latencies, 0.5).toFixed(2)),
          p99_ms: Number(quantile(latencies, 0.99).toFixed(2)),
          cpu_us_per_write: Math.round(((node.cpuSeconds() - cpu) * 1e6) / transactions.length),
          rss_mb: Math.round(rss / 1e6),
          statuses,
        }),
      );
    }
  } finally {
    await node.close();
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/**
 * `npm run bench`: what a write costs, as ratios to what this machine does in the same run. One JSON line a figure, each with R (ES256
 * verifications per CPU-second of one core), the fsync time and the size of the ledger.
 *
 * One write = HTTP in, ES256 checked, authorised, decided, in the log and the state tree, durable (one fsync a block), receipt in the
 * answer; projections running; the generator on the same cores, its transactions signed beforehand. Machines are shared and slow down at
 * times: R is the best of some short rounds just before a figure, and so is the figure; all its rounds are printed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeCrypto } from '@tabularium/crypto';
import { formatTlogProof, parseTlogProof } from '@tabularium/log';
import { verifyReceipt } from '@tabularium/verify';
import { type BenchLedger, foundBenchLedger, openYear } from './bench-ledger.ts';
import { batchRequests, Client, type LoadResult, load, quantile, request, writeRequest } from './http-load.ts';
import { bytesOf, MeasuredNode } from './measured-node.ts';
import { ed25519Rate, fsyncMicroseconds, verifyRate } from './ruler.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000' },
    writes: { type: 'string', default: '16000' },
    profile: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',').map(Number);
const writes = Number(values.writes);
const BATCH = 500;
const ROUNDS = 3;
/** So many are written one by one before the first figure of a load, so that what is measured runs compiled. */
const WARMING = 20_000;
/** A node that rests for so long has given its garbage back: it collects after some seconds, and V8 keeps the pages for some more. */
const REST_MS = 30_000;

const dir = mkdtempSync(join(tmpdir(), 'tabularium-bench-'));
const town = join(dir, 'town');
let R = verifyRate();
const ed25519PerSecond = ed25519Rate();
const fsync = fsyncMicroseconds(dir);
let next = 0;

function say(figure: string, values: Record<string, unknown>): void {
  console.log(JSON.stringify({ figure, ...values, R: Math.round(R), fsync_us: Math.round(fsync) }));
}

try {
  const ledger = foundBenchLedger(town);
  let node = await MeasuredNode.start(town);
  say('ready', { entries: 0, boot_ms: node.bootMs });
  await openYear(node.port, ledger);
  await idle(node, 0);
  await trickleDisk();
  const first = next;
  const entries = (): number => next - first;
  for (const size of sizes) {
    await fill(node, ledger, size - entries());
    await node.settle();
    await node.close();
    node = await MeasuredNode.start(town, values.profile ? ['--cpu-prof', `--cpu-prof-dir=${dir}/profile`] : []);
    say('ready', { entries: entries(), boot_ms: node.bootMs });
    await idle(node, entries());
    await load(node.port, sign(ledger, WARMING).map(writeRequest), 64);
    await single(node, ledger, entries());
    await batches(node, ledger, entries());
    await trickle(node, ledger, entries());
    await node.settle();
    say('memory after load', { entries: entries(), rss_mb: Math.round((await node.memory()).rss / 1e6) });
    await proofs(node, ledger, entries());
  }
  await node.close();
} finally {
  if (!values.profile) rmSync(dir, { recursive: true, force: true });
}

function sign(ledger: BenchLedger, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => ledger.write(next++));
}

async function fill(node: MeasuredNode, ledger: BenchLedger, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 10_000) {
    const { statuses } = await load(node.port, batchRequests(sign(ledger, Math.min(10_000, left)), BATCH), 4);
    if (statuses[200] === undefined) throw new Error(`filling was answered ${JSON.stringify(statuses)}`);
  }
}

async function idle(node: MeasuredNode, entries: number): Promise<void> {
  await new Promise((wake) => setTimeout(wake, REST_MS));
  say('idle memory', { entries, rss_mb: Math.round((await node.memory()).rss / 1e6), bound: '<= 200 MB' });
}

interface Round extends LoadResult {
  readonly writesPerSecond: number;
  readonly cpuMicroseconds: number;
}

/** The best of some rounds of `writes` each, with what all of them gave. */
async function measure(node: MeasuredNode, make: () => Buffer[], clients: number, perRequest: number): Promise<Record<string, unknown>> {
  R = verifyRate();
  const rounds: Round[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    const requests = make();
    const before = node.cpuSeconds();
    const result = await load(node.port, requests, clients);
    const count = result.sent * perRequest;
    const cpuMicroseconds = ((node.cpuSeconds() - before) * 1e6) / count;
    rounds.push({ ...result, writesPerSecond: count / result.seconds, cpuMicroseconds });
  }
  const best = rounds.reduce((a, b) => (b.writesPerSecond > a.writesPerSecond ? b : a));
  return {
    writes_per_s: Math.round(best.writesPerSecond),
    ratio_to_R: ratio(best),
    rounds: rounds.map(ratio),
    cpu_us_per_write: Math.round(best.cpuMicroseconds),
    ...latenciesOf(best),
  };
}

function ratio({ writesPerSecond }: Round): number {
  return Number((writesPerSecond / R).toFixed(3));
}

function latenciesOf({ latencies, statuses }: LoadResult): Record<string, unknown> {
  return {
    p50_ms: Number(quantile(latencies, 0.5).toFixed(2)),
    p99_ms: Number(quantile(latencies, 0.99).toFixed(2)),
    statuses,
    durable: 'fsync before each answer',
    signed: 'ES256 by the submitter, Ed25519 checkpoint and cosignature',
  };
}

async function single(node: MeasuredNode, ledger: BenchLedger, entries: number): Promise<void> {
  const figure = await measure(node, () => sign(ledger, writes).map(writeRequest), 64, 1);
  const request_bytes = writeRequest(ledger.write(next++)).length;
  say('64 clients', { entries, request_bytes, ...figure, bound: '>= 0.25 R', aim: 0.4, dream: 0.5 });
}

async function batches(node: MeasuredNode, ledger: BenchLedger, entries: number): Promise<void> {
  // The first batches of a process compile its batch path.
  await load(node.port, batchRequests(sign(ledger, writes), BATCH), 8);
  const figure = await measure(node, () => batchRequests(sign(ledger, 2 * writes), BATCH), 8, BATCH);
  say('batch endpoint', { entries, clients: 8, batch: BATCH, ...figure, bound: '>= 0.4 R', aim: 0.55, dream: 0.8 });
}

async function trickle(node: MeasuredNode, ledger: BenchLedger, entries: number): Promise<void> {
  const result = await load(node.port, sign(ledger, 1_500).map(writeRequest), 16, 100);
  say('100 writes/s', { entries, ...latenciesOf(result), bound: 'p50 <= 5 ms, p99 <= 20 ms' });
}

async function proofs(node: MeasuredNode, ledger: BenchLedger, entries: number): Promise<void> {
  const client = await Client.open(node.port);
  const { body } = await client.send(writeRequest(ledger.write(next++)));
  const { receipt } = JSON.parse(body.toString()) as { receipt: string };
  const policy = (await client.send(request('GET', '/log/policy'))).body.toString();
  client.close();
  const { extra: _, ...bare } = parseTlogProof(receipt)!;
  const micros = verifyMicroseconds(receipt, policy);
  say('receipt', {
    entries,
    tlog_proof_bytes: formatTlogProof(bare).length,
    receipt_bytes: receipt.length,
    bound: 'tlog-proof <= 1,536 bytes',
    verify_us: Math.round(micros),
    signature_checks: '1 ES256, 2 Ed25519',
    ratio_to_checks: Number((micros / checksMicroseconds()).toFixed(2)),
    ratio_bound: 2,
  });
}

/** CPU time of verifying a receipt offline: the best of some rounds, as the ruler takes the best of its own. */
function verifyMicroseconds(receipt: string, policy: string): number {
  R = verifyRate();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    const start = process.cpuUsage();
    for (let i = 0; i < 200; i++) if (!verifyReceipt(receipt, policy, nodeCrypto).ok) throw new Error('the receipt does not verify');
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 200);
  }
  return best;
}

/** What the signature checks in a receipt cost on their own: one ES256 and two Ed25519. */
function checksMicroseconds(): number {
  return 1e6 / R + 2e6 / ed25519PerSecond;
}

/** Bytes on disk for a write: under load, and one write a block. */
async function trickleDisk(): Promise<void> {
  const figures: Record<string, number> = {};
  let jws = 0;
  for (const [mode, clients, count, rate] of [
    ['load', 64, 12_000, undefined],
    ['trickle', 1, 3_000, undefined],
  ] as const) {
    const place = join(dir, `disk-${mode}`);
    const ledger = foundBenchLedger(place);
    let node = await MeasuredNode.start(place);
    await openYear(node.port, ledger);
    await node.close();
    const before = bytesOf(place);
    node = await MeasuredNode.start(place);
    const signed = sign(ledger, count);
    jws = signed.reduce((sum, { length }) => sum + length, 0) / count;
    await load(node.port, signed.map(writeRequest), clients, rate);
    await node.settle();
    await node.close();
    figures[mode] = (bytesOf(place) - before) / count;
  }
  say('disk per write', {
    jws_bytes: Math.round(jws),
    bytes_under_load: Math.round(figures.load!),
    ratio_to_jws: Number((figures.load! / jws).toFixed(2)),
    bound: '<= 3.5',
    bytes_one_write_a_block: Math.round(figures.trickle!),
    ratio_to_load: Number((figures.trickle! / figures.load!).toFixed(2)),
    trickle_bound: '<= 1.5',
    contains: 'log, state, ids, events, texts and SQL projections, WAL checkpointed',
  });
}

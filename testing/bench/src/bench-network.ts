/**
 * `npm run bench:network`: what a ledger of many agencies does, beside CometBFT's own key-value store with as many validators on this machine
 * in the same run. One JSON line a figure, each with R (ES256 verifications per CPU-second of one core) and the fsync time.
 *
 * Ours: HTTP in, ES256 checked at every node, authorised, decided, in the log and the state tree, durable at every node (one fsync a block),
 * confirmed by the next block's app_hash, answered with its place (receipts are fetched by whoever wants them); projections running. Of
 * latencies, `committed` is decided and durable; `answered` is with the node-signed receipt, one block later. The store checks no signature and
 * keeps no proof.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type AgencyNode, LocalNetwork, type LocalNode, layOutNetwork, rejoinNetwork } from '@tabularium/node/network';
import { type BenchLedger, foundBenchLedger, openYear } from './bench-ledger.ts';
import { batchRequests, Client, load, quantile, request, writeRequest } from './http-load.ts';
import { kvstoreFigures } from './kvstore-network.ts';
import { cpuSeconds } from './process-tree.ts';
import { fsyncMicroseconds, verifyRate } from './ruler.ts';

const { values } = parseArgs({
  options: {
    transactions: { type: 'string', default: '8000' },
    rounds: { type: 'string', default: '3' },
    away: { type: 'string', default: '0' },
    validators: { type: 'string', default: '1,4' },
  },
});
const transactions = Number(values.transactions);
const rounds = Number(values.rounds);
const WINDOW = 3_000;
const BATCH = 250;
const SINGLES = 60;
const IDLE_SAMPLES = 4;
/** Longer than max_lag: the next block's header is stale. */
const IDLE_MS = 4_000;
const AGENCIES = ['vellmere', 'court-of-audit', 'district-court', 'county'];

const dir = mkdtempSync(join(tmpdir(), 'tabularium-network-bench-'));
/** Of a write of ours. */
const bytes = foundBenchLedger(join(dir, 'sample')).write(0).length;
const R = verifyRate();
const fsync = fsyncMicroseconds(dir);
let written = 0;

function say(figure: string, more: Record<string, unknown>): void {
  console.log(JSON.stringify({ figure, ...more, R: Math.round(R), fsync_us: Math.round(fsync) }));
}

try {
  for (const count of values.validators.split(',').map(Number)) await measure(count);
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function measure(count: number): Promise<void> {
  const ruler = await kvstoreFigures({ validators: count, rounds, transactions, bytes, window: WINDOW });
  say(`kvstore, validators: ${count}`, {
    tx_per_s: Math.round(ruler.transactionsPerSecond),
    rounds: ruler.rounds.map(Math.round),
    p50_ms: ms(ruler.p50Ms),
    p95_ms: ms(ruler.p95Ms),
    tx_bytes: bytes,
    signed: 'nothing',
    durable: 'in CometBFT',
  });
  const { network, ledger } = await start(count);
  try {
    await warm(network, ledger);
    await latency(network, ledger, count);
    const rates = [];
    const pids = network.nodes.map(({ agency }) => network.pid(agency)!);
    const before = cpuSeconds(pids);
    for (let round = 0; round < rounds; round++) rates.push(await throughput(network, ledger, transactions));
    const best = Math.max(...rates);
    const { own, below } = cpuSeconds(pids);
    const perWrite = (seconds: number): number => Math.round((seconds * 1e6) / (rounds * transactions));
    say(`ours, validators: ${count}`, {
      tx_per_s: Math.round(best),
      rounds: rates.map(Math.round),
      ratio_to_kvstore: Number((best / ruler.transactionsPerSecond).toFixed(3)),
      ratio_to_R: Number((best / R).toFixed(3)),
      cpu_us_per_tx: { nodes: perWrite(own - before.own), cometbft: perWrite(below - before.below) },
      signed: 'ES256 checked at every node; checkpoint signed by the node that answers',
      durable: 'one fsync a block at every node, and in CometBFT',
    });
    if (Number(values.away) > 0 && count > 1) await away(network, ledger, Number(values.away));
  } finally {
    await network.stop();
  }
}

async function start(count: number): Promise<{ readonly network: LocalNetwork; readonly ledger: BenchLedger }> {
  const place = join(dir, String(count));
  const agencies = AGENCIES.slice(0, count).map((agency) => ({ agency, folder: agency }));
  const ledger = foundBenchLedger(join(place, agencies[0]!.folder));
  const nodes = await layOutNetwork({ dir: place, agencies, amend: (change, { engine }) => ledger.amend(change, engine) });
  const network = new LocalNetwork(nodes, { onLine: () => {}, onEnd: () => {} });
  await network.start();
  for (const { port } of nodes) await untilTaken(port, ledger);
  await openYear(nodes[0]!.port, ledger, true);
  return { network, ledger };
}

/** Nodes that start say that they catch up, until they have found each other. The year is not open yet: its writes are refused. */
async function untilTaken(port: number, ledger: BenchLedger): Promise<void> {
  const client = await Client.open(port);
  const sent = writeRequest(ledger.write(written++));
  while ((await client.send(sent)).status === 503) await delay(100);
  client.close();
}

async function warm(network: LocalNetwork, ledger: BenchLedger): Promise<void> {
  await throughput(network, ledger, transactions);
}

/** Accepted transactions a second, sent to all nodes alike in batches. */
async function throughput({ nodes }: LocalNetwork, ledger: BenchLedger, count: number): Promise<number> {
  const made = Array.from({ length: count }, () => ledger.write(written++));
  const requests = batchRequests(made, BATCH, false);
  const clients = Math.max(1, Math.round(WINDOW / BATCH / nodes.length));
  const begun = performance.now();
  await Promise.all(
    nodes.map(async ({ port }, n) => {
      const own = requests.filter((_, i) => i % nodes.length === n);
      const { statuses } = await load(port, own, clients);
      if (statuses[200] !== own.length) throw new Error(`answers: ${JSON.stringify(statuses)}`);
    }),
  );
  return (count * 1_000) / (performance.now() - begun);
}

/** One at a time at low load, and the first ones after idle seconds. */
async function latency({ nodes }: LocalNetwork, ledger: BenchLedger, count: number): Promise<void> {
  const [{ port }] = nodes as [LocalNode];
  const busy = await samples(port, ledger, SINGLES, 150);
  const idle = await samples(port, ledger, IDLE_SAMPLES, IDLE_MS);
  say(`latency, validators: ${count}`, {
    committed_p50_ms: ms(quantile(busy.committed, 0.5)),
    committed_p95_ms: ms(quantile(busy.committed, 0.95)),
    answered_p50_ms: ms(quantile(busy.answered, 0.5)),
    answered_p95_ms: ms(quantile(busy.answered, 0.95)),
    after_idle_committed_p50_ms: ms(quantile(idle.committed, 0.5)),
    after_idle_answered_p50_ms: ms(quantile(idle.answered, 0.5)),
  });
}

interface Samples {
  readonly committed: Float64Array;
  readonly answered: Float64Array;
}

async function samples(port: number, ledger: BenchLedger, count: number, pauseMs: number): Promise<Samples> {
  const [writer, watcher] = await Promise.all([Client.open(port), Client.open(port)]);
  const committed = new Float64Array(count);
  const answered = new Float64Array(count);
  const health = request('GET', '/health');
  const heightNow = async (): Promise<number> => (JSON.parse((await watcher.send(health)).body.toString()) as { height: number }).height;
  for (let n = 0; n < count; n++) {
    await delay(pauseMs);
    const sent = writeRequest(ledger.write(written++));
    const before = await heightNow();
    const begun = performance.now();
    const seen = (async () => {
      while ((await heightNow()) === before) await delay(1);
      committed[n] = performance.now() - begun;
    })();
    const { status, body } = await writer.send(sent);
    answered[n] = performance.now() - begun;
    if (status !== 201) throw new Error(`answered ${status}: ${body}`);
    await seen;
  }
  writer.close();
  watcher.close();
  return { committed: committed.sort(), answered: answered.sort() };
}

/** A node is gone while so many are written, and comes back: by replay, and with nothing but its keys by a snapshot. */
async function away(network: LocalNetwork, ledger: BenchLedger, count: number): Promise<void> {
  const absent = network.nodes.at(-1)!;
  await network.stop(absent.agency);
  const others = new LocalNetwork(network.nodes.slice(0, -1), { onLine: () => {}, onEnd: () => {} });
  const begun = performance.now();
  for (let sent = 0; sent < count; sent += transactions) await throughput(others, ledger, Math.min(transactions, count - sent));
  const writing = performance.now() - begun;
  const back = performance.now();
  await network.run(absent);
  await level(network.nodes);
  const replay = performance.now() - back;
  say(`a node away for ${count} transactions`, {
    written_s: seconds(writing),
    caught_up_by_replay_s: seconds(replay),
    ratio: Number((replay / writing).toFixed(2)),
  });
  await network.stop(absent.agency);
  const { exchange } = exchangeOf(network.nodes[0]!);
  const joining = performance.now();
  await rejoinNetwork({ dir: absent.dir, from: exchange, snapshot: true });
  const restored = performance.now() - joining;
  await network.run(absent);
  await level(network.nodes);
  const takesPart = performance.now() - joining;
  await whole(absent);
  say(`a node by snapshot to a ledger of ${written} writes`, {
    snapshot_in_place_s: seconds(restored),
    takes_part_s: seconds(takesPart),
    past_executed_s: seconds(performance.now() - joining),
  });
}

function exchangeOf({ dir: folder }: LocalNode): { readonly exchange: string } {
  return (JSON.parse(readFileSync(join(folder, 'node.json'), 'utf8')) as AgencyNode).validator;
}

/** Its lists answer: the past that the snapshot left out has been executed. */
async function whole({ port }: LocalNode): Promise<void> {
  while ((await fetch(`http://127.0.0.1:${port}/api/v1/transactions?limit=1`)).status !== 200) await delay(100);
}

async function level(nodes: readonly LocalNode[]): Promise<void> {
  for (;;) {
    const heights = await Promise.all(
      nodes.map(
        async ({ port }) => ((await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as { readonly height: number }).height,
      ),
    );
    if (new Set(heights).size === 1) return;
    await delay(100);
  }
}

function ms(value: number): number {
  return Number(value.toFixed(1));
}

function seconds(value: number): number {
  return Number((value / 1_000).toFixed(1));
}

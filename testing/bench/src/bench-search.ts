/**
 * `npm run bench:search`: how long whoever searches waits, over a ledger of so many entries, on SQLite and on PostgreSQL. One JSON line a
 * database, with R (ES256 verifications per CPU-second of one core) and the fsync time of the same run.
 *
 * Every entry is a commitment with a published purpose. Questions of each kind (words, parts of words, amounts, days, ids, numbers, nothing)
 * come one after the other over HTTP, each once, so that no answer is remembered; the time includes the route, the titles and the JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startNode } from '@tabularium/node';
import { seededRandom } from '@tabularium/scenarios';
import { type BenchLedger, foundBenchLedger, openYear } from './bench-ledger.ts';
import { Client, quantile, request } from './http-load.ts';
import { fsyncMicroseconds, verifyRate } from './ruler.ts';

const { values } = parseArgs({
  options: { entries: { type: 'string', default: '100000' }, questions: { type: 'string', default: '1000' } },
});
const ENTRIES = Number(values.entries);
const QUESTIONS = Number(values.questions);
const BATCH = 500;
const CATCH_UP_MS = 900_000;
const SETUP = fileURLToPath(new URL('../../../tools/setup-postgres.sh', import.meta.url));
const WORDS = 'roof school bridge lamp road gravel paint window library heating pump sewer playground tree fence'.split(' ');
const STREETS = 'mill station church harbour meadow upper lower market garden quarry'.split(' ');

const random = seededRandom(7);
const pick = (of: readonly string[]): string => of[Number(random.bytes(1)[0]) % of.length]!;
const dir = mkdtempSync(join(tmpdir(), 'tabularium-bench-search-'));
const town = join(dir, 'town');
let cluster = '';

/** A purpose with words that many have, and one that few have. */
const purpose = (n: number): string => `${pick(WORDS)} and ${pick(WORDS)} in ${pick(STREETS)} street, lot ${n.toString(36)}q`;

try {
  const ledger = foundBenchLedger(town);
  await withNode(undefined, async (port) => {
    await openYear(port, ledger);
    await fill(port, ledger);
  });
  await withNode(undefined, (port) => measure(port, 'SQLite'));
  const [url = '', folder = ''] = execFileSync('bash', [SETUP, 'start'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    .trim()
    .split('\n');
  cluster = folder;
  await withNode(url, (port) => measure(port, 'PostgreSQL'));
} finally {
  if (cluster !== '') execFileSync('bash', [SETUP, 'stop', cluster], { stdio: ['ignore', 'inherit', 'inherit'] });
  rmSync(dir, { recursive: true, force: true });
}

/** The work with a node whose lists have everything. */
async function withNode(databaseUrl: string | undefined, work: (port: number) => Promise<void>): Promise<void> {
  const node = await startNode({ dir: town, adminSocket: false, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  try {
    if (!(await node.projections.waitFor(node.door.head().height, CATCH_UP_MS)))
      throw new Error(`the lists did not catch up: ${node.projections.failed}`);
    await work(Number(new URL(node.url).port));
  } finally {
    await node.close();
  }
}

async function fill(port: number, ledger: BenchLedger): Promise<void> {
  const client = await Client.open(port);
  for (let n = 0; n < ENTRIES; n += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, ENTRIES - n) }, (_, k) => ledger.publish(n + k, purpose(n + k)));
    const { status } = await client.send(
      request('POST', '/api/v1/transactions/batch?receipts=false', lines.join('\n'), 'application/x-ndjson'),
    );
    if (status !== 200) throw new Error(`filling was answered ${status}`);
  }
  client.close();
}

/** Every kind of question in turn. */
function question(n: number, ids: readonly string[]): string {
  const kinds = [
    () => pick(WORDS),
    () => `${pick(WORDS)} ${pick(STREETS)}`,
    () => pick(WORDS).slice(1, 4),
    () => `lot ${Math.floor((n * 7919) % ENTRIES).toString(36)}q`,
    () => `${100 + (n % 100)}.${String(n % 97).padStart(2, '0')}`,
    () => `${100 + (n % 100)},${String(n % 89).padStart(2, '0')} EUR`,
    () => `${new Date().getUTCFullYear()}-12`,
    () => ids[n % ids.length]!.slice(0, 8 + (n % 20)),
    () => String(n * 97),
    () => `nothing${n}`,
  ];
  return kinds[n % kinds.length]!();
}

async function measure(port: number, database: string): Promise<void> {
  const client = await Client.open(port);
  const ask = async (path: string) => JSON.parse((await client.send(request('GET', path))).body.toString('utf8'));
  const { rows } = (await ask('/api/v1/treasury/commitments?limit=200')) as { rows: { id: string }[] };
  const ids = rows.map(({ id }) => id);
  // The first search waits until all words are indexed.
  for (const end = performance.now() + CATCH_UP_MS; ; ) {
    const { total } = (await ask(`/api/v1/search?q=${encodeURIComponent(`lot ${(ENTRIES - 1).toString(36)}q`)}`)) as { total: number };
    if (total > 0) break;
    if (performance.now() > end) throw new Error('the words were not indexed');
    await new Promise((wake) => setTimeout(wake, 500));
  }
  const times = new Float64Array(QUESTIONS);
  let hits = 0;
  for (let n = 0; n < QUESTIONS; n++) {
    const q = question(n, ids);
    const { status, ms, body } = await client.send(request('GET', `/api/v1/search?q=${encodeURIComponent(q)}`));
    times[n] = ms;
    if (status !== 200) throw new Error(`"${q}" was answered ${status}`);
    hits += (JSON.parse(body.toString('utf8')) as { hits: unknown[] }).hits.length;
  }
  client.close();
  times.sort();
  const R = verifyRate();
  const p95 = quantile(times, 0.95);
  const figure = { figure: 'search', database, entries: ENTRIES, questions: QUESTIONS, hits };
  const waits = { p50_ms: round(quantile(times, 0.5)), p95_ms: round(p95), p99_ms: round(quantile(times, 0.99)), bound: 'p95 <= 30 ms' };
  console.log(
    JSON.stringify({
      ...figure,
      ...waits,
      checks_in_p95: Math.round((p95 * R) / 1_000),
      R: Math.round(R),
      fsync_us: Math.round(fsyncMicroseconds(dir)),
    }),
  );
}

function round(ms: number): number {
  return Number(ms.toFixed(2));
}

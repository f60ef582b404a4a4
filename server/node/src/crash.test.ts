/**
 * Killed at any moment under load, a node loses nothing that it acknowledged and takes nothing twice (issue 3, "Done when"). A real process,
 * a real disk, SIGKILL at random moments; the seed is printed. `npm run crash -- --kills N --seed S` runs more of it.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import { asciiText, makeDisclosure, transactionName } from '@tabularium/protocol';
import { type SeededRandom, seededRandom } from '@tabularium/scenarios';
import { openLedgerReader } from '@tabularium/store';
import { auditLedger } from './audit/audit-ledger.ts';
import { DirectorySource } from './audit/directory-source.ts';
import { newOffice, type Office } from './node-rig.test.ts';

const KILLS = Number(process.env.TABULARIUM_CRASH_KILLS ?? 8);
const SEED = Number(process.env.TABULARIUM_CRASH_SEED ?? Date.now() % 1_000_000);
const CLIENTS = 6;
const BATCH = 40;
const SAMPLED = 25;
const YEAR = String(new Date().getUTCFullYear());
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

interface Sent {
  readonly name: string;
  /** As it goes over the wire: transaction and disclosures. */
  readonly submission: string;
  /** Digest of its published text. */
  readonly digest: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

test(`${KILLS} kills under load, seed ${SEED}`, { timeout: KILLS * 30_000 + 60_000 }, async (t) => {
  const office = newOffice();
  after(() => office.remove());
  const random = seededRandom(SEED);
  const acknowledged = new Map<string, Sent>();
  /** Sent and never answered: in or not in, and sent again after the kill. */
  let open: Sent[] = [];
  let serial = 0;
  let founding = 0;

  const next = (): Sent => sendable(office, serial++);
  const settle = (sent: Sent, status: number, body: string): void => {
    assert.ok(status === 201 || status === 200, `${status}: ${body}`);
    acknowledged.set(sent.name, sent);
  };

  for (let kill = 0; kill <= KILLS; kill++) {
    const node = await start(office.data);
    if (kill === 0) founding = await found(node.url, office);
    for (const sent of open) settle(sent, ...(await post(node.url, sent.submission)));
    open = [];
    await sample(node.url, acknowledged, random);
    if (kill === KILLS) {
      await stop(node.child);
      break;
    }
    let dead = false;
    const client = async (n: number): Promise<void> => {
      while (!dead) {
        const sent = n === 0 ? Array.from({ length: BATCH }, next) : [next()];
        try {
          if (n === 0) {
            const lines = await postBatch(node.url, sent);
            for (const [i, one] of sent.entries()) settle(one, lines[i]!, '');
          } else {
            const [status, body] = await post(node.url, sent[0]!.submission);
            settle(sent[0]!, status, body);
          }
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          open.push(...sent);
          return;
        }
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, n) => client(n));
    await delay(20 + random.below(500));
    node.child.kill('SIGKILL');
    await once(node.child, 'exit');
    dead = true;
    await Promise.all(clients);
  }

  const source = new DirectorySource(office.data);
  const report = await auditLedger(source);
  source.close();
  assert.ok(report.ok, JSON.stringify(report));
  // Each acknowledged transaction has an entry of its own; charter, founding and seals are the rest.
  assert.equal(report.size - report.height - 1 - founding, acknowledged.size);
  const { names, texts } = contents(office.data);
  for (const { name, digest } of acknowledged.values())
    assert.ok(names.has(name) && texts.has(digest), `${name} was acknowledged and is not there`);
  t.diagnostic(`${acknowledged.size} transactions acknowledged, ${report.height} blocks, seed ${SEED}`);
});

/** A proposal to enact a budget line with a published title. */
function sendable(office: Office, n: number): Sent {
  const salt = new Uint8Array(16);
  new DataView(salt.buffer).setUint32(0, n);
  const { text, digest } = makeDisclosure(salt, 'title', `Line ${n}`, nodeCrypto);
  const item = { year: YEAR, fund: 'GEN', line: `L-${n}`, economic: '2', money: { amount: String(n + 1), currency: 'EUR' }, _sd: [digest] };
  const body = { action: 'treasury.budget.enact', body: { law: `LAW-${n}`, items: [item] } };
  const jws = office.sign('clerk', { action: 'kernel.propose', body });
  return { name: transactionName(jws.subarray(0, jws.lastIndexOf(0x2e)), nodeCrypto), submission: `${asciiText(jws)}~${text}~`, digest };
}

/** The founders accept, and the year is opened that the load belongs to. */
async function found(url: string, office: Office): Promise<number> {
  const year = { year: YEAR, from: `${YEAR}-01-01`, to: `${YEAR}-12-31` };
  const proposal = office.sign('accountant', { action: 'kernel.propose', body: { action: 'treasury.year.open', body: year } });
  const name = transactionName(proposal.subarray(0, proposal.lastIndexOf(0x2e)), nodeCrypto);
  const steps = [...office.acceptances(), proposal, office.sign('head', { action: 'kernel.approve', body: { proposal: name } })];
  for (const jws of steps) {
    const [status, body] = await post(url, asciiText(jws));
    assert.equal(status, 201, body);
  }
  return steps.length;
}

/** Names of all entries, and digests of all texts that can be read. */
function contents(dir: string): { readonly names: ReadonlySet<string>; readonly texts: ReadonlySet<string> } {
  const reader = openLedgerReader(join(dir, 'ledger.db'));
  const names = reader
    .leaves(0, reader.head().size)
    .filter((leaf) => leaf[0] !== 0x7b)
    .map((leaf) => transactionName(leaf.subarray(0, leaf.lastIndexOf(0x2e)), nodeCrypto));
  reader.close();
  const db = new DatabaseSync(join(dir, 'texts.db'), { readOnly: true });
  const texts = db.prepare("SELECT digest FROM text WHERE live = 1 AND disclosure <> ''").all();
  db.close();
  return { names: new Set(names), texts: new Set(texts.map(({ digest }) => String(digest))) };
}

/** Some of what was acknowledged is looked for: transaction, receipt and text. */
async function sample(url: string, acknowledged: ReadonlyMap<string, Sent>, random: SeededRandom): Promise<void> {
  const chosen = random.shuffle([...acknowledged.values()]).slice(0, SAMPLED);
  for (const { name, digest } of chosen) {
    const found = await fetch(`${url}/api/v1/transactions/${name}`);
    assert.equal(found.status, 200, `${name} was acknowledged and is not there: ${await found.text()}`);
    const text = await fetch(`${url}/api/v1/texts/${digest}`);
    assert.equal(text.status, 200, `the text of ${name} is not there: ${await text.text()}`);
    await text.arrayBuffer().catch(() => undefined);
  }
}

async function start(dir: string): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, 'start', '--data', dir, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout! })) {
    const message = JSON.parse(line) as { readonly event: string; readonly url: string };
    if (message.event === 'ready') return { child, url: message.url };
  }
  throw new Error(`the node ended with exit code ${child.exitCode}`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  assert.equal(code, 0, 'a node that is told to end ends well');
}

async function post(url: string, submission: string): Promise<readonly [status: number, body: string]> {
  const response = await fetch(`${url}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: submission,
  });
  return [response.status, await response.text()];
}

async function postBatch(url: string, batch: readonly Sent[]): Promise<readonly number[]> {
  const response = await fetch(`${url}/api/v1/transactions/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: batch.map(({ submission }) => `${submission}\n`).join(''),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly status: number }).status);
}

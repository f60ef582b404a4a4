/**
 * What must hold when trouble is over: the nodes come together by themselves; what anybody was told is in the log, at its place, on every
 * node; receipts verify offline as a client verifies them; an audit finds no difference; nothing that anybody published is missing in it.
 */
import assert from 'node:assert/strict';
import { nodeCrypto } from '@tabularium/crypto';
import { parseNote } from '@tabularium/log';
import { auditLedger, DirectorySource } from '@tabularium/node';
import type { SeededRandom } from '@tabularium/scenarios';
import { verifyFact, verifyReceipt } from '@tabularium/verify';
import type { Agencies } from './agencies.ts';
import type { Agency } from './agency.ts';
import { LogHistory } from './log-history.ts';
import { until } from './until.ts';
import type { Watcher } from './watcher.ts';
import type { Acknowledged, Writers } from './writers.ts';

/** Asked at once of one node. */
const AT_ONCE = 8;
/** Receipts that are fetched and verified, of each node. */
const RECEIPTS = 25;
/** Every node cosigns the newest checkpoint each minute. */
const AGE_SECONDS = 120;

export interface Settled {
  readonly size: number;
  readonly height: number;
  /** Acknowledged in all. */
  readonly acknowledged: number;
}

export class Settling {
  readonly #agencies: Agencies;
  readonly #watcher: Watcher;
  readonly #writers: Writers;
  readonly #random: SeededRandom;
  readonly #history = new LogHistory();
  /** Acknowledgements that every node was asked for. */
  readonly #asked = new Set<string>();

  constructor(agencies: Agencies, watcher: Watcher, writers: Writers, random: SeededRandom) {
    this.#agencies = agencies;
    this.#watcher = watcher;
    this.#writers = writers;
    this.#random = random;
  }

  /** Links are healed, whoever is down is started, everything that was sent is decided; then all is compared. */
  async settle(): Promise<Settled> {
    const { all } = this.#agencies;
    this.#agencies.heal();
    await Promise.all(all.filter(({ runs }) => !runs).map((agency) => agency.start()));
    await this.#writers.pause();
    const size = await this.#level();
    const one = this.#random.pick(all);
    this.#history.readOn(one.dir, this.#watcher.roots);
    assert.equal(this.#history.size, size, `${one.id} shows as much as it has`);
    const fresh = [...this.#writers.acknowledged.values()].filter(({ name }) => !this.#asked.has(name));
    for (const { name, index } of fresh) assert.equal(this.#history.place(name), index, `${name} was acknowledged at ${index}`);
    await Promise.all(all.map((agency) => this.#ask(agency, fresh)));
    for (const { name } of fresh) this.#asked.add(name);
    return { size, height: await audited(one), acknowledged: this.#writers.acknowledged.size };
  }

  /** Every node shows the same checkpoint, agreed, and it is its newest. */
  async #level(): Promise<number> {
    let sizes: readonly (number | undefined)[] = [];
    const isLevel = async (): Promise<boolean> => {
      const notes = await Promise.all(this.#agencies.all.map(async (agency) => agency.text('/log/checkpoint').catch(() => '')));
      sizes = notes.map((note) => this.#watcher.agreed(note));
      const heads = await Promise.all(this.#agencies.all.map((agency) => headOf(agency)));
      return (
        sizes[0] !== undefined && new Set([...sizes, ...heads]).size === 1 && new Set(notes.map((note) => parseNote(note)?.text)).size === 1
      );
    };
    await until('all nodes show the same agreed checkpoint', isLevel).catch(async (error: Error) => {
      const heads = await Promise.all(this.#agencies.all.map((agency) => headOf(agency)));
      throw new Error(`${error.message}; agreed ${sizes}, heads ${heads}`);
    });
    return sizes[0]!;
  }

  async #ask(agency: Agency, fresh: readonly Acknowledged[]): Promise<void> {
    const now = Math.floor(Date.now() / 1_000);
    await inTurns(fresh, async ({ name, index, height }) => {
      const placed = JSON.parse(await agency.text(`/api/v1/transactions/${name}`)) as Partial<Acknowledged> & { readonly status: string };
      assert.deepEqual([placed.status, placed.index, placed.height], ['accepted', index, height], `${name} on ${agency.id}`);
    });
    const fact = verifyFact(await agency.text('/api/v1/facts/kernel/charter/current'), this.#watcher.policy, nodeCrypto, {
      nowSeconds: now,
      maxAgeSeconds: AGE_SECONDS,
    });
    assert.ok(fact.ok, `the charter from ${agency.id}: ${JSON.stringify(fact)}`);
    await inTurns(this.#random.shuffle(fresh).slice(0, RECEIPTS), async ({ name, index }) => {
      const receipt = await agency.text(`/api/v1/receipts/${name}?wait=quorum`);
      const verified = verifyReceipt(receipt, this.#watcher.policy, nodeCrypto, now);
      assert.ok(verified.ok && verified.index === index, `the receipt of ${name} from ${agency.id}: ${JSON.stringify(verified)}`);
      this.#watcher.saw(verified.checkpoint, `a receipt of ${agency.id}`);
    });
  }
}

/** Height of the ledger in an agency's folder, executed again from its first leaf. */
async function audited({ dir, id }: Agency): Promise<number> {
  const source = new DirectorySource(dir);
  try {
    const report = await auditLedger(source);
    assert.ok(report.ok, `the audit of ${id}: ${JSON.stringify(report)}`);
    return report.height;
  } finally {
    source.close();
  }
}

/** Leaves that a node has. */
async function headOf(agency: Agency): Promise<number | undefined> {
  try {
    return (JSON.parse(await agency.text('/health')) as { readonly size: number }).size;
  } catch {
    return undefined;
  }
}

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const turn = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
}

/** What tests of snapshots stand on: a ledger of counters that grows as it is told, its snapshot, and a directory to restore it in. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { Chain } from '@tabularium/engine-port/chain';
import { counterKid, counterTransaction, COUNTER_ORIGIN as ORIGIN, seeded } from '@tabularium/engine-port/contract';
import { formatNote, signatureLine } from '@tabularium/log';
import { makeUlid, parseTransaction, type Transaction } from '@tabularium/protocol';
import type { TileSource } from './fetch-tiles.ts';
import { openLedgerReader } from './ledger-reader.ts';
import { type ChunkVerdict, LedgerRestore, type LedgerRestoreOptions } from './ledger-restore.ts';
import { decodeMetadata } from './snapshot-format.ts';
import type { KeptSnapshot } from './snapshot-keeper.ts';
import { METADATA_FILE, writeSnapshot } from './snapshot-writer.ts';
import { openSqliteStorage, type SqliteStorage } from './sqlite-storage.ts';

export const { sha256 } = nodeCrypto;
export const START = 1_790_000_000_000;
export const COMET_HEIGHT = 77;
export const anchorOf = (height: number): string => `tests/${height}`;

export function signed(body: string): string {
  return formatNote(body, [signatureLine({ name: ORIGIN, id: new Uint8Array(4) }, new Uint8Array(64))]);
}

/** A folder that is gone when the test is over. */
export async function inFolder(run: (dir: string) => Promise<void> | void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-snapshot-'));
  try {
    await run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export class TestLedger {
  readonly dir: string;
  readonly #unordered: readonly string[] | undefined;
  readonly transactions: Transaction[] = [];
  storage: SqliteStorage;
  chain: Chain;

  constructor(dir: string, unordered?: readonly string[]) {
    this.dir = dir;
    this.#unordered = unordered;
    this.storage = openSqliteStorage(dir, { sha256, ...(unordered === undefined ? {} : { unordered }) });
    this.chain = this.#open();
    if (this.storage.head().height > 0) return;
    const system = [nodeCrypto.utf8.encode('{"name":"counters.example"}')];
    this.chain.append(
      { time: START, accepted: [], system, writes: new Map([['kernel/charter/current', '{"v":1}']]), events: [], policy: '' },
      signed,
    );
  }

  reopen(): void {
    this.storage.close();
    this.storage = openSqliteStorage(this.dir, { sha256, ...(this.#unordered === undefined ? {} : { unordered: this.#unordered }) });
    this.chain = this.#open();
  }

  #open(): Chain {
    return Chain.open({ storage: this.storage, crypto: nodeCrypto, origin: ORIGIN, unsigned: true });
  }

  /** Blocks a second apart, of so many transactions each, that end `expiresIn` seconds after their block. The same on every ledger of this height. */
  grow(blocks: number, transactions: number, expiresIn: number): void {
    for (let n = 0; n < blocks; n++) {
      const { height } = this.storage.head();
      const random = seeded(height);
      const time = START + height * 1_000;
      const accepted = Array.from({ length: transactions }, (_, i) => this.#transaction(height, i, Math.floor(time / 1_000) + expiresIn));
      const writes = new Map<string, string | null>();
      for (let i = 0; i < 1 + transactions; i++) {
        const key = `counter/total/${'aZ_'[random(3)]}${random(1_000)}`;
        writes.set(key, random(9) === 0 ? null : JSON.stringify({ height, text: 'é'.repeat(random(1_500)) }));
      }
      const events = accepted.map(({ name, payload }, entry) => ({
        ...{ type: 'counter.total.changed', data: payload.body, tx: name, entry, action: payload.action },
        ...{ signers: [], keys: [...writes.keys()].slice(0, 1) },
      }));
      const prepared = this.chain.prepare({ time, accepted, writes, events, policy: '' });
      this.chain.commit(prepared, { checkpoint: signed(prepared.checkpointBody), anchor: anchorOf(height) });
      this.transactions.push(...accepted);
    }
  }

  #transaction(height: number, place: number, exp: number): Transaction {
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(6, place);
    const id = makeUlid(START + height * 1_000, random);
    const body = { counter: `c${place % 7}`, amount: 1 };
    const parsed = parseTransaction(
      counterTransaction({ ledger: ORIGIN, kid: counterKid(place % 3, nodeCrypto), id, exp, body }),
      nodeCrypto,
    );
    if (!parsed.ok) throw new Error(parsed.detail);
    return parsed.transaction;
  }

  /** app_hash of the ledger as it stands. */
  get appHash(): Uint8Array {
    return sha256(nodeCrypto.utf8.encode(this.chain.checkpointBody()));
  }

  /** Its hash tiles, as another node asks for them. */
  get source(): TileSource {
    return { name: 'a node', tile: async (level, index) => this.storage.tile(level, index) };
  }

  snapshot(to: string): TestSnapshot {
    const reader = openLedgerReader(join(this.dir, 'ledger.db'), { snapshot: true });
    try {
      writeSnapshot(reader, to, sha256);
    } finally {
      reader.close();
    }
    return new TestSnapshot(to);
  }
}

/** A snapshot as it is offered, and its chunks. */
export class TestSnapshot {
  readonly metadata: Uint8Array;
  readonly chunks: Uint8Array[];

  constructor(folder: string) {
    this.metadata = readFileSync(join(folder, METADATA_FILE));
    this.chunks = decodeMetadata(this.metadata)!.chunks.map((_, i) => readFileSync(join(folder, String(i))));
  }

  get read() {
    return decodeMetadata(this.metadata)!;
  }

  get offered(): KeptSnapshot {
    return { height: COMET_HEIGHT, format: 1, chunks: this.chunks.length, hash: sha256(this.metadata), metadata: this.metadata };
  }
}

export class TestRestore {
  readonly reports: string[] = [];
  readonly restore: LedgerRestore;

  constructor(dir: string, sources: readonly TileSource[], more: Partial<LedgerRestoreOptions> = {}) {
    const report = (error: unknown): void => void this.reports.push((error as Error).message);
    this.restore = new LedgerRestore({ dir, crypto: nodeCrypto, origin: ORIGIN, anchorOf, sources, report, pauseMs: 1, ...more });
  }

  /** Chunk after chunk, until one is not simply taken. */
  async applyAll(chunks: readonly Uint8Array[]): Promise<ChunkVerdict> {
    for (const [index, chunk] of chunks.entries()) {
      const verdict = await this.restore.apply(index, chunk);
      if (verdict !== 'accept') return verdict;
    }
    return 'accept';
  }
}

/** Files of a folder with digests of what they hold. */
export function contentOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

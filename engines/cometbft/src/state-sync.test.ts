/**
 * A node comes to a running ledger by CometBFT's state sync: two validators have a snapshot, a third with nothing takes it, follows on, and
 * proves what is older than itself. Built by tools/setup-cometbft.sh; where there is no Go to build it with, this test says so.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { generateNodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import type { Outcome } from '@tabularium/engine-port';
import { Chain } from '@tabularium/engine-port/chain';
import {
  auditLog,
  CounterClient,
  CounterMachine,
  counterAdmit,
  counterGenesis,
  COUNTER_ORIGIN as ORIGIN,
  totalKey,
} from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { Notary } from '@tabularium/engine-port/notary';
import { TILE_WIDTH } from '@tabularium/log';
import { LedgerRestore, openSqliteStorage, SnapshotKeeper, type SqliteStorage, type TileSource } from '@tabularium/store';
import { type AbciServer, serveAbci } from './abci-server.ts';
import { formatAnchor } from './block-application.ts';
import { type CometEngine, openCometEngine } from './comet-engine.ts';
import { type CometHome, type ConsensusIdentity, makeIdentity, type StateSync, writeHome } from './comet-home.ts';
import { CometProcess } from './comet-process.ts';
import { joinBySnapshot } from './join-by-snapshot.ts';
import type { SnapshotSource, SnapshotTarget } from './snapshots.ts';
import { freePort, program, whyNot } from './validator-rig.test.ts';

const CHAIN = 'counters';
const { sha256 } = nodeCrypto;
const JWK = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } as const;
const PACE = { everyLeaves: 800, keepBlocks: 0 };

/** A node of the ledger, validator or not. */
class Member {
  readonly dir = mkdtempSync(join(tmpdir(), 'tabularium-member-'));
  readonly reports: string[] = [];
  readonly origin = ORIGIN;
  readonly now = Date.now;
  readonly ledger = join(this.dir, 'ledger');
  readonly #keys = generateNodeKeys();
  readonly #port: number;
  /** A chunk of a snapshot as it hands it out. */
  chunk: SnapshotSource['chunk'] = (...of) => this.snapshots.chunk(...of);
  storage!: SqliteStorage;
  engine!: CometEngine;
  snapshots!: SnapshotKeeper;
  comet!: CometProcess;
  #server!: AbciServer;

  constructor(port: number) {
    this.#port = port;
  }

  home(peers: readonly string[] = [], stateSync?: StateSync): CometHome {
    const { dir } = this;
    return {
      ...{ program: program!, dir: join(dir, 'comet'), abciPath: join(dir, 'abci.sock'), rpcPath: join(dir, 'rpc.sock') },
      ...{ peerAddress: this.address, peers, ...(stateSync === undefined ? {} : { stateSync }) },
    };
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get total(): number {
    return (JSON.parse(this.storage.get(totalKey('visits')) ?? '{"total":0}') as { total: number }).total;
  }

  get source(): TileSource {
    return { name: this.address, tile: async (level, index) => this.engine.tile(level, index, TILE_WIDTH) };
  }

  report = (error: unknown): void => void this.reports.push((error as Error).message);

  options() {
    this.storage ??= openSqliteStorage(this.ledger, { sha256 });
    return {
      ...{ storage: this.storage, machine: new CounterMachine(), admit: counterAdmit(nodeCrypto), clock: Date.now, crypto: nodeCrypto },
      ...{ origin: ORIGIN, chainId: CHAIN, signer: nodeSigner(this.#keys), vkeys: nodeVkeys(this.#keys, ORIGIN, `${ORIGIN}/node`) },
      ...{ keyOf: () => JWK, report: this.report },
    };
  }

  async start(): Promise<void> {
    const options = this.options();
    // A ledger from a snapshot is a quorum's to its end: consensus has proven it.
    if (this.storage.head().checkpoint === undefined)
      this.storage.saveCheckpoint(new Notary(options).sign(Chain.open({ ...options, unsigned: true }).checkpointBody()));
    const { storage, report } = this;
    this.snapshots = new SnapshotKeeper({ dir: this.ledger, storage, chainId: CHAIN, sha256, pace: PACE, report });
    const { snapshots } = this;
    this.engine = openCometEngine({
      ...options,
      snapshots: {
        list: () => snapshots.list(),
        chunk: (...of) => this.chunk(...of),
        wanted: () => snapshots.wanted(),
        isWanted: false,
        committed: (height) => snapshots.committed(height),
        get retainHeight() {
          return snapshots.retainHeight;
        },
      },
    });
    this.#server = await serveAbci({ path: this.home().abciPath, handlers: this.engine.handlers, report });
    this.comet = await CometProcess.start(this.home());
    this.engine.start(this.comet.rpc);
  }

  async dispose(): Promise<void> {
    await this.comet?.stop();
    await this.#server?.close();
    await this.snapshots?.close();
    this.storage?.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

async function until(condition: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (let tries = 0; tries < seconds * 20; tries++) {
    if (await condition()) return;
    await delay(50);
  }
  assert.fail(`not within ${seconds} s: ${condition}`);
}

interface Network {
  readonly first: Member;
  readonly second: Member;
  readonly third: Member;
  /** Where the third one finds the others. */
  join(height: number): Promise<CometHome>;
}

/** Two validators with a ledger, and a third node with nothing but the genesis. */
async function given(run: (network: Network) => Promise<void>): Promise<void> {
  const members = [new Member(await freePort()), new Member(await freePort()), new Member(await freePort())] as const;
  const [first, second, third] = members;
  try {
    const identities: ConsensusIdentity[] = [];
    for (const one of members) identities.push(await makeIdentity(one.home()));
    const addresses = members.map((one, n) => `${identities[n]!.id}@${one.address}`);
    const time = Date.now();
    const genesis = { chainId: CHAIN, time, validators: identities.slice(0, 2).map(({ key }) => key) };
    for (const [n, one] of members.entries()) await writeHome(one.home(addresses.filter((_, m) => m !== n)), genesis);
    for (const one of [first, second]) initialise(one.options(), counterGenesis(time, nodeCrypto));
    await Promise.all([first.start(), second.start()]);
    const join = async (height: number): Promise<CometHome> => {
      const answer = await first.comet.rpc.passOn({ jsonrpc: '2.0', id: 1, method: 'commit', params: { height: String(height) } });
      const { result } = JSON.parse(answer) as { result: { signed_header: { commit: { block_id: { hash: string } } } } };
      const { hash } = result.signed_header.commit.block_id;
      const servers = [first, second].map((one) => `unix://${one.home().rpcPath}`);
      return third.home(addresses.slice(0, 2), { servers, height, hash, trustHours: 1 });
    };
    await run({ first, second, third, join });
  } finally {
    for (const one of members) await one.dispose();
  }
}

/** Writes so many batches at one node, and waits until the other has them. */
async function write({ first, second }: Network, client: CounterClient, batches: number, expiresIn: number): Promise<Uint8Array[]> {
  const written: Uint8Array[] = [];
  for (let n = 0; n < batches; n++) {
    const batch = Array.from({ length: 100 }, () => client.add({}, { expiresIn }));
    let outcomes: readonly Outcome[] = [];
    // A node that is behind says so.
    await until(async () => {
      outcomes = await first.engine.submitMany(batch);
      return outcomes.every((outcome) => outcome.kind !== 'busy');
    });
    assert.deepEqual([...new Set(outcomes.map(({ kind }) => kind))], ['accepted'], JSON.stringify(first.reports));
    written.push(...batch);
  }
  await until(() => second.total === first.total);
  return written;
}

/** The first one gives wrong bytes, always; the other waits until it has done so. */
function oneLies(liar: Member, honest: Member): void {
  let lied = false;
  const { chunk } = liar;
  liar.chunk = async (...of) => {
    const wrong = (await chunk(...of))?.map((byte, i, all) => (i === Math.min(100, all.length - 1) ? byte ^ 1 : byte));
    lied = true;
    return wrong;
  };
  const { chunk: own } = honest;
  honest.chunk = async (...of) => {
    await until(() => lied);
    return own(...of);
  };
}

const tests = async (network: Network): Promise<void> => {
  const { first, second, third } = network;
  const client = new CounterClient(nodeCrypto, first);
  const old = await write(network, client, 9, 4);
  await until(() => first.snapshots.list().length === 1);
  await delay(4_000);
  const living = await write(network, client, 8, 3_600);
  await until(() => [first, second].every(({ snapshots }) => snapshots.list().length === 2));
  // Both made the same ones.
  const kept = ({ snapshots }: Member) => snapshots.list().map(({ height, hash }) => [height, Buffer.from(hash).toString('hex')]);
  assert.deepEqual(kept(first), kept(second));
  const { retainHeight } = first.snapshots;
  await write(network, client, 2, 3_600);
  // CometBFT has dropped the blocks that nobody needs who joins.
  const earliest = async (): Promise<number> => {
    const answer = await first.comet.rpc.passOn({ jsonrpc: '2.0', id: 1, method: 'status', params: {} });
    return Number(
      (JSON.parse(answer) as { result: { sync_info: { earliest_block_height: string } } }).result.sync_info.earliest_block_height,
    );
  };
  await until(async () => (await earliest()) === retainHeight);

  const home = await network.join(retainHeight);
  const target = (sources: readonly TileSource[]): SnapshotTarget =>
    new LedgerRestore({
      dir: third.ledger,
      crypto: nodeCrypto,
      origin: ORIGIN,
      anchorOf: (height) => formatAnchor(CHAIN, BigInt(height)),
      sources,
      report: third.report,
    });

  // Nothing begins at another chain's block, nor where nobody is asked.
  const { stateSync, ...alone } = home;
  for (const wrong of [{ ...home, stateSync: { ...stateSync!, hash: '00'.repeat(32) } }, alone])
    await assert.rejects(joinBySnapshot({ home: wrong, target: target([]), report: third.report }), /CometBFT ended|no snapshot brought/);

  // Interrupted while it fetches hash tiles, it has no ledger; nor where it is interrupted before it begins.
  const given = new AbortController();
  const interrupted: TileSource = {
    name: 'nobody',
    tile: async () => {
      given.abort(new Error('interrupted'));
      return delay(60_000, undefined, { ref: false });
    },
  };
  await assert.rejects(joinBySnapshot({ home, target: target([interrupted]), report: third.report, signal: given.signal }), /interrupted/);
  await assert.rejects(joinBySnapshot({ home, target: target([]), report: third.report, signal: given.signal }), /interrupted/);
  assert.ok(!existsSync(join(third.ledger, 'ledger.db')) && !readdirSync(third.ledger).includes('restoring'));

  // One node hands out wrong chunks, and one wrong tiles: it comes to the ledger all the same.
  oneLies(second, first);
  const liar: TileSource = { name: 'a liar', tile: async () => new Uint8Array(TILE_WIDTH * 32) };
  const taken: string[] = [];
  const restore = target([liar, first.source]);
  const { apply } = restore;
  restore.apply = async (...chunk) => {
    const verdict = await apply.call(restore, ...chunk);
    taken.push(verdict);
    return verdict;
  };
  await joinBySnapshot({ home, target: restore, report: third.report });
  assert.ok(taken.includes('refetch') && taken.at(-1) === 'whole', String(taken));
  assert.ok(
    third.reports.some((text) => text.startsWith('a liar gave another hash tile')),
    String(third.reports),
  );
  const begin = third.options().storage.head();
  assert.ok(begin.size < first.storage.head().size);

  // It follows on, and takes part.
  await third.start();
  await until(() => third.total === first.total);
  assert.deepEqual(third.storage.head().state, first.storage.head().state);
  const more = await write({ ...network, first: third, second: first }, client, 1, 3_600);
  assert.equal(first.total, 100 * 20);
  assert.equal((await third.engine.submit(more[0]!)).kind, 'repeated');

  // What was accepted before it came is known to it: the same bytes, and the same id with others.
  const again = await third.engine.submit(living[0]!);
  assert.ok(again.kind === 'repeated' && again.index < begin.size);
  assert.deepEqual(again, await first.engine.submit(living[0]!));
  const { id } = JSON.parse(Buffer.from(Buffer.from(living[1]!).toString().split('.')[1]!, 'base64url').toString()) as { id: string };
  const other = await third.engine.submit(client.add({ amount: 7 }, { id }));
  assert.ok(other.kind === 'refused' && other.refusal.code === 'kernel.id-reused');

  // Receipts of what it has are those of the others, and so are those of older entries once these are filled in.
  await until(() => new Set([first, third].map(({ engine }) => engine.ownCheckpoint().split('\n\u2014')[0])).size === 1);
  assert.deepEqual(third.engine.receiptParts(again.index)!.proof, first.engine.receiptParts(again.index)!.proof);
  const oldest = await first.engine.submit(old[0]!);
  assert.ok(oldest.kind === 'repeated' && third.storage.blockOf(oldest.index) === undefined);
  assert.equal(third.engine.receiptParts(oldest.index), undefined);
  assert.equal(third.engine.entries(0, TILE_WIDTH), undefined);
  for (let range = third.storage.missing(); range !== undefined; range = third.storage.missing()) {
    const { first: from, count } = first.storage.block(range.from)!;
    const { events } = [...first.storage.events(range.from, range.from)][0]!;
    third.storage.fillBlock({ leaves: first.storage.leaves(from, from + count), events });
  }
  assert.deepEqual(third.engine.receiptParts(oldest.index)!.proof, first.engine.receiptParts(oldest.index)!.proof);
  assert.deepEqual(third.engine.entries(0, TILE_WIDTH), first.engine.entries(0, TILE_WIDTH));
  for (const { storage } of [first, second, third]) auditLog(storage, nodeCrypto);
};

if (program === undefined) test('CometBFT is passed over', (t) => t.diagnostic(whyNot));
else test('a node comes by a snapshot', () => given(tests));

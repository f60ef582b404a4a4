/** What a node lacks that came by a snapshot comes to it from the others: interrupted, lied to, and where the log leads elsewhere. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { type ExchangeDoor, makeTlsIdentity, serveExchange } from '@tabularium/exchange';
import type { CharterRecord, Machine } from '@tabularium/kernel';
import { TILE_WIDTH } from '@tabularium/log';
import { LedgerRestore, SnapshotKeeper, type SqliteStorage } from '@tabularium/store';
import { dataDirectory } from '../data-directory.ts';
import { openLedgerStorage, unorderedKeys } from '../ledger-storage.ts';
import type { NodeFault } from '../node-fault.ts';
import { newOffice } from '../node-rig.test.ts';
import { startNode } from '../start-node.ts';
import { Backfill } from './backfill.ts';
import { DefectiveMachine, until } from './network-rig.test.ts';

const HOUR_MS = 3_600_000;
const { sha256, utf8 } = nodeCrypto;

/** A ledger of some blocks whose ids may be used again, and another directory that came to it by a snapshot. */
async function given(t: TestContext, machine?: Machine) {
  let now = Date.now() - 2 * HOUR_MS;
  const office = newOffice({ clock: () => now });
  t.after(() => office.remove());
  const node = await startNode({
    ...{ dir: office.data, clock: () => now, adminSocket: false },
    ...(machine === undefined ? {} : { machine }),
  });
  t.after(() => node.close());
  let year = 2000;
  const write = async (count: number): Promise<void> => {
    const proposals = Array.from({ length: count }, () => {
      const name = String(year++);
      const body = { year: name, from: `${name}-01-01`, to: `${name}-12-31` };
      return office.sign('head', { action: 'kernel.propose', body: { action: 'treasury.year.open', body } });
    });
    for (const { kind } of await node.door.submitMany(proposals)) assert.equal(kind, 'accepted');
  };
  for (const acceptance of office.acceptances()) await node.door.submit(acceptance);
  for (let n = 0; n < 6; n++) await write(100);
  now += HOUR_MS;
  await write(10);

  const { storage, origin } = node;
  const report = (error: unknown): never => assert.fail(String(error));
  const keeper = new SnapshotKeeper({ dir: office.data, storage, chainId: 'tests', sha256, report });
  keeper.make(7);
  await until(() => keeper.list().length === 1);
  const dir = join(office.dir, 'joined');
  const sources = [{ name: 'the first node', tile: async (level: number, index: number) => storage.tile(level, index) }];
  const unordered = unorderedKeys();
  const restore = new LedgerRestore({ dir, crypto: nodeCrypto, origin, anchorOf: () => 'tests/7', sources, unordered, report });
  const { checkpoint } = storage.head();
  const [snapshot] = keeper.list();
  restore.offer(snapshot!, sha256(utf8.encode(`${checkpoint!.split('\n\n')[0]}\n`)));
  for (let index = 0; index < snapshot!.chunks; index++) await restore.apply(index, (await keeper.chunk(7, 1, index))!);
  restore.install();
  await keeper.close();
  const open = (): SqliteStorage => {
    const joined = openLedgerStorage(dir);
    joined.saveCheckpoint(checkpoint!);
    t.after(() => joined.close());
    return joined;
  };
  return { node, dir, origin, open };
}

/** The exchange of a node that has these entries. */
async function peer(t: TestContext, entries: ExchangeDoor['entries']): Promise<{ readonly exchange: string; readonly tls: string }> {
  const identity = makeTlsIdentity();
  const onFault = (error: unknown): never => assert.fail(String(error));
  const door = { entries } as ExchangeDoor;
  const server = await serveExchange({ host: '127.0.0.1', port: 0, identity, isKnown: () => 'joined', door, onFault });
  t.after(() => server.close());
  return { exchange: `https://127.0.0.1:${server.port}`, tls: identity.pin };
}

/** Runs while `work` does. */
async function running(
  { dir, origin }: { readonly dir: string; readonly origin: string },
  storage: SqliteStorage,
  peers: Readonly<Record<string, object>>,
  work: (told: { readonly reports: string[]; readonly faults: NodeFault[]; readonly whole: () => boolean }) => Promise<void>,
): Promise<void> {
  const nodes = Object.fromEntries(Object.entries(peers).map(([id, validator]) => [id, { validator }]));
  const reports: string[] = [];
  const faults: NodeFault[] = [];
  let isWhole = false;
  const backfill = new Backfill({
    ...{ place: dataDirectory(dir), storage, origin, node: 'joined', addresses: {} },
    charterNow: () => ({ nodes }) as unknown as CharterRecord,
    report: (error) => void reports.push((error as Error).message),
    onWhole: () => {
      isWhole = true;
    },
    onStop: (fault) => void faults.push(fault),
  });
  try {
    await work({ reports, faults, whole: () => isWhole });
  } finally {
    await backfill.close();
  }
}

test('the past comes from whoever has it, interrupted or not, and nobody is believed', async (t) => {
  const ledger = await given(t);
  const { node, dir } = ledger;
  const { height, size } = node.storage.head();
  const path = join(dir, 'ledger.db');
  let storage = ledger.open();
  assert.deepEqual(storage.missing(), { from: 1, to: height });
  assert.deepEqual(storage.leaves(0, TILE_WIDTH), []);

  await running(ledger, storage, {}, async ({ reports }) => {
    await until(() => reports.length > 0);
    assert.match(reports[0]!, /old blocks do not come: no other node has entries 0 to 255: there is none/);
  });

  // Interrupted after some blocks, and the last it was given lost, as with the power.
  storage.close();
  cpSync(path, `${path}.before`);
  storage = ledger.open();
  const liar = await peer(t, (index, width) => node.engine.entries(index, width)?.map((byte, i) => (i === 900 ? byte ^ 1 : byte)));
  const right = await peer(t, (index, width) => node.engine.entries(index, width));
  const nothing = await peer(t, () => undefined);
  const { fillBlock } = storage;
  await running(ledger, storage, { liar, nothing, right }, async ({ reports }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let filled = 0;
    storage.fillBlock = (block) => {
      fillBlock.call(storage, block);
      if (++filled === 4) resolve();
    };
    await promise;
    assert.match(reports.join(), /node liar gave other entries than this log has, from 0 on/);
  });
  assert.ok(storage.missing()!.from > 3 && existsSync(join(dir, 'backfill')));
  storage.close();
  rmSync(path);
  cpSync(`${path}.before`, path);
  storage = ledger.open();
  assert.equal(storage.missing()!.from, 1);

  await running(ledger, storage, { right }, async ({ reports, faults, whole }) => {
    await until(whole);
    assert.deepEqual([reports, faults], [[], []]);
  });
  assert.equal(existsSync(join(dir, 'backfill')), false);
  assert.equal(storage.missing(), undefined);
  assert.deepEqual(storage.leaves(0, size), node.storage.leaves(0, size));
  assert.deepEqual([...storage.events(1, height)], [...node.storage.events(1, height)]);

  // Nothing is missing: it is said at once.
  await running(ledger, storage, {}, async ({ whole }) => assert.ok(whole()));
});

test('where the log leads to something else than the nodes stand by, the node stops', async (t) => {
  const machine = new DefectiveMachine();
  machine.isDefective = true;
  const ledger = await given(t, machine);
  const { node } = ledger;
  const right = await peer(t, (index, width) => node.engine.entries(index, width));
  await running(ledger, ledger.open(), { right }, async ({ faults, whole }) => {
    await until(() => faults.length > 0);
    assert.equal(faults[0]!.code, 'audit-difference');
    assert.match(faults[0]!.message, /does not lead to what the nodes stood by .* leads to the state/);
    assert.equal(whole(), false);
  });
});

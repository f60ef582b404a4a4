/** Which snapshots a node makes, keeps and hands out: due by the ledger alone, of that very block, the newest two, never a damaged one. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeMetadata } from './snapshot-format.ts';
import { SnapshotKeeper, type SnapshotPace } from './snapshot-keeper.ts';
import { contentOf, inFolder, sha256, TestLedger, TestRestore } from './snapshot-rig.test.ts';

const CHAIN = 'tests';

interface Given {
  readonly ledger: TestLedger;
  readonly keeper: SnapshotKeeper;
  /** How often it was told that a snapshot is wanted, or made. */
  readonly changes: number[];
  readonly reports: string[];
  /** What lies in `snapshots/`. */
  folders(): string[];
  /** Blocks of so many transactions, each told to the keeper; its height stands for CometBFT's. */
  write(blocks: number, transactions?: number): void;
  open(chainId?: string): SnapshotKeeper;
}

function given(pace: Partial<SnapshotPace>, run: (given: Given) => Promise<void>): () => Promise<void> {
  return () =>
    inFolder(async (dir) => {
      const ledger = new TestLedger(dir);
      const reports: string[] = [];
      const changes: number[] = [];
      const opened: SnapshotKeeper[] = [];
      const open = (chainId = CHAIN): SnapshotKeeper => {
        const report = (error: unknown): void => void reports.push((error as Error).message);
        const onChange = (): void => void changes.push(opened.length);
        opened.push(new SnapshotKeeper({ dir, storage: ledger.storage, chainId, sha256, pace, onChange, report }));
        return opened.at(-1)!;
      };
      const keeper = open();
      const write = (blocks: number, transactions = 3): void => {
        for (let n = 0; n < blocks; n++) {
          ledger.grow(1, transactions, 60);
          keeper.committed(ledger.storage.head().height);
        }
      };
      try {
        await run({ ledger, keeper, changes, reports, write, open, folders: () => readdirSync(join(dir, 'snapshots')).sort() });
      } finally {
        for (const one of opened) await one.close();
        ledger.storage.close();
      }
    });
}

/** Until the newest snapshot is of this height. */
async function until(keeper: SnapshotKeeper, height: number): Promise<void> {
  for (let tries = 0; keeper.list()[0]?.height !== height && tries < 1_000; tries++) await delay(10);
  assert.equal(keeper.list()[0]?.height, height);
}

test(
  'every so many blocks one is made, the newest two are kept, and CometBFT keeps its blocks from the older one on',
  given({ everyBlocks: 10, keepBlocks: 0 }, async ({ keeper, reports, write, folders, open }) => {
    assert.deepEqual([keeper.list(), keeper.retainHeight], [[], 0]);
    for (let n = 1; n <= 4; n++) {
      write(n === 1 ? 9 : 10);
      await until(keeper, 10 * n);
      assert.equal(keeper.retainHeight, n === 1 ? 0 : 10 * (n - 1));
    }
    await keeper.close();
    assert.deepEqual(folders(), ['30-tests', '40-tests']);
    assert.deepEqual(
      open()
        .list()
        .map(({ height }) => height),
      [40, 30],
    );
    assert.deepEqual(reports, []);
  }),
);

test(
  'every so many leaves one is made, also where a block leaps over the mark',
  given({ everyLeaves: 100 }, async ({ ledger, keeper, write }) => {
    write(1, 96);
    assert.equal(ledger.storage.head().size, 99);
    assert.deepEqual(keeper.list(), []);
    write(1, 330);
    await until(keeper, 3);
    write(1, 50);
    await until(keeper, 3);
    write(1, 50);
    await until(keeper, 5);
  }),
);

test(
  'where there is none, whoever joins has one made soon, at a height at which others make theirs; blocks that a node missed while it was away stay',
  given({ everyBlocks: 6, keepBlocks: 5 }, async ({ keeper, changes, write }) => {
    write(1);
    keeper.wanted();
    keeper.wanted();
    write(1);
    assert.deepEqual([keeper.isWanted, changes.length], [true, 1]);
    write(1);
    assert.equal(keeper.isWanted, false);
    await until(keeper, 4);
    assert.equal(changes.length, 2);
    keeper.wanted();
    assert.deepEqual([keeper.isWanted, changes.length], [false, 2]);
    write(2);
    await until(keeper, 6);
    assert.equal(keeper.retainHeight, 1);
    write(2);
    assert.equal(keeper.retainHeight, 3);
  }),
);

test(
  'it is of the block it was made at, though the ledger goes on at once, and a node is restored from what is handed out',
  given({ everyBlocks: 5 }, async ({ ledger, keeper, write }) => {
    write(4, 200);
    const { size, height } = ledger.storage.head();
    const { appHash } = ledger;
    write(3, 100);
    await until(keeper, height);
    const [snapshot] = keeper.list();
    assert.equal(decodeMetadata(snapshot!.metadata)!.size, size);
    await inFolder(async (dir) => {
      const { restore } = new TestRestore(dir, [ledger.source]);
      assert.equal(restore.offer(snapshot!, appHash), 'accept');
      for (let index = 0; index < snapshot!.chunks; index++) {
        const verdict = await restore.apply(index, (await keeper.chunk(height, 1, index))!);
        assert.equal(verdict, index === snapshot!.chunks - 1 ? 'whole' : 'accept');
      }
      restore.install();
      const joined = new TestLedger(dir);
      assert.equal(joined.storage.head().height, height);
      joined.storage.close();
    });
    assert.equal(await keeper.chunk(height, 1, snapshot!.chunks), undefined);
    assert.equal(await keeper.chunk(height, 2, 0), undefined);
    assert.equal(await keeper.chunk(height + 1, 1, 0), undefined);
  }),
);

test(
  'a damaged snapshot is not handed out',
  given({ everyBlocks: 5 }, async ({ ledger, keeper, reports, write, open }) => {
    write(4);
    await until(keeper, 5);
    write(5);
    await until(keeper, 10);
    const folder = (height: number): string => join(ledger.dir, 'snapshots', `${height}-${CHAIN}`);
    writeFileSync(join(folder(10), '1'), 'something else');
    assert.notEqual(await keeper.chunk(10, 1, 0), undefined);
    assert.equal(await keeper.chunk(10, 1, 1), undefined);
    assert.deepEqual([keeper.list().map(({ height }) => height), keeper.retainHeight], [[5], 0]);
    assert.match(reports.join(), /chunk 1 of the snapshot at 10 is damaged/);
    writeFileSync(join(folder(5), 'metadata.json'), '{}');
    assert.deepEqual(
      open()
        .list()
        .map(({ height }) => height),
      [10],
    );
    assert.match(reports.join(), /5-tests holds no snapshot/);
  }),
);

test(
  'where one takes longer than it takes to the next, the next is left out, and that is said',
  given({ everyBlocks: 2 }, async ({ keeper, reports, write }) => {
    write(4);
    await until(keeper, 2);
    assert.deepEqual(reports, ['no snapshot at 4: the one before is still being made']);
  }),
);

test(
  'what is half made, or of another chain, goes at the next opening',
  given({}, async ({ ledger, keeper, write, open, folders }) => {
    write(2);
    keeper.make(3);
    await until(keeper, 3);
    const whole = contentOf(join(ledger.dir, 'snapshots', '3-tests'));
    for (const name of ['9-tests.partial', '7-other', 'x']) mkdirSync(join(ledger.dir, 'snapshots', name));
    const again = open();
    await again.close();
    assert.deepEqual(folders(), ['3-tests']);
    assert.deepEqual(contentOf(join(ledger.dir, 'snapshots', '3-tests')), whole);
    const other = open('another-term');
    assert.deepEqual([other.list(), other.retainHeight], [[], 0]);
    await other.close();
    assert.deepEqual(folders(), []);
    assert.throws(() => open('no/chain'), RangeError);
  }),
);

test(
  'where one cannot be made, that is said, and the next one is tried',
  given({}, async ({ ledger, keeper, reports, write, folders }) => {
    write(2);
    mkdirSync(join(ledger.dir, 'snapshots', '3-tests', 'in-its-way'), { recursive: true });
    keeper.make(3);
    keeper.make(3);
    assert.equal(keeper.isWanted, false);
    for (let tries = 0; folders().length > 0 && tries < 1_000; tries++) await delay(10);
    assert.match(reports[0]!, /ENOTEMPTY|EEXIST/);
    write(1);
    keeper.make(4);
    // While it is being made, another is wanted, and comes soon after it.
    write(1);
    keeper.make(5);
    assert.equal(keeper.isWanted, false);
    await until(keeper, 4);
    assert.equal(keeper.isWanted, true);
    write(3);
    await until(keeper, 8);
    await keeper.close();
    assert.deepEqual(folders(), ['4-tests', '8-tests']);
  }),
);

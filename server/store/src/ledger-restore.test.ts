/** A ledger restored from a snapshot is the one it was made of; whatever does not fit leaves nothing behind. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { DirectoryInUse } from '@tabularium/engine-port';
import { auditLog } from '@tabularium/engine-port/contract';
import { leafHash, TILE_WIDTH, verifyInclusion } from '@tabularium/log';
import type { TileSource } from './fetch-tiles.ts';
import { openLedgerReader } from './ledger-reader.ts';
import { cutChunks, edgeWidth, encodeMetadata, levelsOf, type SnapshotMetadata, spanOf, splitChunk } from './snapshot-format.ts';
import { anchorOf, COMET_HEIGHT, contentOf, inFolder, sha256, TestLedger, TestRestore, TestSnapshot } from './snapshot-rig.test.ts';

// Run as a child: restore, and be killed at a certain step.
if (process.send !== undefined && process.argv[2] === 'die') {
  const [dir, folder, appHash, step] = process.argv.slice(3) as [string, string, string, string];
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  const snapshot = new TestSnapshot(folder);
  const reader = openLedgerReader(join(folder, '..', 'first', 'ledger.db'));
  const source: TileSource = {
    name: 'the first node',
    tile: async (level, index) => {
      if (step === 'tiles') die();
      return reader.tile(level, index);
    },
  };
  const { restore } = new TestRestore(dir, [source]);
  restore.offer(snapshot.offered, Buffer.from(appHash, 'hex'));
  for (const [index, chunk] of snapshot.chunks.entries()) {
    if (step === String(index)) die();
    await restore.apply(index, chunk);
  }
  if (step === 'whole') die();
} else {
  describe('a ledger from a snapshot', tests);
}

/** Two kinds of entries: old ones whose ids may be used again, in several full tiles, and newer ones whose ids may not. */
function oldAndNew(dir: string): TestLedger {
  const ledger = new TestLedger(dir);
  ledger.grow(10, 130, 5);
  ledger.grow(9, 90, 600);
  return ledger;
}

interface Given {
  readonly dir: string;
  readonly ledger: TestLedger;
  readonly snapshot: TestSnapshot;
  readonly joined: string;
}

function given(run: (given: Given) => Promise<void>): () => Promise<void> {
  return () =>
    inFolder(async (dir) => {
      const ledger = oldAndNew(join(dir, 'first'));
      try {
        await run({ dir, ledger, snapshot: ledger.snapshot(join(dir, 'snapshot')), joined: join(dir, 'joined') });
      } finally {
        ledger.storage.close();
      }
    });
}

/** The restored ledger, opened. */
async function restored({ ledger, snapshot, joined }: Given): Promise<TestLedger> {
  const { restore, reports } = new TestRestore(joined, [ledger.source]);
  assert.equal(restore.offer(snapshot.offered, ledger.appHash), 'accept');
  for (const [index, chunk] of snapshot.chunks.entries()) {
    assert.equal(await restore.apply(index, chunk), index === snapshot.chunks.length - 1 ? 'whole' : 'accept');
  }
  assert.deepEqual(reports, []);
  restore.install();
  return new TestLedger(joined);
}

/** No ledger, and nothing of one. */
function checkNothing(dir: string): void {
  assert.deepEqual(
    readdirSync(dir).filter((name) => !name.startsWith('lock.db')),
    [],
  );
}

/** A snapshot with something else in it, and metadata that agrees with itself. */
function changed({ snapshot }: Given, change: Partial<SnapshotMetadata>, chunks: readonly Uint8Array[] = snapshot.chunks) {
  const metadata = encodeMetadata({ ...snapshot.read, chunks: chunks.map((chunk) => sha256(chunk)), ...change });
  return { chunks, offered: { ...snapshot.offered, metadata, hash: sha256(metadata), chunks: chunks.length } };
}

function tests(): void {
  test(
    'it has the same head, state, proofs and open ids, and goes on as the first one does',
    given(async (all) => {
      const { ledger, snapshot } = all;
      const { first, size } = snapshot.read;
      assert.ok(first > 256 && size - first > 256, `${first} of ${size} leaves`);
      const joined = await restored(all);
      const { checkpoint, ...head } = ledger.storage.head();
      assert.deepEqual(joined.storage.head(), { ...head, checkpoint: undefined });
      assert.equal(joined.storage.anchor(), anchorOf(COMET_HEIGHT));
      assert.deepEqual(joined.storage.scan('', '~', 9_999), ledger.storage.scan('', '~', 9_999));
      const root = joined.chain.log.root();
      for (let index = 0; index < size; index += 97) {
        const [leaf] = ledger.storage.leaves(index, index + 1);
        const proof = joined.chain.log.inclusion(index);
        assert.ok(verifyInclusion({ index, size, leafHash: leafHash(leaf!, sha256), proof, root }, sha256), `leaf ${index}`);
        assert.deepEqual(joined.storage.leaves(index, index + 1), index < first ? [] : [leaf]);
        const block = ledger.storage.blockOf(index);
        assert.deepEqual(joined.storage.blockOf(index), index < first ? undefined : block);
      }
      const now = Math.floor(head.time / 1_000);
      for (const { kid, payload, name } of ledger.transactions) {
        const index = ledger.storage.findId(kid, payload.id, now);
        assert.equal(joined.storage.findId(kid, payload.id, now), index);
        assert.equal(index !== undefined, payload.exp > now);
        if (index !== undefined) assert.equal(joined.storage.findName(name), index);
      }
      for (const one of [ledger, joined]) one.grow(12, 40, 60);
      assert.deepEqual(joined.storage.head(), ledger.storage.head());
      joined.reopen();
      assert.deepEqual([...joined.storage.events(20, 99)].at(-1), undefined);
      const { height } = ledger.storage.head();
      assert.deepEqual([...joined.storage.events(height - 3, height)], [...ledger.storage.events(height - 3, height)]);
      joined.storage.close();
    }),
  );

  test(
    'blocks of the past are filled in, each once and in order, and then nothing tells it from the first one',
    given(async (all) => {
      const { ledger } = all;
      const joined = await restored(all);
      for (const one of [ledger, joined]) one.grow(2, 10, 60);
      const { storage } = joined;
      const { height: newest, size } = storage.head();
      const past = (height: number) => {
        const { first, count } = ledger.storage.block(height)!;
        const [block] = ledger.storage.events(height, height);
        return { leaves: ledger.storage.leaves(first, first + count), events: block!.events };
      };
      assert.deepEqual(storage.missing(), { from: 1, to: newest - 2 });
      assert.throws(() => storage.fillBlock(past(2)), /block 2 cannot be filled in before block 1/);
      assert.throws(() => storage.fillBlock({ leaves: [], events: [] }), RangeError);
      for (let height = 1; height <= newest; height++) {
        const block = past(height);
        const [leaf, ...others] = block.leaves;
        if (others.length > 0) {
          const other = leaf!.slice();
          other[other.length - 1]! ^= 1;
          assert.throws(() => storage.fillBlock({ ...block, leaves: [other, ...others] }), /is another one/);
        }
        storage.fillBlock(block);
        storage.fillBlock(block);
        assert.deepEqual(storage.missing(), height < newest - 2 ? { from: height + 1, to: newest - 2 } : undefined);
        assert.deepEqual(
          [...storage.events(1, newest)].map((one) => one.height),
          Array.from({ length: height < newest - 2 ? height : newest }, (_, i) => i + 1),
        );
      }
      assert.deepEqual([storage.head().height, storage.head().size], [newest, size]);
      assert.deepEqual([...storage.events(1, newest)], [...ledger.storage.events(1, newest)]);
      for (const { name } of ledger.transactions) assert.equal(storage.findName(name), ledger.storage.findName(name));
      joined.reopen();
      auditLog(joined.storage, nodeCrypto);
      joined.storage.close();
      const reader = openLedgerReader(join(joined.dir, 'ledger.db'));
      assert.deepEqual([reader.missing(), reader.leaves(0, size)], [undefined, ledger.storage.leaves(0, size)]);
      reader.close();
    }),
  );

  test('two nodes make the same bytes, however their files lie; and so does one that was restored', () =>
    inFolder(async (dir) => {
      const first = oldAndNew(join(dir, 'first'));
      const second = new TestLedger(join(dir, 'second'), ['counter/total/']);
      second.grow(7, 130, 5);
      second.reopen();
      second.grow(3, 130, 5);
      second.grow(9, 90, 600);
      const snapshot = first.snapshot(join(dir, 'a'));
      second.snapshot(join(dir, 'b'));
      assert.deepEqual(contentOf(join(dir, 'b')), contentOf(join(dir, 'a')));
      const joined = await restored({ dir, ledger: first, snapshot, joined: join(dir, 'joined') });
      for (const one of [first, joined]) one.grow(5, 300, 60);
      first.snapshot(join(dir, 'c'));
      joined.snapshot(join(dir, 'd'));
      assert.deepEqual(contentOf(join(dir, 'd')), contentOf(join(dir, 'c')));
      for (const one of [first, second, joined]) one.storage.close();
    }));

  test('a ledger of two blocks, and one as large as many tiles', () =>
    inFolder(async (dir) => {
      for (const [n, blocks] of [1, 76].entries()) {
        const ledger = new TestLedger(join(dir, `first${n}`));
        ledger.grow(blocks, 900, 2);
        const snapshot = ledger.snapshot(join(dir, `snapshot${n}`));
        assert.equal(snapshot.read.first >= 256 * 256, blocks > 1);
        const joined = await restored({ dir, ledger, snapshot, joined: join(dir, `joined${n}`) });
        assert.deepEqual(joined.chain.log.root(), ledger.chain.log.root());
        for (const one of [ledger, joined]) one.grow(3, 200, 20);
        assert.deepEqual(joined.storage.head(), ledger.storage.head());
        assert.equal(joined.storage.missing()?.to, blocks + 1);
        for (const one of [ledger, joined]) one.storage.close();
      }
    }));

  test(
    'a changed byte in a chunk is seen, and the right chunk is taken after it',
    given(async ({ ledger, snapshot, joined }) => {
      const { restore } = new TestRestore(joined, [ledger.source]);
      assert.equal(restore.offer(snapshot.offered, ledger.appHash), 'accept');
      for (const [index, chunk] of snapshot.chunks.entries()) {
        const wrong = Uint8Array.from(chunk);
        wrong[Math.floor(wrong.length / 2)]! ^= 1;
        assert.equal(await restore.apply(index, wrong), 'refetch');
        assert.equal(await restore.apply(index, new Uint8Array(0)), 'refetch');
        assert.notEqual(await restore.apply(index, chunk), 'refetch');
      }
      restore.install();
      new TestLedger(joined).storage.close();
    }),
  );

  test(
    'one that is whole and not wanted is rejected, and why is reported; an older or newer one may be offered then',
    given(async ({ ledger, snapshot, joined }) => {
      const seen: (string | undefined)[] = [];
      let reason: string | undefined = 'this node is not in it';
      const unwanted = (record: (key: string) => string | undefined): string | undefined => {
        seen.push(record('kernel/charter/current'), record('kernel/charter/none'));
        return reason;
      };
      const { restore, reports } = new TestRestore(joined, [ledger.source], { unwanted });
      for (const verdict of ['reject', 'whole'] as const) {
        assert.equal(restore.offer(snapshot.offered, ledger.appHash), 'accept');
        for (const [index, chunk] of snapshot.chunks.entries()) {
          assert.equal(await restore.apply(index, chunk), index === snapshot.chunks.length - 1 ? verdict : 'accept');
        }
        reason = undefined;
      }
      assert.deepEqual(reports, ['this node is not in it']);
      assert.deepEqual(seen, ['{"v":1}', undefined, '{"v":1}', undefined]);
      restore.install();
      const { storage } = new TestLedger(joined);
      for (const index of [0, 300, ledger.storage.head().size - 1, ledger.storage.head().size]) {
        const [leaf] = ledger.storage.leaves(index, index + 1);
        assert.deepEqual(storage.leafHashAt(index), leaf && leafHash(leaf, sha256));
      }
      storage.close();
    }),
  );

  test(
    'chunks out of their order begin anew with an offer',
    given(async ({ ledger, snapshot, joined }) => {
      const again = new TestRestore(joined, [ledger.source]);
      assert.equal(await again.restore.apply(0, snapshot.chunks[0]!), 'restart');
      again.restore.offer(snapshot.offered, ledger.appHash);
      assert.equal(await again.restore.apply(1, snapshot.chunks[1]!), 'restart');
      assert.equal(await again.restore.apply(0, snapshot.chunks[0]!), 'restart');
      again.restore.offer(snapshot.offered, ledger.appHash);
      again.restore.offer(snapshot.offered, ledger.appHash);
      assert.throws(() => again.restore.install(), /no ledger is whole/);
      assert.equal(await again.applyAll(snapshot.chunks), 'whole');
      assert.equal(await again.restore.apply(0, snapshot.chunks[0]!), 'restart');
      assert.throws(() => again.restore.install(), /no ledger is whole/);
      checkNothing(joined);
      again.restore.close();
    }),
  );

  test(
    'metadata that makes no sense is rejected with the offer',
    given(async (all) => {
      const { ledger, snapshot, joined } = all;
      const { restore } = new TestRestore(joined, [ledger.source]);
      const { offered } = snapshot;
      const offer = (change: Partial<typeof offered>): string => restore.offer({ ...offered, ...change }, ledger.appHash);
      assert.equal(offer({ format: 2 }), 'reject-format');
      assert.equal(offer({ chunks: offered.chunks + 1 }), 'reject');
      assert.equal(offer({ hash: sha256(offered.hash) }), 'reject');
      const text = Buffer.from(snapshot.metadata).toString();
      for (const lie of [
        '',
        'no JSON',
        '[]',
        text.replace('{', '{ '),
        text.replace('"v":1', '"v":2'),
        text.replace('"chunks":"', '"chunks":"AAAA'),
        text.replace('"edge":"', '"edge":"AAAA'),
        text.replace(`"size":${snapshot.read.size}`, '"size":0'),
        text.replace('"leafChunks":', '"leafChunks":9'),
        text.replace('"first":', '"first":-'),
        `${text}\u00e9`,
      ]) {
        const metadata = Buffer.from(lie);
        assert.equal(offer({ metadata, hash: sha256(metadata) }), 'reject', lie.slice(0, 80));
      }
      checkNothing(joined);
      restore.close();
      restore.close();
    }),
  );

  test('leaves that begin within the last tile are rejected with the offer, for the log could not be opened', () =>
    inFolder(async (dir) => {
      const ledger = oldAndNew(join(dir, 'first'));
      const newest = () => ledger.storage.block(ledger.storage.head().height)!;
      while (newest().first <= ledger.chain.log.size - (ledger.chain.log.size % TILE_WIDTH)) ledger.grow(1, 5, 600);
      const { first } = newest();
      const { read, chunks, offered } = ledger.snapshot(join(dir, 'snapshot'));
      const leaves = [...cutChunks(ledger.storage.leaves(first, read.size).map((leaf) => [leaf]))];
      const all = [...leaves, ...chunks.slice(read.leafChunks)];
      const edge = Array.from({ length: levelsOf(first) }, (_, level) => {
        const width = edgeWidth(first, level);
        return width === 0 ? new Uint8Array(0) : ledger.chain.log.tile(level, Math.floor(first / spanOf(level + 1)), width)!;
      });
      const metadata = encodeMetadata({ ...read, first, edge, leafChunks: leaves.length, chunks: all.map((chunk) => sha256(chunk)) });
      const { restore } = new TestRestore(join(dir, 'joined'), [ledger.source]);
      assert.equal(restore.offer({ ...offered, metadata, hash: sha256(metadata), chunks: all.length }, ledger.appHash), 'reject');
      restore.close();
      ledger.storage.close();
    }));

  test(
    'a snapshot that agrees with itself and is of another ledger is rejected, and leaves nothing',
    given(async (all) => {
      const { ledger, snapshot, joined } = all;
      const { size, height, first, edge, leafChunks } = snapshot.read;
      const leaves = snapshot.chunks.slice(0, leafChunks).flatMap((chunk) => splitChunk(chunk)!);
      const records = snapshot.chunks.slice(leafChunks).flatMap((chunk) => splitChunk(chunk)!);
      const cut = (parts: readonly Uint8Array[], together: number): Uint8Array[] => [
        ...cutChunks(parts.flatMap((_, i) => (i % together === 0 ? [parts.slice(i, i + together)] : []))),
      ];
      const withLeaves = (parts: readonly Uint8Array[], said = size): ReturnType<typeof changed> => {
        const chunks = cut(parts, 1);
        return changed(all, { size: said, leafChunks: chunks.length }, [...chunks, ...snapshot.chunks.slice(leafChunks)]);
      };
      const withRecords = (parts: readonly Uint8Array[]): Uint8Array[] => [...snapshot.chunks.slice(0, leafChunks), ...cut(parts, 2)];
      const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 1 ? byte ^ 1 : byte));
      const lies: [string, ReturnType<typeof changed>, RegExp][] = [
        ['another size', changed(all, { size: size + 1 }), /not the one that consensus has/],
        ['another height', changed(all, { height: height + 1 }), /not the one that consensus has/],
        ['another edge', changed(all, { edge: edge.map(flipped) }), /not the one that consensus has/],
        ['another first', changed(all, { first: first - 256, edge: [edge[0]!, edge[1]!.subarray(32)] }), /seals another block/],
        ['no seal at the end', withLeaves(leaves.slice(0, -1), size - 1), /the last leaf is no seal/],
        ['no transaction', withLeaves([Buffer.from('a.b.c'), ...leaves.slice(1)]), /leaf [0-9]+ is no transaction/],
        ['a leaf too long', withLeaves([new Uint8Array(70_000)]), /is longer than a block/],
        ['no end', withLeaves(Array.from({ length: 150 }, () => new Uint8Array(65_000))), /is longer than a block/],
        [
          'another value',
          changed(all, {}, withRecords([records[0]!, flipped(records[1]!), ...records.slice(2)])),
          /do not have the state root/,
        ],
        [
          'a record more',
          changed(all, {}, withRecords([...records, Buffer.from('z/z/z'), Buffer.from('{}')])),
          /do not have the state root/,
        ],
        ['a record twice', changed(all, {}, withRecords([...records, ...records.slice(0, 2)])), /do not have the state root/],
        ['a key alone', changed(all, {}, withRecords([...records, Buffer.from('z/z/z')])), /ends with a key/],
        ['lengths', changed(all, {}, [...snapshot.chunks.slice(0, -1), new Uint8Array(3)]), /cannot be read/],
        ['longer lengths', changed(all, {}, [...snapshot.chunks.slice(0, -1), Uint8Array.of(0, 0, 0, 9, 1)]), /cannot be read/],
      ];
      const restore = new TestRestore(joined, [ledger.source]);
      for (const [what, { offered, chunks }, why] of lies) {
        restore.reports.length = 0;
        assert.equal(restore.restore.offer(offered, ledger.appHash), 'accept', what);
        assert.equal(await restore.applyAll(chunks), 'reject', what);
        assert.match(restore.reports.join(), why, what);
        checkNothing(joined);
      }
      restore.restore.offer(snapshot.offered, sha256(ledger.appHash));
      assert.equal(await restore.applyAll(snapshot.chunks), 'reject');
      restore.restore.offer(snapshot.offered, ledger.appHash);
      assert.equal(await restore.applyAll(snapshot.chunks), 'whole');
    }),
  );

  test(
    'a wrong hash tile is refused and fetched elsewhere; where nobody has it, nothing is restored',
    given(async ({ ledger, snapshot, joined }) => {
      const liar: TileSource = {
        name: 'a liar',
        tile: async (level, index) => {
          const tile = ledger.storage.tile(level, index)!.slice();
          tile[8_191]! ^= 1;
          return tile;
        },
      };
      const short: TileSource = { name: 'a cheat', tile: async () => new Uint8Array(32) };
      const absent: TileSource = { name: 'one that is behind', tile: async () => undefined };
      const gone: TileSource = { name: 'one that is gone', tile: () => Promise.reject(new Error('no connection')) };
      const alone = new TestRestore(joined, [liar, absent, gone]);
      alone.restore.offer(snapshot.offered, ledger.appHash);
      await assert.rejects(alone.applyAll(snapshot.chunks), /nobody has the hash tile 0\/0 of this log/);
      checkNothing(joined);
      alone.restore.close();
      const { restore, reports } = new TestRestore(joined, [liar, short, absent, gone, ledger.source]);
      restore.offer(snapshot.offered, ledger.appHash);
      for (const [index, chunk] of snapshot.chunks.entries()) await restore.apply(index, chunk);
      assert.ok(reports.includes('a liar gave another hash tile 0/0 than this log has'), String(reports));
      assert.ok(reports.includes('a cheat gave another hash tile 0/0 than this log has'), String(reports));
      assert.ok(reports.includes('no connection'));
      restore.install();
      const joinedLedger = new TestLedger(joined);
      assert.deepEqual(joinedLedger.storage.tile(0, 0), ledger.storage.tile(0, 0));
      joinedLedger.storage.close();
    }),
  );

  test(
    'killed in the middle it leaves no ledger, and can begin again',
    given(async (all) => {
      const { dir, ledger, joined, snapshot } = all;
      const last = snapshot.chunks.length - 1;
      // In the middle of the records, while tiles are fetched, and before it is put in its place.
      for (const step of ['1', String(last), 'tiles', 'whole']) {
        const child = fork(import.meta.filename, ['die', joined, join(dir, 'snapshot'), Buffer.from(ledger.appHash).toString('hex'), step]);
        assert.deepEqual((await once(child, 'exit'))[1], 'SIGKILL');
        assert.deepEqual(
          readdirSync(joined).filter((name) => !name.startsWith('lock.db')),
          ['restoring'],
        );
        const { restore } = new TestRestore(joined, [ledger.source]);
        checkNothing(joined);
        restore.close();
      }
      (await restored(all)).storage.close();
    }),
  );

  test(
    'a ledger that is there gives way only where that is asked for, and nobody restores where somebody is at work',
    given(async (all) => {
      const { ledger, snapshot, joined } = all;
      const other = new TestLedger(joined);
      other.grow(3, 5, 60);
      assert.throws(() => new TestRestore(joined, [ledger.source]), DirectoryInUse);
      other.storage.close();
      assert.throws(() => new TestRestore(joined, [ledger.source]), /there is a ledger in .* already/);
      const { restore } = new TestRestore(joined, [ledger.source], { replace: true });
      restore.offer(snapshot.offered, ledger.appHash);
      for (const chunk of snapshot.chunks.slice(0, -1)) await restore.apply(snapshot.chunks.indexOf(chunk), chunk);
      const reader = openLedgerReader(join(joined, 'ledger.db'));
      assert.deepEqual(reader.head().height, 4);
      reader.close();
      assert.equal(await restore.apply(snapshot.chunks.length - 1, snapshot.chunks.at(-1)!), 'whole');
      restore.install();
      const joinedLedger = new TestLedger(joined);
      assert.deepEqual(joinedLedger.storage.head().seal, ledger.storage.head().seal);
      joinedLedger.storage.close();
    }),
  );
}

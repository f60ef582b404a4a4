/** Documents in a folder and in a bucket: sent, cut, resumed, refused, read, erased; and nothing half-stored, whatever happens in between. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, describe, test } from 'node:test';
import { endPostgres, postgresPlace, sqlitePlace } from '../places.test.ts';
import { DocumentFault } from './document-fault.ts';
import { bytesOf, cutStream, type DocumentsRig, openRig, sampleOf, sendWhole, streamOf } from './documents-rig.test.ts';
import { DocumentDamaged, PIECE_BYTES } from './sealed-document.ts';
import { bucketStore, folderStore, startBucket, type TestStore } from './stores.test.ts';

const bucket = await startBucket();
after(async () => {
  endPostgres();
  await bucket?.stop();
});

/** Every file under a folder; S3's own bookkeeping apart. */
function filesUnder(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const isCode = (code: string) => (error: unknown) => error instanceof DocumentFault && error.code === code;

interface Kind {
  readonly name: string;
  readonly open: () => Promise<DocumentsRig>;
  /** Where documents lie when they are kept. */
  readonly kept: (rig: DocumentsRig) => readonly string[];
}

const inFolder = (rig: DocumentsRig): readonly string[] => filesUnder(join(rig.store.dir, 'kept'));
const KINDS: Kind[] = [
  { name: 'a folder and SQLite', open: () => openRig(folderStore()), kept: inFolder },
  { name: 'a folder and PostgreSQL', open: async () => openRig(folderStore(), await postgresPlace()), kept: inFolder },
];
if (bucket !== undefined) {
  const open = (): Promise<DocumentsRig> => openRig(bucketStore(bucket) satisfies TestStore, sqlitePlace());
  KINDS.push({ name: 'a bucket and SQLite', open, kept: () => filesUnder(bucket.folder) });
}

test('an S3 server', (t) => {
  if (bucket === undefined) t.diagnostic('passed over: no S3 server, and no Go to build one with');
});

for (const { name, open, kept } of KINDS) {
  describe(`in ${name}`, () => {
    test('a document of several pieces comes back as it was, and what lies there says nothing of it', async () => {
      const rig = await open();
      const marker = Buffer.from('a marker that nobody else may read');
      const bytes = Buffer.concat([Buffer.from('%PDF-1.7 '), marker, randomBytes(3 * PIECE_BYTES), marker]);
      const sample = sampleOf(bytes);
      const upload = await sendWhole(rig, sample);
      assert.deepEqual([upload.offset, upload.digest, upload.firstBytes], [bytes.length, sample.digest, 'fit']);
      assert.equal((await rig.documents.status(upload.id)).state, 'kept');
      assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(bytes));
      assert.ok(Buffer.from((await rig.documents.read(sample.digest))!.salt).equals(sample.salt));
      assert.deepEqual(await rig.documents.ofCase(sample.case), [await rig.documents.find(sample.digest)]);
      assert.equal(kept(rig).length, 1);
      assert.ok(statSync(kept(rig)[0]!).size > bytes.length);
      assert.ok(kept(rig).every((file) => !readFileSync(file).includes(marker)));
      assert.deepEqual(readdirSync(rig.arriving), []);
      await rig.reopen();
      assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(bytes));
      // Told again, the same answer; with another digest, none.
      assert.equal((await rig.documents.finish(upload.id, sample.digest)).state, 'kept');
      await assert.rejects(rig.documents.finish(upload.id, sampleOf(bytes).digest), isCode('document-digest-differs'));
      await assert.rejects(rig.documents.cancel(upload.id), isCode('upload-unknown'));
      await rig.erase(sample.case);
      await rig.documents.sweep();
      assert.deepEqual(rig.reports, []);
      assert.deepEqual(kept(rig), []);
      await rig.end();
    });

    test('one byte, a whole piece, and one byte more are documents like others', async () => {
      const rig = await open();
      for (const size of [1, PIECE_BYTES, PIECE_BYTES + 1]) {
        const sample = sampleOf(randomBytes(size));
        await sendWhole(rig, sample);
        assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes), String(size));
        await rig.erase(sample.case);
      }
      await rig.documents.sweep();
      assert.deepEqual(kept(rig), []);
      await rig.end();
    });

    test('cut at 90 %, it goes on from where it was, also in a process that came later', async () => {
      const rig = await open();
      const sample = sampleOf(randomBytes(10 * PIECE_BYTES));
      const { id } = await rig.documents.begin(sample);
      await assert.rejects(rig.documents.append(id, 0, cutStream(sample.bytes, 9.5 * PIECE_BYTES)), /aborted/);
      assert.equal((await rig.documents.status(id)).offset, 9 * PIECE_BYTES);
      await assert.rejects(rig.documents.finish(id, sample.digest), isCode('upload-unfinished'));
      assert.equal(await rig.documents.find(sample.digest), undefined);
      await rig.reopen();
      const { offset } = await rig.documents.status(id);
      assert.equal(offset, 9 * PIECE_BYTES);
      await rig.documents.append(id, offset, streamOf(sample.bytes.subarray(offset)));
      await rig.documents.finish(id, sample.digest);
      await rig.documents.settled(id);
      assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
      await rig.erase(sample.case);
      await rig.documents.sweep();
      await rig.end();
    });

    test('of a wrong digest nothing stays, and its sender is told why again', async () => {
      const rig = await open();
      const sample = sampleOf(randomBytes(2 * PIECE_BYTES));
      const { id } = await rig.documents.begin(sample);
      await rig.documents.append(id, 0, streamOf(sample.bytes));
      const other = sampleOf(sample.bytes).digest;
      await assert.rejects(rig.documents.finish(id, other), isCode('document-digest-differs'));
      for (const ask of [() => rig.documents.status(id), () => rig.documents.finish(id, sample.digest)])
        await assert.rejects(ask(), isCode('document-digest-differs'));
      assert.deepEqual([...readdirSync(rig.arriving), ...kept(rig)], []);
      assert.deepEqual([await rig.documents.find(sample.digest), await rig.documents.find(other)], [undefined, undefined]);
      await rig.end();
    });
  });
}

test('where it goes on must be where it is; what is longer than was said is not taken for whole', async () => {
  const rig = await openRig(folderStore());
  const sample = sampleOf(randomBytes(2 * PIECE_BYTES + 10));
  const { id } = await rig.documents.begin(sample);
  for (const offset of [1, PIECE_BYTES, sample.size, sample.size + 1]) {
    await assert.rejects(rig.documents.append(id, offset, streamOf(sample.bytes)), isCode('upload-offset-differs'));
  }
  await assert.rejects(rig.documents.append(id, 0, streamOf(Buffer.concat([sample.bytes, Buffer.of(0)]))), isCode('document-longer'));
  assert.equal((await rig.documents.status(id)).offset, 2 * PIECE_BYTES);
  await rig.documents.append(id, 2 * PIECE_BYTES, streamOf(sample.bytes.subarray(2 * PIECE_BYTES)));
  await assert.rejects(rig.documents.append(id, sample.size, streamOf(Buffer.of(1))), isCode('document-longer'));
  await rig.documents.append(id, sample.size, streamOf(Buffer.alloc(0)));
  assert.equal((await rig.documents.finish(id, sample.digest)).offset, sample.size);
  await assert.rejects(rig.documents.append(id, 0, streamOf(sample.bytes)), isCode('upload-unknown'));
  await rig.documents.settled(id);
  assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
  await rig.end();
});

test('of two who send at once, the later takes over, and the document is whole all the same', async () => {
  const rig = await openRig(folderStore());
  const sample = sampleOf(randomBytes(20 * PIECE_BYTES));
  const { id } = await rig.documents.begin(sample);
  // A line that is dead and not known to be: it neither sends nor ends.
  const dead = new PassThrough();
  dead.write(sample.bytes.subarray(0, 3 * PIECE_BYTES));
  const first = rig.documents.append(id, 0, dead);
  const gaveUp = assert.rejects(first, isCode('upload-interrupted'));
  let offset = 0;
  while (offset < 3 * PIECE_BYTES) {
    await new Promise(setImmediate);
    ({ offset } = await rig.documents.status(id));
  }
  const others = await Promise.allSettled([1, 2, 3].map(() => rig.documents.append(id, offset, streamOf(sample.bytes.subarray(offset)))));
  await gaveUp;
  for (const one of others) {
    if (one.status === 'rejected') assert.match(String(one.reason?.code ?? one.reason?.stack), /^upload-(interrupted|offset-differs)$/);
  }
  const { offset: now } = await rig.documents.status(id);
  await rig.documents.append(id, now, streamOf(sample.bytes.subarray(now)));
  await rig.documents.finish(id, sample.digest);
  await rig.documents.settled(id);
  assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
  await rig.end();
});

test('limits: size, unfinished ones of an officer and of all, and their time', async () => {
  const rig = await openRig(folderStore(), undefined, {
    limits: { sizeMax: 1_000, unfinishedOfOfficer: 2, unfinished: 3, unfinishedMs: 60_000 },
  });
  const begin = (officer: string, size = 10): Promise<{ readonly id: string }> =>
    rig.documents.begin({ ...sampleOf(randomBytes(10), { officer }), size });
  await assert.rejects(begin('o-1', 1_001), isCode('document-too-large'));
  const { id } = await begin('o-1');
  await begin('o-1');
  await assert.rejects(begin('o-1'), isCode('uploads-too-many'));
  await begin('o-2');
  await assert.rejects(begin('o-3'), isCode('uploads-too-many'));
  assert.equal(readdirSync(rig.arriving).length, 3);
  await rig.documents.cancel(id);
  await assert.rejects(rig.documents.status(id), isCode('upload-unknown'));
  const { id: late } = await begin('o-3');
  rig.now += 60_000;
  await assert.rejects(rig.documents.append(late, 0, streamOf(randomBytes(10))), isCode('upload-unknown'));
  await rig.documents.sweep();
  assert.deepEqual(readdirSync(rig.arriving), []);
  await begin('o-1');
  await rig.end();
});

test('the same document twice is refused, and the first stays', async () => {
  const rig = await openRig(folderStore());
  const sample = sampleOf(randomBytes(100));
  await sendWhole(rig, sample);
  await assert.rejects(sendWhole(rig, { ...sample, case: 'f'.repeat(32) }), isCode('document-known'));
  assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
  assert.equal((await rig.documents.ofCase(sample.case)).length, 1);
  await rig.end();
});

test('an erased case: neither what is kept nor what is arriving stays, and nothing new is taken under its handle', async () => {
  const rig = await openRig(folderStore());
  const sample = sampleOf(randomBytes(PIECE_BYTES));
  const other = sampleOf(randomBytes(50));
  await sendWhole(rig, sample);
  await sendWhole(rig, other);
  const { id } = await rig.documents.begin(sampleOf(randomBytes(2 * PIECE_BYTES), { case: sample.case }));
  await rig.erase(sample.case);
  assert.equal(await rig.documents.read(sample.digest), undefined);
  assert.deepEqual(await rig.documents.ofCase(sample.case), []);
  await assert.rejects(rig.documents.append(id, 0, streamOf(randomBytes(10))), isCode('upload-unknown'));
  await assert.rejects(rig.documents.begin(sample), isCode('case-erased'));
  // The process ends before its files are gone: the next one does it.
  await rig.reopen();
  assert.deepEqual([readdirSync(rig.arriving), inFolder(rig).length], [[], 1]);
  const { place } = rig.place;
  const rows = readFileSync(join('dir' in place ? place.dir : '', 'vault.db'));
  assert.ok(!rows.includes(sample.digest) && !rows.includes(sample.case) && rows.includes(other.digest));
  assert.ok((await bytesOf(rig.documents, other.digest))?.equals(other.bytes));
  await rig.end();
});

test('what is done to a kept file, or to its row, is noticed', async () => {
  const rig = await openRig(folderStore());
  const [one, two] = [sampleOf(randomBytes(3 * PIECE_BYTES)), sampleOf(randomBytes(3 * PIECE_BYTES))];
  await sendWhole(rig, one);
  await sendWhole(rig, two);
  const [first, second] = inFolder(rig) as [string, string];
  const [a, b] = [readFileSync(first), readFileSync(second)];
  const damaged = async (): Promise<void> => {
    for (const { digest } of [one, two]) await assert.rejects(bytesOf(rig.documents, digest), DocumentDamaged);
  };
  writeFileSync(first, b);
  writeFileSync(second, a);
  await damaged();
  for (const at of [0, 40, 200, a.length - 1]) {
    for (const [path, bytes] of [
      [first, a],
      [second, b],
    ] as const) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      writeFileSync(path, changed);
    }
    await damaged();
  }
  writeFileSync(first, a.subarray(0, -1));
  writeFileSync(second, Buffer.concat([b, Buffer.of(0)]));
  await damaged();
  writeFileSync(first, '');
  truncateSync(second, 60);
  await damaged();
  writeFileSync(first, a);
  writeFileSync(second, b);
  assert.ok((await bytesOf(rig.documents, one.digest))?.equals(one.bytes));
  await rig.store.store.remove(readFileSync(first).equals(a) ? first.slice(-32) : '');
  const both = await Promise.allSettled([one, two].map(({ digest }) => bytesOf(rig.documents, digest)));
  assert.equal(both.filter(({ status }) => status === 'rejected').length, 1);
  await rig.end();
});

test('keys go with the epochs, and documents open all the same', async () => {
  const rig = await openRig(folderStore());
  const sample = sampleOf(randomBytes(100));
  await sendWhole(rig, sample);
  await rig.nextEpoch();
  await rig.reopen();
  assert.deepEqual(readdirSync(join(rig.store.dir, 'keys')).length, 2);
  assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
  await rig.end();
});

test('what a power loss tore is sent again from the last sound piece', async () => {
  const rig = await openRig(folderStore());
  const sample = sampleOf(randomBytes(5 * PIECE_BYTES));
  const { id } = await rig.documents.begin(sample);
  await assert.rejects(rig.documents.append(id, 0, cutStream(sample.bytes, 4.5 * PIECE_BYTES)), /aborted/);
  const path = join(rig.arriving, id);
  const torn = readFileSync(path);
  torn.fill(0, torn.length - 100);
  await rig.reopen();
  writeFileSync(path, torn);
  assert.equal((await rig.documents.status(id)).offset, 3 * PIECE_BYTES);
  await rig.reopen();
  writeFileSync(path, torn.subarray(0, 30));
  await assert.rejects(rig.documents.status(id), isCode('upload-unknown'));
  await rig.end();
});

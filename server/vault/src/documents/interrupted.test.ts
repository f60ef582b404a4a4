/** Machines fail too: a process that is killed in the midst of a document, and a disk without room. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { DocumentFault } from './document-fault.ts';
import { FolderStore } from './document-store.ts';
import { bytesOf, openRig, sampleOf, streamOf } from './documents-rig.test.ts';
import { PIECE_BYTES } from './sealed-document.ts';
import { folderStore } from './stores.test.ts';

/** Sends as slowly as it is told to, and says how far it has come. */
const SENDER = `
  import { createReadStream } from 'node:fs';
  import { Readable } from 'node:stream';
  import { openRig } from ${JSON.stringify(new URL('./documents-rig.test.ts', import.meta.url).href)};
  import { FolderStore } from ${JSON.stringify(new URL('./document-store.ts', import.meta.url).href)};
  const [dir, rows, id] = process.argv.slice(1);
  const store = { store: new FolderStore(dir + '/kept'), dir, remove: async () => {} };
  const rig = await openRig(store, { name: 'sqlite', place: { dir: rows }, remove: async () => {} });
  async function* slowly() {
    for await (const part of createReadStream(dir + '/document', { start: (await rig.documents.status(id)).offset })) {
      yield part;
      console.log((await rig.documents.status(id)).offset);
    }
    await new Promise((wake) => setTimeout(wake, 60_000));
  }
  await rig.documents.append(id, (await rig.documents.status(id)).offset, Readable.from(slowly(), { objectMode: false }));
`;

test('a process that is killed while a document comes leaves what had come, and another goes on', async () => {
  const store = folderStore();
  const rig = await openRig(store);
  const sample = sampleOf(randomBytes(40 * PIECE_BYTES));
  writeFileSync(join(store.dir, 'document'), sample.bytes);
  const { id } = await rig.documents.begin(sample);
  const { place } = rig.place;
  const args = ['--input-type=module', '-e', SENDER, store.dir, 'dir' in place ? place.dir : '', id];
  for (const share of [0.3, 0.7]) {
    await rig.documents.close();
    const sender = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: sender.stdout })) if (Number(line) >= share * sample.size) break;
    const exit = once(sender, 'exit');
    sender.kill('SIGKILL');
    await exit;
    await rig.reopen();
    const { offset } = await rig.documents.status(id);
    assert.ok(offset >= share * sample.size && offset < sample.size, String(offset));
  }
  const { offset } = await rig.documents.status(id);
  await rig.documents.append(id, offset, streamOf(sample.bytes.subarray(offset)));
  await rig.documents.finish(id, sample.digest);
  await rig.documents.settled(id);
  assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
  await rig.end();
});

test('a disk without room: said clearly before and in the midst, and with room again it goes on', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', dir]).status === 0;
  if (!mounted) {
    rmSync(dir, { recursive: true });
    return t.diagnostic('passed over: a small disk can be made by root only');
  }
  try {
    mkdirSync(join(dir, 'kept'));
    const rig = await openRig({ store: new FolderStore(join(dir, 'kept')), dir, remove: async () => {} });
    const isFull = (error: unknown): boolean => error instanceof DocumentFault && error.code === 'documents-full';
    await assert.rejects(rig.documents.begin(sampleOf(randomBytes(17 * 1024 * 1024))), isFull);
    const sample = sampleOf(randomBytes(8 * 1024 * 1024));
    const { id } = await rig.documents.begin(sample);
    // Somebody else takes the room that there was.
    const ballast = join(dir, 'ballast');
    writeFileSync(ballast, Buffer.alloc(76 * 1024 * 1024));
    await assert.rejects(rig.documents.append(id, 0, streamOf(sample.bytes)), isFull);
    const { offset } = await rig.documents.status(id);
    assert.ok(offset > 0 && offset < sample.size && offset % PIECE_BYTES === 0);
    rmSync(ballast);
    await rig.reopen();
    assert.equal((await rig.documents.status(id)).offset, offset);
    await rig.documents.append(id, offset, streamOf(sample.bytes.subarray(offset)));
    await rig.documents.finish(id, sample.digest);
    await rig.documents.settled(id);
    assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
    assert.deepEqual(readdirSync(rig.arriving), []);
    await rig.end();
  } finally {
    spawnSync('umount', [dir]);
    rmSync(dir, { recursive: true, force: true });
  }
});

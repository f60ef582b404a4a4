/** Scanners of both kinds: a daemon that speaks clamd's protocol, and commands; whatever is no judgement is none. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DocumentFault } from './document-fault.ts';
import { bytesOf, openRig, sampleOf, sendWhole } from './documents-rig.test.ts';
import { PIECE_BYTES } from './sealed-document.ts';
import { folderStore } from './stores.test.ts';
import { ScanFailed, type VirusScan, virusScanOf } from './virus-scan.ts';

/** What every scanner calls infected, in two halves, so that none does so with this file. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
const SIZE_MAX = 20 * PIECE_BYTES;

/** Reads `INSTREAM` as clamd does: lengths and bytes to the end, then one line, and hangs up. */
async function judge(socket: Socket): Promise<void> {
  let held = Buffer.alloc(0);
  let document = Buffer.alloc(0);
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    held = Buffer.concat([held, bytes]);
    if (document.length === 0 && held.length >= 10) {
      if (held.subarray(0, 10).toString('latin1') === 'zINSTREAM\0') held = held.subarray(10);
    }
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const length = held.readUInt32BE(0);
      if (length === 0) return void socket.end(document.includes(EICAR) ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0');
      document = Buffer.concat([document, held.subarray(4, 4 + length)]);
      held = held.subarray(4 + length);
      if (document.length > SIZE_MAX) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
    }
  }
}

async function withServer(answer: (socket: Socket) => unknown, work: (scan: VirusScan, setting: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    void Promise.resolve(answer(socket)).catch(() => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const setting = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await work(virusScanOf(setting)!, setting);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

async function* inParts(...parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}
async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from('so far so good');
  throw new RangeError('the disk gave up');
}

describe('a daemon', () => {
  test('clean and infected, also where the sign lies across two parts', () =>
    withServer(judge, async (scan) => {
      assert.equal(await scan(inParts(randomBytes(300_000), randomBytes(5))), 'clean');
      assert.equal(await scan(inParts(randomBytes(70_000), EICAR.subarray(0, 30), EICAR.subarray(30))), 'infected');
    }));

  test('too large for it, silence, nonsense and nobody there are no judgement; bytes that break off neither', async () => {
    await withServer(judge, async (scan) => {
      await assert.rejects(scan(inParts(...Array.from({ length: 40 }, () => randomBytes(PIECE_BYTES)))), ScanFailed);
      await assert.rejects(scan(broken()), RangeError);
    });
    for (const said of ['', 'OK', 'stream: OK\nstream: OK', 'x'.repeat(5_000), 'stream: NOT OK\0']) {
      await withServer(
        (socket) => socket.end(said),
        (scan) => assert.rejects(scan(inParts(Buffer.from('a'))), ScanFailed, said),
      );
    }
    let gone: VirusScan | undefined;
    await withServer(judge, async (scan) => {
      gone = scan;
    });
    await assert.rejects(gone!(inParts(Buffer.from('a'))), ScanFailed);
    await assert.rejects(virusScanOf('unix:/nowhere/clamd.ctl')!(inParts(Buffer.from('a'))), ScanFailed);
  });
});

describe('a command', () => {
  const command = (code: string): VirusScan => virusScanOf(`command:${process.execPath} -e ${code}`)!;

  test('0 is clean, 1 is infected; all else, and bytes that break off, are no judgement', async () => {
    const reads = "process.stdin.on('data',()=>0).on('end',()=>process.exit(N))";
    const big = (): AsyncGenerator<Buffer> => inParts(randomBytes(3 * PIECE_BYTES), EICAR);
    assert.equal(await command(reads.replace('N', '0'))(big()), 'clean');
    assert.equal(await command(reads.replace('N', '1'))(big()), 'infected');
    // It has seen enough before the end.
    assert.equal(await command('process.exit(1)')(inParts(...Array.from({ length: 40 }, () => randomBytes(PIECE_BYTES)))), 'infected');
    await assert.rejects(command('process.exit(2)')(big()), ScanFailed);
    await assert.rejects(command('process.kill(process.pid)')(big()), ScanFailed);
    await assert.rejects(command(reads.replace('N', '0'))(broken()), RangeError);
    await assert.rejects(virusScanOf('command:/nowhere/scanner -')!(big()), ScanFailed);
  });

  test('a setting is one of three kinds, or none', () => {
    for (const wrong of ['', 'clamdscan -', 'tcp://host', 'tcp://:3310', 'http://a:1', 'unix:', 'command:']) {
      assert.equal(virusScanOf(wrong), undefined, wrong);
    }
  });
});

const isCode = (code: string) => (error: unknown) => error instanceof DocumentFault && error.code === code;

test('an infected document is shredded, and its sender told; a clean one is kept', () =>
  withServer(judge, async (scan) => {
    const rig = await openRig(folderStore(), undefined, { scan });
    const infected = sampleOf(Buffer.concat([randomBytes(PIECE_BYTES), EICAR]));
    const clean = sampleOf(randomBytes(PIECE_BYTES));
    const { id } = await sendWhole(rig, infected);
    await sendWhole(rig, clean);
    await assert.rejects(rig.documents.status(id), isCode('document-infected'));
    await assert.rejects(rig.documents.finish(id, infected.digest), isCode('document-infected'));
    assert.equal(await rig.documents.read(infected.digest), undefined);
    assert.ok((await bytesOf(rig.documents, clean.digest))?.equals(clean.bytes));
    assert.deepEqual(readdirSync(rig.arriving), []);
    assert.equal(readdirSync(join(rig.store.dir, 'kept')).length, 1);
    assert.deepEqual(rig.reports, []);
    rig.now += 86_400_000;
    await rig.documents.sweep();
    await assert.rejects(rig.documents.status(id), isCode('upload-unknown'));
    await rig.end();
  }));

test('unjudged it is pending and cannot be read; judged later it is kept, never judged it ends', async () => {
  const dead = virusScanOf('unix:/nowhere/clamd.ctl')!;
  const rig = await openRig(folderStore(), undefined, { scan: dead });
  const [sample, late] = [sampleOf(randomBytes(100)), sampleOf(randomBytes(100))];
  const { id } = await sendWhole(rig, sample);
  assert.equal((await rig.documents.status(id)).state, 'judging');
  assert.equal(await rig.documents.find(sample.digest), undefined);
  assert.equal(await rig.documents.read(sample.digest), undefined);
  assert.ok(rig.reports[0] instanceof ScanFailed);
  await withServer(judge, async (scan) => {
    await rig.reopen({ scan });
    await rig.documents.settled(id);
    assert.ok((await bytesOf(rig.documents, sample.digest))?.equals(sample.bytes));
  });
  await rig.reopen({ scan: dead });
  const { id: never } = await sendWhole(rig, late);
  rig.now += 86_400_000;
  await rig.documents.sweep();
  await assert.rejects(rig.documents.status(never), isCode('document-not-judged'));
  assert.deepEqual(readdirSync(rig.arriving), []);
  await rig.end();
});

/** Where the tests of documents lay them: a folder, and a bucket of a real S3 server that is started for them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DocumentStore, FolderStore } from './document-store.ts';
import { type S3Place, S3Store } from './s3-store.ts';

const SETUP = fileURLToPath(new URL('../../../../tools/setup-s3.sh', import.meta.url));
const MISSING = 77;
const TRIES = 200;
const PAUSE_MS = 50;

export interface TestStore {
  readonly store: DocumentStore;
  /** A folder of the test's own, on the same file system. */
  readonly dir: string;
  remove(): Promise<void>;
}

export function folderStore(): TestStore {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-documents-'));
  mkdirSync(join(dir, 'kept'));
  return { store: new FolderStore(join(dir, 'kept')), dir, remove: async () => rmSync(dir, { recursive: true, force: true }) };
}

export interface Bucket {
  readonly place: S3Place;
  /** The bucket as the server keeps it. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Nothing where the server cannot be had: its tests are passed over. */
export async function startBucket(): Promise<Bucket | undefined> {
  const setup = spawnSync(SETUP, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (setup.status === MISSING) return undefined;
  if (setup.status !== 0) throw new Error('the S3 server could not be set up');
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-s3-'));
  mkdirSync(join(dir, 'served', 'bucket'), { recursive: true });
  mkdirSync(join(dir, 'meta'));
  const port = await freePort();
  const [accessKeyId, secretAccessKey] = ['tests', 'only-for-these-tests'];
  const args = [
    '-a',
    accessKeyId,
    '-s',
    secretAccessKey,
    '-p',
    `127.0.0.1:${port}`,
    '-q',
    'posix',
    '--sidecar',
    join(dir, 'meta'),
    join(dir, 'served'),
  ];
  const server = spawn(setup.stdout.trim(), args, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    await ended(server);
    rmSync(dir, { recursive: true, force: true });
  };
  const base = `http://127.0.0.1:${port}/bucket`;
  for (let n = 0; n < TRIES; n++) {
    const answers = await fetch(base).then(
      (answer) => answer.body?.cancel().then(() => true),
      () => false,
    );
    if (answers === true) {
      const place = { url: new URL(`${base}/vault/documents`), region: 'us-east-1', accessKeyId, secretAccessKey };
      return { place, folder: join(dir, 'served', 'bucket'), stop };
    }
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  }
  await stop();
  throw new Error('the S3 server did not start');
}

export function bucketStore({ place }: Bucket): TestStore {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-documents-'));
  return { store: new S3Store(place), dir, remove: async () => rmSync(dir, { recursive: true, force: true }) };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGKILL');
  await exit;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

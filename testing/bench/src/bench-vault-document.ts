/**
 * One document of so many bytes, sent to the vault in one request, kept and read again: how fast, beside a plain copy to the same disk with fsync in
 * the same run, and by how much the process that took it grew. With a bucket's address (and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) it is kept there.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const MIB = 1024 * 1024;
const SERVER = fileURLToPath(new URL('./document-server.ts', import.meta.url));

export async function benchVaultDocument(
  size: number,
  bucket: string | undefined,
  say: (figure: string, told: Record<string, unknown>) => void,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-bench-document-'));
  const server = spawn(process.execPath, [SERVER, dir, ...(bucket === undefined ? [] : [bucket])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    await measure(`http://127.0.0.1:${line}`, dir, size, bucket === undefined ? 'folder' : 'S3', say);
  } finally {
    server.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(
  base: string,
  dir: string,
  size: number,
  store: string,
  say: Parameters<typeof benchVaultDocument>[2],
): Promise<void> {
  const salt = randomBytes(32);
  const hash = createHash('sha256').update(salt);
  const source = join(dir, 'source');
  const file = await open(source, 'wx');
  for (let at = 0; at < size; at += MIB) {
    const part = randomBytes(Math.min(MIB, size - at));
    hash.update(part);
    await file.write(part);
  }
  await file.sync();
  await file.close();
  const digest = hash.digest('base64url');
  const copy = await seconds(() => copyWithFsync(source, join(dir, 'copy')));
  const text = async (path: string): Promise<string> => await (await fetch(base + path)).text();
  // Started, and one small document through, so that what is loaded once is loaded.
  const first = createHash('sha256').update(salt).update('x').digest('base64url');
  const warm = await text(`/begin/1/${salt.toString('hex')}`);
  await send(`${base}/send/${warm}/0`, Readable.from([Buffer.from('x')]));
  await text(`/finish/${warm}/${first}`);
  const before = JSON.parse(await text('/memory')) as { rss: number };
  const id = await text(`/begin/${size}/${salt.toString('hex')}`);
  const sent = await seconds(() => send(`${base}/send/${id}/0`, createReadStream(source, { highWaterMark: MIB })));
  const grown = async (): Promise<number> => {
    const { peak } = JSON.parse(await text('/memory')) as { peak: number };
    return Number(((peak - before.rss) / MIB).toFixed(1));
  };
  const sendingGrowth = await grown();
  const kept = await seconds(async () => {
    const state = await text(`/finish/${id}/${digest}`);
    if (state !== 'kept') throw new Error(`the document was not kept: ${state}`);
  });
  const read = await seconds(async () => {
    const got = createHash('sha256').update(salt);
    const { body } = await fetch(`${base}/read/${digest}`);
    for await (const part of body as AsyncIterable<Uint8Array>) got.update(part);
    if (got.digest('base64url') !== digest) throw new Error('another document came back');
  });
  const rate = (took: number): number => Math.round(size / MIB / took);
  say('document', {
    store,
    mib: size / MIB,
    ...{ sent_mib_s: rate(sent), finish_s: Number(kept.toFixed(2)), read_mib_s: rate(read), copy_fsync_mib_s: rate(copy) },
    sent_to_copy: Number((copy / sent).toFixed(2)),
    ...{ sending_growth_mib: sendingGrowth, memory_growth_mib: await grown() },
    bound: 'memory growth <= 64 MiB',
  });
}

async function copyWithFsync(from: string, to: string): Promise<void> {
  const target = await open(to, 'wx');
  for await (const part of createReadStream(from, { highWaterMark: MIB })) await target.write(part as Buffer);
  await target.sync();
  await target.close();
}

async function send(url: string, body: Readable): Promise<void> {
  const put = request(url, { method: 'PUT' });
  const answered = once(put, 'response');
  await pipeline(body, put);
  const [response] = await answered;
  response.resume();
  await once(response, 'end');
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

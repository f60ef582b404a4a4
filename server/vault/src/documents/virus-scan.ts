/**
 * Who judges whether a document is infected: a ClamAV daemon over its own protocol (clamd(8), `INSTREAM`), or any command that reads the document
 * and ends with 0 (clean) or 1 (infected), as `clamdscan -` does. Nothing here opens an archive; what the scanner opens, it bounds itself.
 */
import { spawn } from 'node:child_process';
import { connect, type NetConnectOpts } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** Throws `ScanFailed` where the scanner did not judge, and whatever the bytes throw. */
export type VirusScan = (bytes: AsyncIterable<Uint8Array>) => Promise<'clean' | 'infected'>;

export class ScanFailed extends Error {
  override readonly name = 'ScanFailed';
}

/** A scanner that says nothing for so long has failed. */
const SILENCE_MS = 300_000;
const REPLY_CHARACTERS_MAX = 1_000;

/** `tcp://127.0.0.1:3310`, `unix:/run/clamav/clamd.ctl` or `command:/usr/bin/clamdscan -`; nothing if it is none of them. */
export function virusScanOf(setting: string): VirusScan | undefined {
  const [, kind = '', rest = ''] = /^(tcp:\/\/|unix:|command:)(.+)$/.exec(setting) ?? [];
  if (kind === 'unix:') return (bytes) => askDaemon({ path: rest }, bytes);
  if (kind === 'command:') {
    const [program = '', ...args] = rest.trim().split(/\s+/);
    return (bytes) => askCommand(program, args, bytes);
  }
  const [, host, port] = /^(.+):([0-9]{1,5})$/.exec(kind === '' ? '' : rest) ?? [];
  return host === undefined ? undefined : (bytes) => askDaemon({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) }, bytes);
}

async function askDaemon(address: NetConnectOpts, bytes: AsyncIterable<Uint8Array>): Promise<'clean' | 'infected'> {
  const socket = connect(address);
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new ScanFailed('the scanner is silent')));
  const source = watched(framed(bytes));
  // A daemon that has heard enough answers before the end and hangs up: its answer counts, not that the rest could not be sent.
  const sending = pipeline(source.bytes, socket, { end: false }).catch(() => socket.destroySoon());
  const said = await text(socket).catch((cause: unknown) => new ScanFailed('the scanner cannot be reached', { cause }));
  socket.destroy();
  await sending;
  if (source.failure() !== undefined) throw source.failure();
  if (typeof said !== 'string') throw said;
  if (said.length > REPLY_CHARACTERS_MAX) throw new ScanFailed('the scanner said too much');
  if (/^stream: .+ FOUND\0?\n?$/.test(said)) return 'infected';
  if (/^stream: OK\0?\n?$/.test(said)) return 'clean';
  throw new ScanFailed('the scanner did not judge');
}

async function* framed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('zINSTREAM\0');
  for await (const part of bytes) {
    yield lengthOf(part.length);
    yield part;
  }
  yield lengthOf(0);
}

function lengthOf(count: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(count);
  return length;
}

async function askCommand(program: string, args: readonly string[], bytes: AsyncIterable<Uint8Array>): Promise<'clean' | 'infected'> {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], signal: AbortSignal.timeout(SILENCE_MS) });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve).once('error', (cause) => reject(new ScanFailed('the scanner cannot be run', { cause })));
  });
  const source = watched(bytes);
  // A command that ends before it has read all has judged.
  const sending = pipeline(source.bytes, child.stdin).catch(() => undefined);
  const code = await ended;
  await sending;
  if (source.failure() !== undefined) throw source.failure();
  if (code === 0) return 'clean';
  if (code === 1) return 'infected';
  throw new ScanFailed('the scanner did not judge');
}

/** Tells what failed: the bytes, or whoever takes them. A document that broke off while it was read is not clean. */
function watched(bytes: AsyncIterable<Uint8Array>): { readonly bytes: AsyncGenerator<Uint8Array>; failure(): Error | undefined } {
  let failed: Error | undefined;
  async function* passed(): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      failed = error as Error;
      throw error;
    }
  }
  return { bytes: passed(), failure: () => failed };
}

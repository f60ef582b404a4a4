/** Documents over HTTP, on a real vault: by a tus client that is not ours, by hand, and by those who mean harm. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { documentPart, FolderStore, type Looker, openDocuments, openFolderKeys, openVault } from '@tabularium/vault';
import * as tus from 'tus-js-client';
import { addDocumentRoutes, type DocumentAct } from './document-routes.ts';
import { makeHttpServer } from './http-server.ts';
import { ProblemError, problem } from './problem.ts';

const PIECE = 65_536;
const SIZE_MAX = 64 * 1024 * 1024;
const LOOKER: Looker = {
  ...{ officer: 'clerk-1', role: 'clerk', office: 'registry' },
  ...{ purpose: 'birth-certificate', file: 'REG-2026/1', look: 'x' },
} as Looker;
const LOOK = { authorization: 'Tabularium-Look of-a-clerk' };
const FORBIDDEN = 'f0'.repeat(16);

const dir = mkdtempSync(join(tmpdir(), 'tabularium-document-routes-'));
const rows: DocumentAct[] = [];
const vault = await openVault({
  ...{ place: { dir }, keys: openFolderKeys(join(dir, 'keys')), origin: 'town.example/0123456789abcdef', isAccepted: () => false },
  ...{ erasedCases: [], retentionMs: 35 * 86_400_000, nowMs: Date.now(), settledSeconds: 0, parts: [documentPart], report: () => {} },
});
mkdirSync(join(dir, 'kept'));
const documents = await openDocuments({
  ...{ database: vault.database, epochs: vault.epochs, store: new FolderStore(join(dir, 'kept')), arriving: join(dir, 'arriving') },
  ...{ origin: 'town.example/0123456789abcdef', now: Date.now, isErased: () => false, report: () => {} },
  limits: { sizeMax: SIZE_MAX, unfinishedOfOfficer: 6 },
});
const app = makeHttpServer({});
addDocumentRoutes(app, {
  documents,
  guard: {
    lookerOf: async ({ headers }) => {
      if (headers.authorization !== LOOK.authorization) throw new ProblemError(problem('sign-in-needed'));
      return LOOKER;
    },
    allow: async (_looker, act) => {
      rows.push(act);
      if (act.case === FORBIDDEN) throw new ProblemError(problem('not-for-you'));
    },
  },
});
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as AddressInfo;
const base = `http://127.0.0.1:${port}`;
after(async () => {
  await documents.close();
  await app.close();
  await vault.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Sample {
  readonly bytes: Buffer;
  readonly salt: string;
  readonly case: string;
  readonly digest: string;
}

function sampleOf(bytes: Buffer, handle = randomBytes(16).toString('hex')): Sample {
  const salt = randomBytes(32);
  return {
    bytes,
    salt: salt.toString('base64url'),
    case: handle,
    digest: createHash('sha256').update(salt).update(bytes).digest('base64url'),
  };
}

const metadataOf = (metadata: Readonly<Record<string, string>>): string =>
  Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

async function ask(method: string, path: string, headers: Record<string, string> = {}, body?: Buffer | string): Promise<Answer> {
  const reply = await fetch(base + path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, json: text.startsWith('{') ? JSON.parse(text) : {} };
}

const TUS = { 'tus-resumable': '1.0.0' };
const begin = (sample: Sample, change: Record<string, string> = {}): Promise<Answer> =>
  ask('POST', '/api/v1/vault/uploads', {
    ...{ ...TUS, ...LOOK, 'upload-length': String(sample.bytes.length) },
    'upload-metadata': metadataOf({ case: sample.case, salt: sample.salt, type: 'application/pdf' }),
    ...change,
  });
const send = (path: string, offset: number, bytes: Buffer, change: Record<string, string> = {}): Promise<Answer> =>
  ask('PATCH', path, { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...change }, bytes);
const finish = (path: string, digest: string): Promise<Answer> =>
  ask('POST', `${path}/finish`, { 'content-type': 'application/json' }, JSON.stringify({ digest }));
const said = ({ status, json }: Answer): readonly unknown[] => [status, json.code];

async function sendWhole(sample: Sample, type = 'application/pdf'): Promise<void> {
  const begun = await begin(sample, { 'upload-metadata': metadataOf({ case: sample.case, salt: sample.salt, type }) });
  const path = begun.headers.get('location') ?? '';
  assert.equal((await send(path, 0, sample.bytes)).status, 204);
  assert.equal((await finish(path, sample.digest)).json.state, 'kept');
}

test('a client that is not ours sends by tus, in runs, over a line that breaks, and goes on', async () => {
  const sample = sampleOf(randomBytes(5 * 1024 * 1024 + 123));
  let breaks = 3;
  const address = await new Promise<string>((resolve, reject) => {
    const upload = new tus.Upload(Readable.from([sample.bytes], { objectMode: false }), {
      endpoint: `${base}/api/v1/vault/uploads`,
      ...{ chunkSize: 1024 * 1024, uploadSize: sample.bytes.length, retryDelays: [0, 0, 0, 0, 0, 0], headers: LOOK },
      metadata: { case: sample.case, salt: sample.salt, type: 'application/pdf' },
      onChunkComplete: () => {
        if (breaks-- > 0) for (const socket of sockets) socket.destroy();
      },
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
    });
    upload.start();
  });
  const { pathname } = new URL(address);
  assert.deepEqual(said(await finish(pathname, sample.digest)), [200, undefined]);
  const reply = await fetch(`${base}/api/v1/vault/documents/${sample.digest}`, { headers: LOOK });
  assert.ok(Buffer.from(await reply.arrayBuffer()).equals(sample.bytes));
});
const sockets = new Set<{ destroy(): void }>();
app.server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

test('step by step: begun, sent, resumed, finished, listed and read', async () => {
  const sample = sampleOf(Buffer.concat([Buffer.from('%PDF-1.7 '), randomBytes(3 * PIECE)]));
  const options = await ask('OPTIONS', '/api/v1/vault/uploads');
  assert.deepEqual(
    [options.status, options.headers.get('tus-version'), options.headers.get('tus-max-size')],
    [204, '1.0.0', String(SIZE_MAX)],
  );
  const begun = await begin(sample);
  const path = begun.headers.get('location') ?? '';
  assert.match(path, /^\/api\/v1\/vault\/uploads\/[0-9a-f]{32}$/);
  assert.deepEqual([begun.status, begun.headers.get('upload-offset'), begun.headers.get('tus-resumable')], [201, '0', '1.0.0']);
  assert.ok(Date.parse(begun.headers.get('upload-expires') ?? '') > Date.now());
  assert.deepEqual(said(await finish(path, sample.digest)), [409, 'upload-unfinished']);
  const first = await send(path, 0, sample.bytes.subarray(0, 2 * PIECE + 100));
  assert.deepEqual([first.status, first.headers.get('upload-offset')], [204, String(2 * PIECE)]);
  const head = await ask('HEAD', path, TUS);
  assert.deepEqual(
    [head.status, head.headers.get('upload-offset'), head.headers.get('cache-control')],
    [200, String(2 * PIECE), 'no-store'],
  );
  assert.deepEqual(said(await send(path, 2 * PIECE + 100, sample.bytes.subarray(2 * PIECE + 100))), [409, 'upload-offset-differs']);
  await send(path, 2 * PIECE, sample.bytes.subarray(2 * PIECE));
  const { json } = await finish(path, sample.digest);
  assert.deepEqual([json.state, json.offset, json.digest, json.first_bytes], ['kept', sample.bytes.length, sample.digest, 'fit']);
  assert.equal((await ask('GET', path)).json.state, 'kept');
  rows.length = 0;
  const listed = await ask('GET', `/api/v1/vault/cases/${sample.case}/documents`, LOOK);
  assert.deepEqual(
    (listed.json.rows as Record<string, unknown>[]).map(({ digest, type, size, officer }) => [digest, type, size, officer]),
    [[sample.digest, 'application/pdf', sample.bytes.length, 'clerk-1']],
  );
  const reply = await fetch(`${base}/api/v1/vault/documents/${sample.digest}`, { headers: LOOK });
  assert.ok(Buffer.from(await reply.arrayBuffer()).equals(sample.bytes));
  const header = (name: string): string | null => reply.headers.get(name);
  assert.equal(header('content-disposition'), `attachment; filename="document-${sample.digest.slice(0, 8)}"`);
  assert.deepEqual(
    [header('content-type'), header('x-content-type-options'), header('cache-control')],
    ['application/octet-stream', 'nosniff', 'no-store'],
  );
  assert.deepEqual([header('tabularium-salt'), header('access-control-allow-origin')], [sample.salt, null]);
  assert.deepEqual(
    rows.map(({ action, case: handle }) => [action, handle === sample.case]),
    [
      ['document.list', true],
      ['document.read', true],
    ],
  );
});

test('only what begins as a PDF or a picture is shown in a page, and only if asked for', async () => {
  const shown = async (bytes: Buffer, type: string): Promise<string> => {
    const sample = sampleOf(bytes);
    await sendWhole(sample, type);
    const reply = await fetch(`${base}/api/v1/vault/documents/${sample.digest}?inline=true`, { headers: LOOK });
    await reply.arrayBuffer();
    return `${reply.headers.get('content-disposition')?.split(';')[0]} ${reply.headers.get('content-type')}`;
  };
  assert.equal(await shown(Buffer.from('%PDF-1.4 …'), 'application/pdf'), 'inline application/pdf');
  assert.equal(await shown(Buffer.from('89504e470d0a1a0a00', 'hex'), 'image/png'), 'inline image/png');
  for (const [bytes, type] of [
    ['<script>alert(1)</script>', 'application/pdf'],
    ['<svg onload="alert(1)"/>', 'image/svg+xml'],
    ['<p>hello</p>', 'text/html'],
  ] as const) {
    assert.equal(await shown(Buffer.from(bytes), type), 'attachment application/octet-stream', type);
  }
});

test('nobody reads, lists or begins without a look that counts; nor what they may not', async () => {
  const sample = sampleOf(randomBytes(10), FORBIDDEN);
  const kept = sampleOf(randomBytes(10));
  await sendWhole(kept);
  const reads = [
    `/api/v1/vault/documents/${kept.digest}`,
    `/api/v1/vault/documents/${sample.digest}`,
    `/api/v1/vault/cases/${kept.case}/documents`,
  ];
  for (const path of reads) assert.deepEqual(said(await ask('GET', path)), [401, 'sign-in-needed']);
  assert.deepEqual(said(await begin(kept, { authorization: 'Tabularium-Look other' })), [401, 'sign-in-needed']);
  assert.deepEqual(said(await begin(sample)), [403, 'not-for-you']);
  assert.deepEqual(said(await ask('GET', `/api/v1/vault/cases/${FORBIDDEN}/documents`, LOOK)), [403, 'not-for-you']);
  assert.deepEqual(said(await ask('GET', reads[1]!, LOOK)), [404, 'not-found']);
  assert.equal((await ask('HEAD', reads[0]!, LOOK)).status, 405);
});

test('each wrong word of a request has its answer, and nothing stays of it', async () => {
  const sample = sampleOf(randomBytes(2 * PIECE));
  const { case: handle, salt } = sample;
  const type = 'application/pdf';
  const before = readdirSync(join(dir, 'arriving')).length;
  const metadata = (change: Record<string, string>): Record<string, string> => ({
    'upload-metadata': metadataOf({ case: handle, salt, type, ...change }),
  });
  for (const [change, status, code] of [
    [{ 'tus-resumable': '0.2.2' }, 412, 'tus-version'],
    [{ 'upload-length': '-1' }, 400, 'request-malformed'],
    [{ 'upload-length': '1e3' }, 400, 'request-malformed'],
    [{ 'upload-length': '0' }, 400, 'request-malformed'],
    [{ 'upload-length': '99999999999999999999' }, 400, 'request-malformed'],
    [{ 'upload-length': String(SIZE_MAX + 1) }, 413, 'document-too-large'],
    [{ 'upload-metadata': '' }, 400, 'request-malformed'],
    [metadata({ filename: 'birth-of-Ana.pdf' }), 400, 'request-malformed'],
    [metadata({ case: '../../../etc/passwd' }), 400, 'request-malformed'],
    [metadata({ type: 'text/plain; charset=utf-8' }), 400, 'request-malformed'],
    [metadata({ type: 'Ana Lopez' }), 400, 'request-malformed'],
    [metadata({ salt: 'AAAA' }), 400, 'request-malformed'],
    [metadata({ salt: `${salt}=` }), 400, 'request-malformed'],
  ] as const) {
    assert.deepEqual(said(await begin(sample, change as Record<string, string>)), [status, code], JSON.stringify(change));
  }
  assert.equal(readdirSync(join(dir, 'arriving')).length, before);
  const path = (await begin(sample)).headers.get('location') ?? '';
  for (const [offset, change, status, code] of [
    [0, { 'content-type': 'application/octet-stream' }, 415, 'media-type-unsupported'],
    [0, { 'tus-resumable': '2.0.0' }, 412, 'tus-version'],
    [0, { 'upload-offset': '-1' }, 400, 'request-malformed'],
    [0, { 'upload-offset': 'x' }, 400, 'request-malformed'],
    [1, {}, 413, 'document-longer'],
    [2 ** 52, {}, 413, 'document-longer'],
  ] as const) {
    assert.deepEqual(
      said(await send(path, offset, sample.bytes, change as Record<string, string>)),
      [status, code],
      JSON.stringify(change),
    );
  }
  assert.deepEqual(said(await send(path, PIECE, Buffer.alloc(10))), [409, 'upload-offset-differs']);
  const nowhere = `/api/v1/vault/uploads/${'0'.repeat(32)}`;
  for (const answer of [
    await send(nowhere, 0, sample.bytes),
    await ask('DELETE', nowhere, TUS),
    await ask('GET', nowhere),
    await finish(nowhere, sample.digest),
  ]) {
    assert.deepEqual(said(answer), [404, 'upload-unknown']);
  }
  assert.deepEqual(said(await finish(path, 'short')), [400, 'request-malformed']);
  await send(path, 0, sample.bytes);
  assert.deepEqual(said(await finish(path, sampleOf(sample.bytes).digest)), [422, 'document-digest-differs']);
  assert.deepEqual(said(await finish(path, sample.digest)), [422, 'document-digest-differs']);
  const cancelled = (await begin(sample)).headers.get('location') ?? '';
  assert.equal((await ask('DELETE', cancelled, TUS)).status, 204);
  assert.deepEqual(said(await ask('DELETE', cancelled, TUS)), [404, 'upload-unknown']);
  assert.equal(readdirSync(join(dir, 'arriving')).length, before);
});

test('more than was announced, in chunks without a length, is refused while it comes', async () => {
  const sample = sampleOf(randomBytes(2 * PIECE));
  const path = (await begin(sample)).headers.get('location') ?? '';
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'transfer-encoding': 'chunked' };
    const request = httpRequest(`${base}${path}`, { method: 'PATCH', headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    });
    request.on('error', reject);
    request.write(sample.bytes);
    request.write(randomBytes(1));
  });
  assert.equal(status, 413);
  assert.equal((await ask('HEAD', path, TUS)).headers.get('upload-offset'), String(PIECE));
  await ask('DELETE', path, TUS);
});

test('a line that is cut at 90 % keeps what came, and one that was changed on the way is found out', async () => {
  const sample = sampleOf(randomBytes(100 * PIECE));
  const path = (await begin(sample)).headers.get('location') ?? '';
  const cut = 90 * PIECE + 500;
  const met = once(app.server, 'connection') as Promise<[Socket]>;
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(
      `PATCH ${path} HTTP/1.1\r\nhost: a\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: ${sample.bytes.length}\r\n\r\n`,
    );
    socket.write(sample.bytes.subarray(0, cut));
  });
  // Cut once all of it is on the other side: what is on the way when a line breaks may be lost.
  const [other] = await met;
  while (other.bytesRead < cut) await new Promise((wake) => setTimeout(wake, 10));
  socket.destroy();
  let offset = 0;
  for (let tries = 0; tries < 500 && offset < 90 * PIECE; tries++) {
    await new Promise((wake) => setTimeout(wake, 10));
    offset = Number((await ask('HEAD', path, TUS)).headers.get('upload-offset'));
  }
  assert.equal(offset, 90 * PIECE);
  const rest = Buffer.from(sample.bytes.subarray(offset));
  rest[1_000] = rest[1_000]! ^ 1;
  await send(path, offset, rest);
  assert.deepEqual(said(await finish(path, sample.digest)), [422, 'document-digest-differs']);
  assert.equal(existsSync(join(dir, 'arriving', path.slice(-32))), false);
});

test('a document that was cut on disk breaks off, and its reader notices', async () => {
  const sample = sampleOf(randomBytes(4 * PIECE));
  await sendWhole(sample);
  const files = readdirSync(join(dir, 'kept'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  for (const file of files) truncateSync(join(file.parentPath, file.name), 60 + 2 * (PIECE + 28));
  const reply = await fetch(`${base}/api/v1/vault/documents/${sample.digest}`, { headers: LOOK });
  await assert.rejects(reply.arrayBuffer());
  for (const file of files) truncateSync(join(file.parentPath, file.name), 10);
  assert.deepEqual(said(await ask('GET', `/api/v1/vault/documents/${sample.digest}`, LOOK)), [500, 'document-damaged']);
});

test('an officer has so many unfinished documents and no more', async () => {
  const paths: string[] = [];
  for (let n = 0; n < 6; n++) paths.push((await begin(sampleOf(randomBytes(10)))).headers.get('location') ?? '');
  const refused = await begin(sampleOf(randomBytes(10)));
  assert.deepEqual([...said(refused), refused.headers.get('retry-after')], [429, 'uploads-too-many', '60']);
  for (const path of paths) await ask('DELETE', path, TUS);
});

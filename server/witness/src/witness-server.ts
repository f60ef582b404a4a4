/**
 * The witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint` and `GET /<sha256(origin)>/checkpoint`, and for
 * people `GET /vkey` and `GET /<sha256(origin)>/evidence`. Anyone on the network may call, so every body, header and
 * connection is bounded.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Witness } from './witness.ts';

/** 63 proof lines and a checkpoint with its signatures; post-quantum ones are up to 5 kB each. */
const MAX_BODY_BYTES = 128 * 1024;
const MAX_CONNECTIONS = 256;

/** A server for this witness, not yet listening. `onFault` is told of errors that are this machine's own, such as a full disk. */
export function witnessServer(witness: Witness, onFault: (error: Error) => void): Server {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      answer(witness, request, response).catch((error: Error) => {
        onFault(error);
        send(response, 500, 'the witness could not keep this checkpoint; nothing was cosigned\n');
      });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function answer(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]!;
  if (path === '/add-checkpoint') {
    if (request.method !== 'POST') return send(response, 405, 'add-checkpoint is a POST\n', { allow: 'POST' });
    const body = await bounded(request);
    if (body === undefined) return send(response, 413, `a request has at most ${MAX_BODY_BYTES} bytes\n`, { connection: 'close' });
    const { status, type, body: text } = witness.addCheckpoint(body);
    return send(response, status, text, { 'content-type': type });
  }
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'only add-checkpoint is a POST\n', { allow: 'GET, HEAD' });
  if (path === '/vkey') return send(response, 200, `${witness.vkey}\n`);
  const [, originHash = '', what = ''] = /^\/([0-9a-f]{64})\/(checkpoint|evidence)$/.exec(path) ?? [];
  if (what === 'checkpoint') {
    const note = witness.checkpoint(originHash);
    if (note !== undefined) return send(response, 200, note, { 'cache-control': 'no-cache' });
  }
  if (what === 'evidence') {
    const lines = witness.evidence(originHash).map((evidence) => `${JSON.stringify(evidence)}\n`);
    return send(response, 200, lines.join(''), { 'content-type': 'application/x-ndjson', 'cache-control': 'no-cache' });
  }
  send(response, 404, 'nothing here\n');
}

/** The body, or nothing when it is too long. Reading stops there. */
async function bounded(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

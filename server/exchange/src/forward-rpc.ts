/**
 * CometBFT's light client speaks plain JSON-RPC to an address. This gives it one on this machine, behind which its calls go to another
 * node over the exchange. Whoever can reach it can read what other nodes tell this one, and change nothing.
 */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readCometCall } from './comet-call.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { CALL_BYTES_MAX } from './exchange-routes.ts';
import { readBody } from './read-body.ts';

export interface ForwardRpcOptions {
  /** A unix socket, or a port on the loopback address (0: any that is free). */
  readonly listen: { readonly path: string } | { readonly port: number };
  readonly client: Pick<ExchangeClient, 'comet'>;
}

export interface RpcForwarder {
  /** As CometBFT's settings name it: `unix:///path` or `http://127.0.0.1:port`. */
  readonly address: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const CONNECTIONS_MAX = 32;
/** JSON-RPC 2.0, "Error object". */
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INTERNAL_ERROR = -32_603;

export async function forwardRpc({ listen, client }: ForwardRpcOptions): Promise<RpcForwarder> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 8 * 1024 }, (request, response) => {
    forward(client, request, response).catch(() => response.destroy());
  });
  server.maxConnections = CONNECTIONS_MAX;
  // One that was killed leaves its socket behind.
  if ('path' in listen) await rm(listen.path, { force: true });
  server.listen('path' in listen ? { path: listen.path } : { host: LOOPBACK, port: listen.port });
  await once(server, 'listening');
  return {
    address: 'path' in listen ? `unix://${listen.path}` : `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function forward(client: ForwardRpcOptions['client'], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request, CALL_BYTES_MAX);
  if (!body.ok) {
    request.resume();
    return send(response, 400, failure(null, INVALID_REQUEST, body.code));
  }
  const read = readCometCall(body.text);
  if (!read.ok) {
    return send(response, 400, failure(null, read.code === 'method-refused' ? METHOD_NOT_FOUND : INVALID_REQUEST, read.code));
  }
  try {
    const answer = await client.comet(read.call);
    if (answer === undefined) return send(response, 502, failure(read.call.id, INTERNAL_ERROR, 'no CometBFT runs there'));
    send(response, 200, answer);
  } catch (error) {
    send(response, 502, failure(read.call.id, INTERNAL_ERROR, (error as Error).message));
  }
}

function failure(id: number | string | null, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

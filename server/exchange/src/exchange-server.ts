/**
 * The exchange's listener: HTTPS with mutual TLS 1.3 between the nodes of one ledger (ADR 0011 "Exchange"). No authority vouches for
 * anybody: whoever connects shows a certificate, and the charter in force says at each request whose key that is. A stranger gets a 403
 * and is cut off; no body of theirs is read.
 */
import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { ExchangeDoor } from './exchange-door.ts';
import { EXCHANGE_CODES, PROBLEM_TYPE, problemBody } from './exchange-problem.ts';
import { type Answer, ROUTES } from './exchange-routes.ts';
import { readBody } from './read-body.ts';
import { pinOf, type TlsIdentity, tlsOptions } from './tls-identity.ts';

export interface ServeExchangeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly identity: TlsIdentity;
  /** Id of the node whose TLS key has this pin in the charter in force. */
  readonly isKnown: (pin: string) => string | undefined;
  readonly door: ExchangeDoor;
  /** Told of errors of the door, which the peer sees as `internal`. */
  readonly onFault: (error: unknown) => void;
}

export interface RunningExchange {
  readonly port: number;
  /** Takes no more connections, ends those at rest, and waits for answers under way, but not for ever. */
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 512;
/** Of one node; of all strangers together. */
const CONNECTIONS_OF_ONE_MAX = 32;
const HANDSHAKE_MS = 10_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const IDLE_MS = 75_000;
/** A peer that takes nothing of an answer for so long. */
const STALLED_MS = 120_000;
const CLOSING_MS = 5_000;

/** Listens. Throws when the address cannot be had. */
export async function serveExchange(options: ServeExchangeOptions): Promise<RunningExchange> {
  const last = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(
    {
      ...tlsOptions(options.identity),
      requestCert: true,
      // Self-signed all of them: who it is, the pin says.
      rejectUnauthorized: false,
      // No resumption: each connection proves its key.
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: HANDSHAKE_MS,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: 8 * 1024,
    },
    (request, response) => {
      // Our nodes wait for the answer: who does not could have any number of questions under way on one connection.
      if (last.get(request.socket)?.writableEnded === false) return void request.socket.destroy();
      last.set(request.socket, response);
      respond(options, request, response).catch((error: unknown) => {
        // The peer went away in the middle of its body.
        if (request.destroyed && !request.complete) return;
        options.onFault(error);
        send(response, 'internal');
      });
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(STALLED_MS);
  boundEach(server, options.isKnown);
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => close(server, sockets) };
}

/** Nobody takes all places: neither one node nor strangers. */
function boundEach(server: Server, isKnown: ServeExchangeOptions['isKnown']): void {
  const open = new Map<string, number>();
  server.on('secureConnection', (socket) => {
    const who = nodeOf(socket, isKnown) ?? '';
    const count = (open.get(who) ?? 0) + 1;
    if (count > CONNECTIONS_OF_ONE_MAX) return void socket.destroy();
    open.set(who, count);
    socket.once('close', () => {
      const left = open.get(who)! - 1;
      if (left === 0) open.delete(who);
      else open.set(who, left);
    });
  });
}

async function respond({ isKnown, door }: ServeExchangeOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const node = nodeOf(request.socket as TLSSocket, isKnown);
  if (node === undefined) return send(response, 'unknown-node', { connection: 'close' });
  const path = request.url ?? '';
  const fitting = ROUTES.filter((route) => route.path.test(path));
  const route = fitting.find(({ method }) => method === request.method);
  if (route === undefined) {
    request.resume();
    if (fitting.length === 0) return send(response, 'not-found');
    return send(response, 'method-not-allowed', { allow: fitting.map(({ method }) => method).join(', ') });
  }
  const name = route.path.exec(path)?.[1] ?? '';
  if (route.bodyMax === undefined) {
    request.resume();
    return send(response, await route.answer(door, { node, name, body: '' }));
  }
  const body = await readBody(request, route.bodyMax);
  if (!body.ok) {
    request.resume();
    return send(response, body.code);
  }
  send(response, await route.answer(door, { node, name, body: body.text }));
}

const pins = new WeakMap<TLSSocket, string>();

/** The charter changes: whose key this is, is asked each time. */
function nodeOf(socket: TLSSocket, isKnown: ServeExchangeOptions['isKnown']): string | undefined {
  let pin = pins.get(socket);
  if (pin === undefined) {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return undefined;
    pin = pinOf(certificate);
    pins.set(socket, pin);
  }
  return isKnown(pin);
}

function send(response: ServerResponse, answer: Answer, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent) return;
  const [status, type, body] =
    typeof answer === 'string' ? [EXCHANGE_CODES[answer].status, PROBLEM_TYPE, problemBody(answer)] : [200, answer.type, answer.body];
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { 'content-type': type, 'content-length': length, ...headers });
  response.end(body);
}

async function close(server: Server, sockets: ReadonlySet<Duplex>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const late = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, CLOSING_MS);
  await closed;
  clearTimeout(late);
}

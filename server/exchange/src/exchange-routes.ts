/** What a node answers to the other nodes, address by address: reads what was asked, and gives what the door has. */
import { parseTilePath } from '@tabularium/log';
import { isDigest } from '@tabularium/protocol';
import { readCometCall } from './comet-call.ts';
import type { ExchangeDoor } from './exchange-door.ts';
import type { ExchangeCode } from './exchange-problem.ts';
import { DIGESTS_BYTES_MAX, digestsIn, placeIn, TEXTS_AT_ONCE, textsBody } from './text-exchange.ts';

/** A signed note. */
export const NOTE_BYTES_MAX = 64 * 1024;
/** A call has a method and a few numbers. */
export const CALL_BYTES_MAX = 16 * 1024;

export interface Asked {
  /** Id of the node that asks. */
  readonly node: string;
  /** What the route's pattern caught. */
  readonly name: string;
  readonly body: string;
}

export type Answer =
  | { readonly type: 'application/json' | 'application/octet-stream' | 'text/plain; charset=utf-8'; readonly body: string | Uint8Array }
  | ExchangeCode;

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** Of a POST. */
  readonly bodyMax?: number;
  answer(door: ExchangeDoor, asked: Asked): Answer | Promise<Answer>;
}

export const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/exchange\/checkpoint$/,
    bodyMax: NOTE_BYTES_MAX,
    answer: (door, { node, body }) => json({ received: door.receive(node, body) }),
  },
  { method: 'GET', path: /^\/exchange\/checkpoint$/, answer: (door) => text(door.checkpoint()) },
  { method: 'GET', path: /^\/exchange\/heard$/, answer: (door, { node }) => text(door.heardOf(node)) },
  { method: 'GET', path: /^\/exchange\/charter$/, answer: (door) => jsonText(door.charter()) },
  { method: 'GET', path: /^\/exchange\/charter\/current$/, answer: (door) => jsonText(door.charterNow()) },
  { method: 'GET', path: /^\/exchange\/genesis$/, answer: (door) => jsonText(door.genesis()) },
  {
    method: 'GET',
    path: /^\/exchange\/texts\/([^/]+)$/,
    answer: (door, { name }) => (isDigest(name) ? json(door.text(name)) : 'not-found'),
  },
  {
    method: 'GET',
    path: /^\/exchange\/texts\/after\/(0|[1-9][0-9]{0,14}\/[0-9a-f]{16})$/,
    answer: (door, { name }) => json(door.textsAfter(placeIn(name), TEXTS_AT_ONCE)),
  },
  { method: 'POST', path: /^\/exchange\/texts$/, bodyMax: DIGESTS_BYTES_MAX, answer: texts },
  {
    method: 'GET',
    path: /^\/exchange\/changes\/([1-9][0-9]{0,14})$/,
    answer: (door, { name }) => json(door.changes(Number(name))),
  },
  {
    method: 'GET',
    path: /^\/exchange\/snapshots\/([1-9][0-9]{0,14})$/,
    answer: (door, { name }) => text(door.snapshotHash(Number(name))),
  },
  { method: 'GET', path: /^\/exchange\/log\/(tile\/.+)$/, answer: (door, { name }) => tile(door, name) },
  { method: 'POST', path: /^\/exchange\/comet$/, bodyMax: CALL_BYTES_MAX, answer: comet },
];

function texts(door: ExchangeDoor, { body }: Asked): Answer {
  const digests = digestsIn(body);
  return digests === undefined ? 'request-malformed' : jsonText(textsBody(digests, (digest) => door.text(digest)));
}

function tile(door: ExchangeDoor, path: string): Answer {
  const name = parseTilePath(path);
  if (name === undefined) return 'not-found';
  const { level, index, width } = name;
  const body = level === 'entries' ? door.entries(index, width) : door.tile(level, index, width);
  return body === undefined ? 'not-found' : { type: 'application/octet-stream', body };
}

async function comet(door: ExchangeDoor, { body }: Asked): Promise<Answer> {
  const read = readCometCall(body);
  if (!read.ok) return read.code === 'method-refused' ? 'method-refused' : 'request-malformed';
  return jsonText(await door.comet(read.call));
}

function text(body: string | undefined): Answer {
  return body === undefined ? 'not-found' : { type: 'text/plain; charset=utf-8', body };
}

function jsonText(body: string | undefined): Answer {
  return body === undefined ? 'not-found' : { type: 'application/json', body };
}

function json(value: unknown): Answer {
  return jsonText(value === undefined ? undefined : JSON.stringify(value));
}

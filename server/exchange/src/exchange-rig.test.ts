/** Nodes of a ledger for the exchange's tests: real keys, real notes, and a door that has one of everything. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { generateNodeKeys, nodeCrypto, nodeSigner, nodeVkeys, sha256 } from '@tabularium/crypto';
import { Notary } from '@tabularium/engine-port/notary';
import { formatCheckpoint, parseVkey } from '@tabularium/log';
import { disclosureDigest } from '@tabularium/protocol';
import type { FoundText, ListedText, TextPlace } from '@tabularium/texts';
import type { CometCall } from './comet-call.ts';
import type { BookNode, Received } from './cosignature-book.ts';
import { ExchangeClient } from './exchange-client.ts';
import type { ChangedKey, ExchangeDoor } from './exchange-door.ts';
import { type RunningExchange, serveExchange } from './exchange-server.ts';
import type { TextPage } from './text-exchange.ts';
import { makeTlsIdentity, type TlsIdentity, tlsOptions } from './tls-identity.ts';

export const ORIGIN = 'test.example/0123456789abcdef';

/** A root that goes with a name: the same name, the same root. */
export function rootOf(name: string): Uint8Array {
  return sha256(Buffer.from(name));
}

/** The checkpoint's text of a size; `history` names the log it is of. */
export function checkpointText(size: number, history = 'ours', origin = ORIGIN): string {
  return formatCheckpoint({ origin, size, root: rootOf(`${history} ${size}`) });
}

/** A node with its keys, which signs what it is asked to. */
export class SigningNode {
  readonly id: string;
  readonly keys = generateNodeKeys();
  readonly votes: boolean;
  readonly #notary: Notary;
  nowMs = 1_790_000_000_000;

  constructor(id: string, votes = true) {
    this.id = id;
    this.votes = votes;
    const vkeys = nodeVkeys(this.keys, ORIGIN, `${ORIGIN}/${id}`);
    this.#notary = new Notary({ origin: ORIGIN, signer: nodeSigner(this.keys), clock: () => this.nowMs, crypto: nodeCrypto, vkeys });
  }

  get entry(): BookNode {
    const { log, cosigner } = nodeVkeys(this.keys, ORIGIN, `${ORIGIN}/${this.id}`);
    return { id: this.id, log: parseVkey(log, nodeCrypto)!, cosigner: parseVkey(cosigner, nodeCrypto)!, votes: this.votes };
  }

  sign(size: number, history = 'ours'): string {
    return this.#notary.sign(checkpointText(size, history));
  }

  signText(text: string): string {
    return this.#notary.sign(text);
  }
}

export const DISCLOSURE = Buffer.from('["c2FsdHNhbHRzYWx0c2FsdA","name","a text"]').toString('base64url');
export const DIGEST = disclosureDigest(DISCLOSURE, nodeCrypto);
export const WITHDRAWN_DIGEST = disclosureDigest('d2l0aGRyYXdu', nodeCrypto);
export const TILE = Buffer.alloc(256 * 32, 7);

/** Has one of everything, and keeps what it was sent. */
export class SampleDoor implements ExchangeDoor {
  readonly notes: { readonly node: string; readonly note: string }[] = [];
  readonly calls: CometCall[] = [];
  received: Received = 'accepted';
  listed: readonly ListedText[] = [
    { at: 1, mark: '0123456789abcdef', digest: DIGEST, tx: Buffer.from(rootOf('a transaction')).toString('base64url') },
  ];

  receive(node: string, note: string): Received {
    this.notes.push({ node, note });
    return this.received;
  }

  heardOf(node: string): string | undefined {
    return node === 'b' ? 'what b signed\n' : undefined;
  }

  checkpoint(): string | undefined {
    return 'a note\n';
  }

  text(digest: string): FoundText | undefined {
    if (digest === WITHDRAWN_DIGEST) return { kind: 'withdrawn', digest, time: 5, ground: 'privacy', case: 'A-1' };
    return digest === DIGEST ? { kind: 'text', disclosure: DISCLOSURE } : undefined;
  }

  textsAfter(place: TextPlace | undefined, max: number): TextPage | undefined {
    if (place !== undefined && this.listed.find(({ at }) => at === place.at)?.mark !== place.mark) return undefined;
    return { height: 7, texts: this.listed.filter(({ at }) => at > (place?.at ?? 0)).slice(0, max) };
  }

  snapshotHash(height: number): string | undefined {
    return height === 7 ? 'ab'.repeat(32) : undefined;
  }

  changes(height: number): readonly ChangedKey[] | undefined {
    if (height !== 7) return undefined;
    return [
      { key: 'treasury/payment/a', leaf: 'ab'.repeat(32) },
      { key: 'treasury/payment/b', leaf: null },
    ];
  }

  genesis(): string | undefined {
    return '{"chain_id":"tabularium-1"}';
  }

  charter(): string {
    return '{"name":"test.example"}';
  }

  charterNow(): string {
    return '{"name":"test.example","nodes":{}}';
  }

  tile(level: number, index: number, width: number): Uint8Array | undefined {
    return level === 0 && index === 0 ? TILE.subarray(0, width * 32) : undefined;
  }

  entries(index: number, width: number): Uint8Array | undefined {
    return index === 1_234 ? Buffer.from(`entries ${width}`) : undefined;
  }

  async comet(call: CometCall): Promise<string | undefined> {
    this.calls.push(call);
    return JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { method: call.method } });
  }
}

export interface Rig {
  readonly door: SampleDoor;
  readonly server: TlsIdentity;
  readonly exchange: RunningExchange;
  readonly url: string;
  /** Pin → node id: the charter. */
  readonly known: Map<string, string>;
  readonly faults: unknown[];
  /** A client of node `b`, or of whoever is given; closed at the end. */
  client(identity?: TlsIdentity, tls?: string, timeoutMs?: number): ExchangeClient;
}

/** A running exchange of node `a`; node `b` is in its charter. */
export async function startRig(t: TestContext, port = 0, server = makeTlsIdentity()): Promise<Rig> {
  const door = new SampleDoor();
  const faults: unknown[] = [];
  const b = makeTlsIdentity();
  const known = new Map([[b.pin, 'b']]);
  const exchange = await serveExchange({
    host: '127.0.0.1',
    port,
    identity: server,
    isKnown: (pin) => known.get(pin),
    door,
    onFault: (error) => faults.push(error),
  });
  t.after(() => exchange.close());
  const url = `https://127.0.0.1:${exchange.port}`;
  const client = (identity = b, tls = server.pin, timeoutMs = 20_000): ExchangeClient => {
    const made = new ExchangeClient({ identity, peer: { id: 'a', url, tls }, timeoutMs });
    t.after(() => made.close());
    return made;
  };
  return { door, server, exchange, url, known, faults, client };
}

/** Somebody with this TLS key who answers as they like; returns the address. */
export async function startOther(
  t: TestContext,
  identity: TlsIdentity,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer({ ...tlsOptions(identity), requestCert: true, rejectUnauthorized: false }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  t.after(close);
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request as somebody may make it who is not our client. */
export async function raw(
  { exchange }: Rig,
  identity: TlsIdentity | undefined,
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const asked = request({
    host: '127.0.0.1',
    port: exchange.port,
    method,
    path,
    headers: body === undefined ? headers : { 'content-length': String(body.length), ...headers },
    ...(identity && tlsOptions(identity)),
    rejectUnauthorized: false,
    agent: false,
  });
  asked.end(body);
  const [response] = await once(asked, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() };
}

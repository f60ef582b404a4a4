/** What the tests of this room stand on: receivers that are real HTTP servers, and a ledger's feed made up here. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedSource } from '@tabularium/feed';
import { Courier, type CourierOptions } from './courier.ts';
import { type Subscription, WebhookBook } from './webhook-book.ts';

/** Within the bound of a test, so that what it opened is closed. */
const UNTIL_MS = 20_000;
export const ORIGIN = 'town.example/0011223344556677';

export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly id: string;
  readonly type: string;
}

export interface Receiver {
  readonly url: string;
  /** `host:port` */
  readonly place: string;
  readonly heard: Heard[];
  /** How it answers, given how many calls came before. */
  answer: (answer: ServerResponse, nth: number) => void;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const heard: Heard[] = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { id, type } = body === '' ? { id: '', type: '' } : (JSON.parse(body) as { id: string; type: string });
      heard.push({ headers: request.headers, body, id, type });
      receiver.answer(answer, heard.length - 1);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    place: `127.0.0.1:${port}`,
    heard,
    answer: (answer) => answer.writeHead(204).end(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return receiver;
}

export interface MadeFeed extends FeedSource {
  /** Adds a block with so many entries of a type. */
  add(type: string, count?: number): void;
}

export function madeFeed(): MadeFeed {
  const blocks: string[][] = [];
  return {
    origin: ORIGIN,
    height: () => blocks.length,
    block: (height) => (blocks[height - 1] === undefined ? undefined : { time: height, first: height * 10 }),
    events: (height) =>
      (blocks[height - 1] ?? []).map((type, entry) => ({
        ...{ type, entry, tx: `tx-${height}-${entry}`, action: type, data: {}, keys: [`treasury/payment/${height}-${entry}`], signers: [] },
      })),
    missing: () => undefined,
    add: (type, count = 1) => void blocks.push(Array.from({ length: count }, () => type)),
  };
}

export interface Office {
  readonly dir: string;
  readonly book: WebhookBook;
  readonly feed: MadeFeed;
  readonly notes: string[];
  /** ms UTC, as couriers see it. */
  now: number;
  readonly id: string;
  readonly secret: string;
  found(): Subscription;
  send(more?: Partial<CourierOptions>): Courier;
  /** Resolves when this is so; rejects where it never comes, for a wait without end would outlive its test and keep the process. */
  until(isSo: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** A book with one receiver, from the beginning of the feed. */
export function openOffice(receiver: Receiver, types: readonly string[] = []): Office {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-webhooks-'));
  const book = WebhookBook.open(dir);
  const feed = madeFeed();
  const couriers: Courier[] = [];
  const notes: string[] = [];
  const added = book.add({ url: receiver.url, types, origin: ORIGIN, cursor: '0-0' });
  const office: Office = {
    ...{ dir, book, feed, notes, now: 1_900_000_000_000, ...added },
    found: () => book.get(added.id)!,
    send: (more = {}) => {
      const courier = new Courier(added.id, {
        ...{ book, source: feed, allow: new Set([receiver.place]), timeoutMs: 5_000, waitsMs: [0, 0, 0], random: () => 0.5 },
        now: () => office.now,
        report: (words) => notes.push(words),
        ...more,
      });
      couriers.push(courier);
      return courier;
    },
    until: async (isSo) => {
      for (const end = performance.now() + UNTIL_MS; !isSo(); await delay(5)) {
        if (performance.now() > end) throw new Error(`it never came to this: ${String(isSo)}`);
      }
    },
    close: async () => {
      for (const courier of couriers) await courier.stop();
      book.close();
      rmSync(dir, { recursive: true });
    },
  };
  return office;
}

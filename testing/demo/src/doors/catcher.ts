/**
 * A receiver of webhooks such as a developer would write first, on a port of its own on this machine: it checks each signature (Standard
 * Webhooks 1.0.0, "Verifying webhook authenticity") and keeps what arrived last, for the demo to show.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATH = '/catch';
const KEPT = 12;
const BODY_BYTES_MAX = 1024 * 1024;
/** A message is no older, nor newer, than this. */
const TOLERANCE_SECONDS = 300;
const PREFIX = 'whsec_';

export interface Caught {
  /** `webhook-id`. */
  readonly id: string;
  /** `webhook-timestamp`, seconds since 1970. */
  readonly timestamp: string;
  /** `webhook-signature`. */
  readonly signature: string;
  /** Whether the signature is the node's, over exactly these bytes, and of now. */
  readonly isSigned: boolean;
  /** One CloudEvent, as it came. */
  readonly body: string;
}

export class Catcher {
  /** Of the receiver that the node was given; undefined until then, and nothing is believed. */
  secret: string | undefined;
  readonly #server: Server;
  readonly #clock: () => number;
  #caught: readonly Caught[] = [];

  /** `clock`: ms UTC. */
  static async open(clock: () => number = Date.now): Promise<Catcher> {
    const catcher = new Catcher(clock);
    await new Promise<void>((resolve, reject) => {
      catcher.#server.once('error', reject);
      catcher.#server.listen(0, '127.0.0.1', resolve);
    });
    return catcher;
  }

  private constructor(clock: () => number) {
    this.#clock = clock;
    this.#server = createServer((request, response) => {
      if (request.method !== 'POST' || request.url !== PATH) return response.writeHead(404).end();
      this.#take(request).then(
        (status) => response.writeHead(status).end(),
        () => response.destroy(),
      );
    });
  }

  /** `127.0.0.1:41234`: the only receiver that a node of a demo may call without TLS. */
  get place(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.place}${PATH}`;
  }

  /** Newest first. */
  get caught(): readonly Caught[] {
    return this.#caught;
  }

  /** Whether this was the address of a catcher of an earlier run. */
  static isCatcher(url: string): boolean {
    return /^http:\/\/127\.0\.0\.1:\d+\/catch$/.test(url);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage): Promise<200 | 400 | 413> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > BODY_BYTES_MAX) return 413;
      parts.push(part);
    }
    const one = (name: string): string => String(request.headers[name] ?? '');
    const [id, timestamp, signature] = [one('webhook-id'), one('webhook-timestamp'), one('webhook-signature')];
    const body = Buffer.concat(parts).toString('utf8');
    const isSigned = this.#isSigned(id, timestamp, signature, body);
    // What comes again, because the first answer was lost, is known by its id.
    const others = this.#caught.filter((known) => known.id !== id);
    this.#caught = [{ id, timestamp, signature, isSigned, body }, ...others].slice(0, KEPT);
    return isSigned ? 200 : 400;
  }

  #isSigned(id: string, timestamp: string, signature: string, body: string): boolean {
    if (this.secret === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
    if (Math.abs(Number(timestamp) - this.#clock() / 1_000) > TOLERANCE_SECONDS) return false;
    const key = Buffer.from(this.secret.slice(PREFIX.length), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
    return signature.split(' ').some((one) => {
      const given = Buffer.from(one.startsWith('v1,') ? one.slice(3) : '', 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  }
}

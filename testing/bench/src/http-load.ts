/**
 * A bounded load generator over keep-alive sockets. It writes prepared requests and reads answers by Content-Length, nothing more: it runs
 * on the same cores as the node it measures, so what it costs is taken from the figure.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** From writing the request to the last byte of the answer, milliseconds. */
  readonly ms: number;
  readonly body: Buffer;
}

/** A request as bytes, ready to be written. */
export function request(method: 'POST' | 'GET', path: string, body: Uint8Array | string = '', type = 'text/plain'): Buffer {
  const payload = Buffer.from(body as string);
  const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: ${payload.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), payload]);
}

/** One signed transaction. */
export function writeRequest(jws: Uint8Array): Buffer {
  return request('POST', '/api/v1/transactions', jws);
}

/** Signed transactions, so many in a request; with a receipt in each answer, or without. */
export function batchRequests(transactions: readonly Uint8Array[], size: number, receipts = true): Buffer[] {
  const requests: Buffer[] = [];
  for (let from = 0; from < transactions.length; from += size) {
    const lines = transactions.slice(from, from + size).map((jws) => Buffer.from(jws).toString('latin1'));
    requests.push(
      request('POST', `/api/v1/transactions/batch${receipts ? '' : '?receipts=false'}`, lines.join('\n'), 'application/x-ndjson'),
    );
  }
  return requests;
}

/** One connection, one request at a time. */
export class Client {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #length = 0;
  #wanted: number | undefined;
  #started = 0;
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the node closed the connection')));
  }

  static open(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Client(socket));
      });
    });
  }

  send(bytes: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#started = performance.now();
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    if (this.#wanted === undefined) {
      const head = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.toString('latin1', 0, end));
      if (length === null) return void this.#settle?.reject(new Error('an answer without Content-Length'));
      this.#wanted = end + 4 + Number(length[1]);
    }
    if (this.#length < this.#wanted) return;
    const all = this.#received.length === 1 ? this.#received[0]! : Buffer.concat(this.#received);
    const { resolve } = this.#settle!;
    this.#received = [];
    this.#length = 0;
    this.#wanted = undefined;
    const start = all.indexOf('\r\n\r\n') + 4;
    resolve({ status: Number(all.toString('latin1', 9, 12)), ms: performance.now() - this.#started, body: all.subarray(start) });
  }
}

export interface LoadResult {
  readonly sent: number;
  readonly seconds: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Milliseconds, sorted. */
  readonly latencies: Float64Array;
}

/** Send every request once over so many connections, as fast as answers come (or at `perSecond`, evenly). */
export async function load(port: number, requests: readonly Buffer[], clients: number, perSecond?: number): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: clients }, () => Client.open(port)));
  const latencies = new Float64Array(requests.length);
  const statuses: Record<number, number> = {};
  let next = 0;
  const start = performance.now();
  await Promise.all(
    connections.map(async (client) => {
      for (;;) {
        const turn = next++;
        if (turn >= requests.length) return;
        if (perSecond !== undefined) {
          const wait = start + (turn * 1_000) / perSecond - performance.now();
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        }
        const { status, ms } = await client.send(requests[turn]!);
        latencies[turn] = ms;
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  for (const client of connections) client.close();
  return { sent: requests.length, seconds, statuses, latencies: latencies.sort() };
}

export function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

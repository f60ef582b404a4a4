/**
 * Many open pages without their browsers: each listens for news as the portal does, and at each block reads again what an open overview reads,
 * over a connection of its own. Their work is on the same cores as the node's, so what they cost is in the figure.
 */
import { connect, type Socket } from 'node:net';
import { Client, request } from '@tabularium/bench';

const BLOCK = 'event: block';

export class OpenPages {
  readonly #sockets: Socket[] = [];
  readonly #clients: Client[] = [];
  readonly #reads: readonly Buffer[];
  /** `performance.now()` at which each had read everything again since `begin`. */
  #renewed: number[] = [];
  #count = 0;

  private constructor(reads: readonly Buffer[]) {
    this.#reads = reads;
  }

  /** `paths`: what a page reads again at each block. */
  static async open(url: string, count: number, paths: readonly string[]): Promise<OpenPages> {
    const port = Number(new URL(url).port);
    const pages = new OpenPages(paths.map((path) => request('GET', path)));
    for (let n = 0; n < count; n++) await pages.#openOne(port);
    pages.#count = count;
    return pages;
  }

  /** What comes from here on counts. */
  begin(): void {
    this.#renewed = [];
  }

  /** Resolves when each has read everything again, with the time at which it had. Rejects after so many seconds. */
  async renewed(seconds = 60): Promise<readonly number[]> {
    const end = performance.now() + seconds * 1_000;
    while (this.#renewed.length < this.#count) {
      if (performance.now() > end) throw new Error(`${this.#renewed.length} of ${this.#count} pages are new after ${seconds} s`);
      await new Promise((wake) => setTimeout(wake, 10));
    }
    return this.#renewed;
  }

  close(): void {
    for (const client of this.#clients) client.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #openOne(port: number): Promise<void> {
    const client = await Client.open(port);
    this.#clients.push(client);
    const socket = connect({ host: '127.0.0.1', port });
    this.#sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', () => resolve());
      socket.write('GET /api/v1/live HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n');
    });
    let isReading = false;
    let isStale = false;
    const readAgain = async (): Promise<void> => {
      isReading = true;
      for (isStale = true; isStale; ) {
        isStale = false;
        for (const bytes of this.#reads) await client.send(bytes);
      }
      isReading = false;
      this.#renewed.push(performance.now());
    };
    socket.on('data', (bytes) => {
      if (!bytes.includes(BLOCK)) return;
      if (isReading) isStale = true;
      else void readAgain();
    });
  }
}

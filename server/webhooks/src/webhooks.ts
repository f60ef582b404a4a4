/** A node's webhooks as the node sees them: a thread that delivers, begun when there is somebody to deliver to. */
import { Worker } from 'node:worker_threads';
import { type AddWebhook, checkAddress } from './receiver-address.ts';
import { type Subscription, WebhookBook } from './webhook-book.ts';

export interface WebhookOptions {
  /** Data directory; `webhooks.db` lies there. */
  readonly dir: string;
  readonly ledgerPath: string;
  readonly origin: string;
  /** Newest block that may be told of. */
  readonly height: number;
  /** `host:port` of receivers that may be private and without TLS. */
  readonly allow: readonly string[];
  /** Told when a receiver is called no more, and when the thread dies. */
  readonly report: (error: Error) => void;
}

export type WorkerOptions = Omit<WebhookOptions, 'report'>;
export type ToWorker = { readonly kind: 'block'; readonly height: number } | { readonly kind: 'changed' } | { readonly kind: 'close' };
export type FromWorker = { readonly kind: 'note'; readonly words: string };

export interface Webhooks {
  /** Keeps a receiver and begins to deliver. The secret is shown this once. Throws `AddressUnfit` and `TooManyWebhooks`. */
  add(one: AddWebhook): { readonly id: string; readonly secret: string };
  /** The book was changed by somebody else. */
  changed(): void;
  /** A block is durable. */
  notify(height: number): void;
  /** Each receiver, and how far it has come. */
  states(): readonly Subscription[];
  close(): Promise<void>;
}

const AGAIN_MS = 60_000;

export function openWebhooks(options: WebhookOptions): Webhooks {
  const { dir, origin, allow, report } = options;
  let { height } = options;
  let book = WebhookBook.openIfThere(dir);
  let worker: Worker | undefined;
  let closed = false;
  const begin = (): void => {
    if (closed || worker !== undefined || book === undefined || book.list().length === 0) return;
    const { ledgerPath } = options;
    const workerData: WorkerOptions = { dir, ledgerPath, origin, height, allow };
    const begun = new Worker(new URL('./webhook-worker.ts', import.meta.url), { workerData });
    worker = begun;
    begun.on('message', ({ words }: FromWorker) => report(new Error(words)));
    begun.on('error', (cause) => report(new Error(`webhooks rest for a minute: ${cause.message}`, { cause })));
    begun.once('exit', () => {
      worker = undefined;
      if (!closed) setTimeout(begin, AGAIN_MS).unref();
    });
    begun.unref();
  };
  const say = (message: ToWorker): void => worker?.postMessage(message);
  begin();
  return {
    add(one) {
      const url = checkAddress(one, new Set(allow));
      book ??= WebhookBook.open(dir);
      const added = book.add({ url, types: one.types ?? [], origin, cursor: one.after });
      this.changed();
      return added;
    },
    changed() {
      book ??= WebhookBook.openIfThere(dir);
      if (worker === undefined) begin();
      else say({ kind: 'changed' });
    },
    notify(to) {
      height = to;
      say({ kind: 'block', height });
    },
    states: () => book?.list() ?? [],
    async close() {
      closed = true;
      const ended = worker === undefined ? undefined : new Promise((resolve) => worker?.once('exit', resolve));
      say({ kind: 'close' });
      await ended;
      book?.close();
    },
  };
}

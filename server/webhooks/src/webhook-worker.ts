/** The thread that delivers: reading events, signing and waiting for receivers never holds up the thread that orders and commits. */
import { parentPort, workerData } from 'node:worker_threads';
import { restWhenQuiet } from '@tabularium/store/rest';
import { WAITS_MS } from './courier.ts';
import { Dispatch } from './dispatch.ts';
import { ledgerFeed } from './ledger-feed.ts';
import { WebhookBook } from './webhook-book.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './webhooks.ts';

const TIMEOUT_MS = 15_000;

const port = parentPort;
if (port === null) throw new Error('webhook-worker runs as a worker thread');
const say = (message: FromWorker): void => port.postMessage(message);

const { dir, ledgerPath, origin, height, allow } = workerData as WorkerOptions;
const book = WebhookBook.open(dir);
const source = ledgerFeed(ledgerPath, origin, height);
const stir = restWhenQuiet(() => source.letGo());
const dispatch = new Dispatch({
  book,
  source,
  allow: new Set(allow),
  timeoutMs: TIMEOUT_MS,
  waitsMs: WAITS_MS,
  random: Math.random,
  now: Date.now,
  report: (words) => say({ kind: 'note', words }),
});

port.on('message', (message: ToWorker) => {
  stir();
  if (message.kind === 'block') {
    source.rise(message.height);
    dispatch.stir();
  } else if (message.kind === 'changed') dispatch.changed();
  else
    void dispatch.close().then(() => {
      book.close();
      source.close();
      port.close();
    });
});

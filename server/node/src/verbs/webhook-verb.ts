/** `webhook`: who is told of what happens. Writes the book of a data directory; a node that runs on it hears of it at once. */
import { readFileSync } from 'node:fs';
import { cursorText, newestCursor, parseCursor } from '@tabularium/feed';
import { AddressUnfit, checkAddress, ledgerFeed, type Subscription, TooManyWebhooks, WebhookBook } from '@tabularium/webhooks';
import { askNode } from '../admin-socket.ts';
import { type DataDirectory, dataDirectory } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { requireLedger } from '../open-ledger.ts';
import { dataOf, dataOption, numberOf, textOf, textsOf, webhookAllowOf, webhookAllowOption } from './settings.ts';
import type { Verb, VerbCall } from './verb.ts';

const OVERLAP_HOURS = 24;
const HOUR_MS = 3_600_000;
const LETTERS_SHOWN = 50;

type Step = (call: VerbCall, book: WebhookBook, place: DataDirectory) => void;
const STEPS: Readonly<Record<string, Step>> = { add, list, remove, pause, resume, rotate, letters, replay };

export const webhookVerb: Verb = {
  help: `tabularium webhook add URL [--type TYPE …] [--after CURSOR] [--webhook-allow HOST:PORT]
tabularium webhook list | remove ID | pause ID | resume ID | rotate ID [--overlap-hours N] | letters ID | replay ID [EVENT]

Programs that the node tells what happens: each happening of the feed, signed, in order, at least once (docs/guides/webhooks.md).

  add       names a receiver and shows its secret, this once
    --type TYPE        only these: treasury.payment.released, or treasury.*; all if none is named
    --after CURSOR     begin after this cursor of the feed; 0-0 for everything; default: only what is to come
  list      who is told, how far each has come, and what is wrong
  pause, resume        stops for a while, and goes on where it stopped; resume also where the receiver had said that it is gone
  rotate    a new secret, shown this once; the old one signs beside it for so many hours (--overlap-hours, default ${OVERLAP_HOURS})
  letters   what could not be delivered
  replay    sends that again: all of it, or one EVENT`,
  options: {
    ...dataOption,
    ...webhookAllowOption,
    type: { type: 'string', multiple: true },
    after: { type: 'string' },
    'overlap-hours': { type: 'string' },
  },
  async run(call) {
    const [name = ''] = call.positionals;
    const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
    if (step === undefined) throw new NodeFault('usage', `say what to do: ${Object.keys(STEPS).join(', ')}`, { next: 'webhook --help' });
    const place = dataDirectory(dataOf(call));
    requireLedger(place);
    const book = WebhookBook.open(place.dir);
    try {
      step(call, book, place);
    } finally {
      book.close();
    }
    try {
      await askNode(place.dir, { verb: 'webhooks' });
    } catch (error) {
      // The next start reads the book.
      if (!(error instanceof NodeFault) || error.code !== 'not-running') throw error;
    }
    return undefined;
  },
};

function wordsOf({ positionals }: VerbCall, what: string, more = 0): readonly string[] {
  const words = positionals.slice(1);
  if (words.length < 1 || words.length > 1 + more)
    throw new NodeFault('usage', `name ${what}, and nothing else`, { next: 'webhook --help' });
  return words;
}

/** The receiver's id that stands after the step. */
function idOf(call: VerbCall, book: WebhookBook, more = 0): string {
  const [id = ''] = wordsOf(call, 'the id of a receiver', more);
  if (book.get(id) === undefined) throw new NodeFault('usage', `there is no receiver ${id}`, { next: 'webhook list' });
  return id;
}

function add(call: VerbCall, book: WebhookBook, place: DataDirectory): void {
  const [given = ''] = wordsOf(call, 'the address to call');
  const { origin } = JSON.parse(readFileSync(place.charter, 'utf8')) as { readonly origin: string };
  const types = textsOf(call, 'type');
  const after = textOf(call, 'after');
  if (after !== undefined && parseCursor(after) === undefined) throw new NodeFault('usage', `${after} is no cursor; it looks like 812-3`);
  try {
    const url = checkAddress({ url: given, types, after: after ?? '' }, new Set(webhookAllowOf(call)));
    const cursor = after ?? newest(place, origin);
    const { id, secret } = book.add({ url, types, origin, cursor });
    const words = `${id} is told of what happens after ${cursor}\nsecret  ${secret}\nKeep it at the receiver: it is not shown again.`;
    call.console.say('webhook-added', { id, secret, cursor }, words);
  } catch (error) {
    if (error instanceof AddressUnfit || error instanceof TooManyWebhooks) throw new NodeFault('input-invalid', error.message);
    throw error;
  }
}

function newest(place: DataDirectory, origin: string): string {
  const feed = ledgerFeed(place.ledger, origin);
  try {
    return cursorText(newestCursor(feed));
  } finally {
    feed.close();
  }
}

function list({ console }: VerbCall, book: WebhookBook, place: DataDirectory): void {
  const webhooks = book.list();
  const { origin } = JSON.parse(readFileSync(place.charter, 'utf8')) as { readonly origin: string };
  const end = newest(place, origin);
  console.say('webhooks', { webhooks }, webhooks.length === 0 ? 'nobody is told' : webhooks.map((one) => inWords(one, end)).join('\n'));
}

const STATES: Readonly<Record<Subscription['state'], string>> = {
  on: 'on',
  gone: 'called no more: the receiver said that it is gone',
  paused: 'paused',
  full: 'called no more: too much could not be delivered',
  elsewhere: 'not called: it was made for another ledger',
};

/** `end`: the newest cursor of the feed. */
function inWords({ id, url, types, state, cursor, attempts, trouble, delivered, letters: dead }: Subscription, end: string): string {
  const failing = attempts > 0 ? `; failed ${attempts} times (${trouble})` : '';
  const undelivered = dead > 0 ? `; ${dead} dead letters: webhook letters ${id}` : '';
  const isIdle = state === 'on' && attempts === 0;
  const idle = !isIdle
    ? ''
    : cursor !== end
      ? '; more has happened: it is sent while the node runs'
      : delivered === 0
        ? '; nothing for it has happened since'
        : '';
  const asked = types.length === 0 ? 'everything' : types.join(' ');
  return `${id}  ${STATES[state]}, ${delivered} delivered, up to ${cursor}${failing}${undelivered}${idle}\n            ${url} (${asked})`;
}

function remove(call: VerbCall, book: WebhookBook): void {
  const id = idOf(call, book);
  book.remove(id);
  call.console.say('webhook-removed', { id }, `${id} is told no more, and its secret is forgotten`);
}

function pause(call: VerbCall, book: WebhookBook): void {
  const id = idOf(call, book);
  book.turn(id, 'paused');
  call.console.say('webhook-paused', { id }, `${id} waits`);
}

function resume(call: VerbCall, book: WebhookBook): void {
  const id = idOf(call, book);
  book.turn(id, 'on');
  call.console.say('webhook-resumed', { id }, `${id} goes on`);
}

function rotate(call: VerbCall, book: WebhookBook): void {
  const hours = numberOf(call, 'overlap-hours', 'TABULARIUM_WEBHOOK_OVERLAP_HOURS', 0, 720) ?? OVERLAP_HOURS;
  const id = idOf(call, book);
  const secret = book.rotate(id, Date.now() + hours * HOUR_MS) as string;
  const words = `secret  ${secret}\nKeep it at the receiver: it is not shown again. The old one signs beside it for ${hours} hours.`;
  call.console.say('webhook-rotated', { id, secret, hours }, words);
}

function letters(call: VerbCall, book: WebhookBook): void {
  const id = idOf(call, book);
  const all = book.letters(id);
  const lines = all.slice(0, LETTERS_SHOWN).map(({ event, why, time, replay: again }) => {
    return `${event}  ${new Date(time).toISOString()}  ${why}${again ? '  (is sent again)' : ''}`;
  });
  const more = all.length > LETTERS_SHOWN ? [`and ${all.length - LETTERS_SHOWN} more; --json shows them all`] : [];
  call.console.say('letters', { id, letters: all }, all.length === 0 ? 'everything was delivered' : [...lines, ...more].join('\n'));
}

function replay(call: VerbCall, book: WebhookBook): void {
  const id = idOf(call, book, 1);
  const event = call.positionals[2];
  const count = book.replay(id, event);
  if (event !== undefined && count === 0)
    throw new NodeFault('usage', `${event} is no dead letter of ${id}`, { next: `webhook letters ${id}` });
  call.console.say('replay', { id, count }, count === 0 ? 'there is nothing to send again' : `${count} are sent again`);
}

/**
 * The projection's own thread: folds when told that the ledger grew, and answers reads between two batches, so
 * that neither ever holds up the thread that orders and commits.
 *
 * Started by `openProjections`; speaks the messages of `thread-messages.ts`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { restWhenQuiet } from '@tabularium/store/rest';
import { type FindStands, TextIndex } from '@tabularium/texts';
import { counts, entriesSignedBy, entryAt, latestBlocks, latestEntries, lifeOf } from './core-queries.ts';
import { deedCounts, deedEntries, deedTotals } from './deeds.ts';
import type { Feed, OpenFeed } from './feed.ts';
import { FoldLoop } from './fold-loop.ts';
import { listRows, oneRow, QueryRefused, sumRows } from './list-query.ts';
import { makeSchema, type Schema } from './relations.ts';
import { searchAll } from './search-query.ts';
import type { SqlDatabase } from './sql-database.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { TextStands } from './text-stands.ts';
import type { FromThread, Read, ThreadOptions, ToThread } from './thread-messages.ts';
import { Traces } from './traces.ts';
import { TEXTS, viewedLists } from './viewed-lists.ts';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;
/** Events of a proposal: made, approved by some, carried out. */
const PLACES_MAX = 20;

const port = parentPort;
if (port === null) throw new Error('projection-worker runs as a worker thread');
const say = (message: FromThread): void => port.postMessage(message);

const options = workerData as ThreadOptions;
const { openFeed } = (await import(options.feed)) as { openFeed: OpenFeed };
const feed: Feed = await openFeed(options.argument);
const schema: Schema = makeSchema(feed.catalogue);
const database: SqlDatabase = await openDatabase();
const traces = new Traces(feed.catalogue, schema);
const loop = new FoldLoop({ database, schema, feed, traces });
const views = viewedLists(feed.catalogue, schema);
const texts = options.texts === undefined ? undefined : new TextIndex(options.texts.texts, options.texts.index);
const asked = new Map<number, PromiseWithResolvers<readonly (readonly number[])[]>>();
let lastAsked = 0;
/** Names are known to the thread that commits. */
const nameCandidates = (names: readonly string[]): Promise<readonly (readonly number[])[]> => {
  const answer = Promise.withResolvers<readonly (readonly number[])[]>();
  asked.set(++lastAsked, answer);
  say({ kind: 'names', id: lastAsked, names });
  return answer.promise;
};
const textual = new Set(
  [...views.values()].flatMap(({ module, view, relation }) =>
    relation.types[TEXTS] === undefined ? [] : [`${module}/${view.collection}`],
  ),
);
const stands = new TextStands({
  hasTexts: (key) => textual.has(key.split('/', 2).join('/')),
  feed,
  nameCandidates,
  placesOf: (key) => traces.places(database, key, { after: 0, limit: PLACES_MAX }),
});
const findStands: FindStands = (found) => stands.find(found);

let closing = false;
let opened = false;
let wanted = true;
let rebuild: number | undefined;
let wake: () => void = () => {};

const stir = restWhenQuiet(() => {
  database.letGo();
  texts?.letGo();
  feed.source.letGo?.();
});
port.on('message', (message: ToThread) => {
  stir();
  if (message.kind === 'entries') {
    asked.get(message.id)?.resolve(message.entries);
    asked.delete(message.id);
    return;
  }
  if (message.kind === 'fold') wanted = true;
  else if (message.kind === 'read') void answer(message.id, message.read);
  else if (message.kind === 'rebuild') rebuild = message.id;
  else {
    closing = true;
    for (const { reject } of asked.values()) reject(new Error('the projection is closing'));
  }
  wake();
});
await run();

async function run(): Promise<void> {
  let retryMs = RETRY_MIN_MS;
  while (!closing) {
    try {
      if (!opened) {
        await loop.open();
        opened = true;
        say({ kind: 'height', height: loop.height });
      }
      if (rebuild !== undefined) {
        await loop.restart();
        say({ kind: 'answer', id: rebuild, height: 0, value: null });
        rebuild = undefined;
        wanted = true;
      }
      if (!wanted) {
        await sleepUntilWoken();
        continue;
      }
      wanted = false;
      for (let more = true; more && !closing && rebuild === undefined; ) {
        more = await loop.step();
        say({ kind: 'height', height: loop.height });
        await nextTurn(); // lets reads in between two batches
      }
      if (!closing && (await texts?.follow(findStands)) === true) wanted = true;
      if (retryMs !== RETRY_MIN_MS) say({ kind: 'mended' });
      retryMs = RETRY_MIN_MS;
    } catch (error) {
      await recover(error, retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
      wanted = true;
    }
  }
  await database.close();
  texts?.close();
  feed.source.close();
  for (const past of feed.history ?? []) past.close();
  port?.close();
}

/** Damage is mended by starting afresh; anything else (a lost server, a broken fold) is reported and tried again later. */
async function recover(error: unknown, retryMs: number): Promise<void> {
  say({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
  try {
    if (database.isDamage(error)) {
      await loop.restart();
      opened = true;
      return;
    }
  } catch {
    opened = false;
  }
  await Promise.race([delay(retryMs), closed()]);
}

function sleepUntilWoken(): Promise<void> {
  return new Promise((resolve) => {
    wake = resolve;
  });
}

async function closed(): Promise<void> {
  while (!closing) await sleepUntilWoken();
}

async function answer(id: number, read: Read): Promise<void> {
  const height = loop.height;
  try {
    say({ kind: 'answer', id, height, value: await readFrom(read) });
  } catch (error) {
    if (error instanceof QueryRefused) {
      say({ kind: 'refused', id, code: error.code, detail: error.message });
      return;
    }
    if (database.isDamage(error)) rebuild ??= -1;
    wake();
    say({ kind: 'unavailable', id, detail: error instanceof Error ? error.message : String(error) });
  }
}

async function readFrom(read: Read): Promise<unknown> {
  if (!opened) throw new Error('the projection is not open yet');
  if (read.name === 'entries') {
    const { officer } = read;
    return officer === undefined
      ? await latestEntries(database, feed.source, read)
      : await entriesSignedBy(database, feed.source, { ...read, officer });
  }
  if (read.name === 'entry') return (await entryAt(database, feed.source, read.index)) ?? null;
  if (read.name === 'life') {
    const { key, after = 0, limit } = read;
    return lifeOf(feed.source, key, await traces.places(database, key, { after, limit }));
  }
  if (read.name === 'blocks') return await latestBlocks(database, read);
  if (read.name === 'counts') return await counts(database);
  if (read.name === 'deed-totals') return await deedTotals(database);
  if (read.name === 'deed-counts') return await deedCounts(database, read.place, read.offsets);
  if (read.name === 'deeds') return await deedEntries(database, feed.source, read.query);
  if (read.name === 'search') {
    await texts?.follow(findStands);
    const hits = texts === undefined ? [] : await stands.again(texts.find(read.sought.words, read.sought.limit), texts);
    return await searchAll(database, views, { ...read.sought, hits });
  }
  const known = views.get(read.view);
  if (known === undefined) throw new QueryRefused('view-unknown', `there is no list "${read.view}"`);
  if (read.name === 'one') return (await oneRow(database, known, read.id)) ?? null;
  if (read.name === 'sums') return await sumRows(database, known, read.query);
  return await listRows(database, known, read.query);
}

/** PostgreSQL's client is loaded only where it is used. */
async function openDatabase(): Promise<SqlDatabase> {
  if (options.databaseUrl !== undefined) return new (await import('./postgres-database.ts')).PostgresDatabase(options.databaseUrl);
  if (options.dir === undefined) throw new Error('projections need a directory or a database URL');
  mkdirSync(options.dir, { recursive: true });
  return new SqliteDatabase(join(options.dir, 'projections.db'));
}

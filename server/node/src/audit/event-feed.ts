/** Events that an audit has derived, in a file of its own, as a projection reads them from a ledger's: `openFeed` for its thread. */
import { DatabaseSync } from 'node:sqlite';
import { catalogue } from '@tabularium/catalogue';
import type { BlockEvents, EventSource, Feed } from '@tabularium/projections';

/** One ledger's events. */
export class EventFile {
  readonly #database: DatabaseSync;

  /** `path`: made where there is none. It is thrown away with the audit, so that nothing of it need be durable. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    this.#database.exec('CREATE TABLE IF NOT EXISTS block (height INTEGER PRIMARY KEY, time INTEGER, first INTEGER, events TEXT) STRICT');
  }

  add({ height, time, first, events }: BlockEvents): void {
    this.#database.prepare('INSERT INTO block VALUES (?, ?, ?, ?)').run(height, time, first, JSON.stringify(events));
  }

  readonly head = (): { readonly height: number } => ({
    height: (this.#database.prepare('SELECT max(height) AS height FROM block').get() as { readonly height: number | null }).height ?? 0,
  });

  *events(from: number, to: number): Iterable<BlockEvents> {
    const rows = this.#database.prepare('SELECT * FROM block WHERE height BETWEEN ? AND ? ORDER BY height').iterate(from, to);
    for (const { height, time, first, events } of rows as Iterable<
      Record<'height' | 'time' | 'first', number> & { readonly events: string }
    >)
      yield { height, time, first, events: JSON.parse(events) as BlockEvents['events'] };
  }

  readonly close = (): void => this.#database.close();
}

/** `argument` is `{ paths }`: the predecessors' files, oldest first, and the ledger's own. */
export function openFeed(argument: unknown): Feed {
  const { paths } = argument as { readonly paths: readonly string[] };
  const files: readonly EventSource[] = paths.map((path) => new EventFile(path));
  return { catalogue, source: files.at(-1)!, history: files.slice(0, -1) };
}

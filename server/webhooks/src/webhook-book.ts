/**
 * What is to be delivered to whom, and how far each has come, in `webhooks.db` (mode 0600, for it holds the secrets). The book is the truth:
 * the command line writes it, a running node reads it anew before each attempt, so neither asks the other for anything.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newSecret } from './signature.ts';

export const WEBHOOKS_FILE = 'webhooks.db';
export const SUBSCRIPTIONS_MAX = 32;
/** Dead letters kept for one receiver; at the next it is paused, so that nothing is lost. */
export const LETTERS_MAX = 10_000;
const BUSY_MS = 5_000;

/** `on`; `gone`: the receiver said 410; `paused`: by the operator; `full`: too many dead letters; `elsewhere`: it was made for another ledger. */
export type SubscriptionState = 'on' | 'gone' | 'paused' | 'full' | 'elsewhere';

export interface Subscription {
  readonly id: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly origin: string;
  readonly state: SubscriptionState;
  /** Of the feed: everything before was delivered, or is a dead letter, or is not among the types. */
  readonly cursor: string;
  /** Failed attempts at what is next. */
  readonly attempts: number;
  /** Not before, ms UTC. */
  readonly nextAt: number;
  /** Why the last attempt failed; empty where it did not. */
  readonly trouble: string;
  readonly delivered: number;
  readonly failed: number;
  readonly letters: number;
}

export interface DeadLetter {
  /** Id of the happening. */
  readonly event: string;
  /** When it was given up, ms UTC. */
  readonly time: number;
  readonly why: string;
  /** True while it waits to be sent again. */
  readonly replay: boolean;
}

export class TooManyWebhooks extends Error {
  override readonly name = 'TooManyWebhooks';
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS subscription (
  id TEXT PRIMARY KEY, url TEXT NOT NULL, types TEXT NOT NULL, origin TEXT NOT NULL, state TEXT NOT NULL, cursor TEXT NOT NULL,
  secret TEXT NOT NULL, old_secret TEXT NOT NULL, old_until INTEGER NOT NULL,
  attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, trouble TEXT NOT NULL, delivered INTEGER NOT NULL, failed INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS letter (
  subscription TEXT NOT NULL, event TEXT NOT NULL, nth INTEGER NOT NULL, time INTEGER NOT NULL, why TEXT NOT NULL, replay INTEGER NOT NULL,
  PRIMARY KEY (subscription, event)
) STRICT;
`;
const COLUMNS = `id, url, types, origin, state, cursor, attempts, next_at AS nextAt, trouble, delivered, failed,
  (SELECT count(*) FROM letter WHERE subscription = id) AS letters`;

export class WebhookBook {
  readonly #db: DatabaseSync;

  private constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: BUSY_MS });
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${SCHEMA}`);
  }

  /** Opens the book of a data directory; makes it where there is none. */
  static open(dir: string): WebhookBook {
    const path = join(dir, WEBHOOKS_FILE);
    // Nobody else may read it, not even for a moment.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    return new WebhookBook(path);
  }

  /** The same, or undefined where there is none yet. */
  static openIfThere(dir: string): WebhookBook | undefined {
    return existsSync(join(dir, WEBHOOKS_FILE)) ? WebhookBook.open(dir) : undefined;
  }

  /** Keeps a receiver whose address was checked. The secret is shown this once. Throws `TooManyWebhooks`. */
  add(one: { readonly url: string; readonly types: readonly string[]; readonly origin: string; readonly cursor: string }): {
    readonly id: string;
    readonly secret: string;
  } {
    if (this.list().length >= SUBSCRIPTIONS_MAX) throw new TooManyWebhooks(`a node calls at most ${SUBSCRIPTIONS_MAX} receivers`);
    const id = randomBytes(5).toString('hex');
    const secret = newSecret();
    this.#db
      .prepare("INSERT INTO subscription VALUES (?, ?, ?, ?, 'on', ?, ?, '', 0, 0, 0, '', 0, 0)")
      .run(id, one.url, JSON.stringify(one.types), one.origin, one.cursor, secret);
    return { id, secret };
  }

  list(): readonly Subscription[] {
    return this.#db.prepare(`SELECT ${COLUMNS} FROM subscription ORDER BY rowid`).all().map(asSubscription);
  }

  get(id: string): Subscription | undefined {
    const row = this.#db.prepare(`SELECT ${COLUMNS} FROM subscription WHERE id = ?`).get(id);
    return row === undefined ? undefined : asSubscription(row);
  }

  /** Those in force, the newest first. */
  secrets(id: string, now: number): readonly string[] {
    const row = this.#db.prepare('SELECT secret, old_secret, old_until FROM subscription WHERE id = ?').get(id);
    if (row === undefined) return [];
    const old = String(row.old_secret);
    return [String(row.secret), ...(old !== '' && Number(row.old_until) > now ? [old] : [])];
  }

  /** A new secret; the old one signs beside it until then. Undefined where there is no such receiver. */
  rotate(id: string, oldUntil: number): string | undefined {
    const secret = newSecret();
    const { changes } = this.#db
      .prepare('UPDATE subscription SET old_secret = secret, old_until = ?, secret = ? WHERE id = ?')
      .run(oldUntil, secret, id);
    return changes === 0 ? undefined : secret;
  }

  /** False where there is no such receiver. */
  remove(id: string): boolean {
    this.#db.prepare('DELETE FROM letter WHERE subscription = ?').run(id);
    return this.#db.prepare('DELETE FROM subscription WHERE id = ?').run(id).changes > 0;
  }

  /** False where there is no such receiver. Turned on again, it begins at once. */
  turn(id: string, state: SubscriptionState): boolean {
    return (
      this.#db.prepare("UPDATE subscription SET state = ?, attempts = 0, next_at = 0, trouble = '' WHERE id = ?").run(state, id).changes > 0
    );
  }

  /** What was read up to here needs no further attempt. */
  passed(id: string, cursor: string): void {
    this.#db.prepare("UPDATE subscription SET cursor = ?, attempts = 0, next_at = 0, trouble = '' WHERE id = ?").run(cursor, id);
  }

  delivered(id: string, cursor: string): void {
    this.#db
      .prepare("UPDATE subscription SET cursor = ?, delivered = delivered + 1, attempts = 0, next_at = 0, trouble = '' WHERE id = ?")
      .run(cursor, id);
  }

  failed(id: string, trouble: string, nextAt: number): void {
    this.#db
      .prepare('UPDATE subscription SET failed = failed + 1, attempts = attempts + 1, trouble = ?, next_at = ? WHERE id = ?')
      .run(trouble, nextAt, id);
  }

  /** Given up: kept as a dead letter, and what comes after it is next. */
  buried(id: string, event: string, why: string, time: number): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      this.#db
        .prepare('INSERT OR REPLACE INTO letter SELECT ?, ?, coalesce(max(nth), 0) + 1, ?, ?, 0 FROM letter')
        .run(id, event, time, why);
      this.#db
        .prepare('UPDATE subscription SET cursor = ?, failed = failed + 1, attempts = 0, next_at = 0, trouble = ? WHERE id = ?')
        .run(event, why, id);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Oldest first. */
  letters(id: string): readonly DeadLetter[] {
    const rows = this.#db.prepare('SELECT event, time, why, replay FROM letter WHERE subscription = ? ORDER BY nth').all(id);
    return rows.map(({ event, time, why, replay }) => ({
      event: String(event),
      time: Number(time),
      why: String(why),
      replay: Number(replay) === 1,
    }));
  }

  /** Sends dead letters again, all or one; how many. A receiver that is full or gone is turned on again. */
  replay(id: string, event?: string): number {
    const which = event === undefined ? '' : ' AND event = ?';
    const { changes } = this.#db
      .prepare(`UPDATE letter SET replay = 1 WHERE subscription = ?${which}`)
      .run(...(event === undefined ? [id] : [id, event]));
    if (changes > 0) this.#db.prepare("UPDATE subscription SET state = 'on' WHERE id = ? AND state IN ('full', 'gone')").run(id);
    return Number(changes);
  }

  /** The oldest that is to be sent again. */
  nextReplay(id: string): string | undefined {
    const row = this.#db.prepare('SELECT event FROM letter WHERE subscription = ? AND replay = 1 ORDER BY nth LIMIT 1').get(id);
    return row === undefined ? undefined : String(row.event);
  }

  /** A dead letter that was sent again: gone where it was delivered, dead as before where it was not. */
  replayed(id: string, event: string, why: string | undefined): void {
    if (why === undefined) {
      this.#db.prepare('DELETE FROM letter WHERE subscription = ? AND event = ?').run(id, event);
      this.#db.prepare('UPDATE subscription SET delivered = delivered + 1 WHERE id = ?').run(id);
      return;
    }
    this.#db.prepare('UPDATE letter SET replay = 0, why = ? WHERE subscription = ? AND event = ?').run(why, id, event);
    this.#db.prepare('UPDATE subscription SET failed = failed + 1 WHERE id = ?').run(id);
  }

  close(): void {
    this.#db.close();
  }
}

function asSubscription(row: Readonly<Record<string, unknown>>): Subscription {
  return { ...(row as unknown as Subscription), types: JSON.parse(String(row.types)) as string[] };
}

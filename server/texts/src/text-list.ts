/**
 * The texts of a node in the order in which they came to be live there, for the other nodes of the ledger (docs/spec/disclosure.md "How
 * texts spread"). Whoever follows the list hears of every text, also of one that comes late, and never has to ask about decoys, which nobody
 * could tell from texts.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface TextPlace {
  /** Ascending, from 1. */
  readonly at: number;
  /**
   * Made at random with the row, 16 hex digits: where another one stands, the list went on from an older copy of the file, and whoever
   * followed it begins anew.
   */
  readonly mark: string;
}

export interface ListedText extends TextPlace {
  readonly digest: string;
  /** Name of the transaction whose entry has the digest. */
  readonly tx: string;
}

/** Rows come with the texts themselves, in one step; none ever changes or goes. */
const SCHEMA = `
CREATE TABLE listed (
  at INTEGER PRIMARY KEY, mark TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))), digest TEXT NOT NULL, tx TEXT NOT NULL
) STRICT;
CREATE TABLE followed (node TEXT PRIMARY KEY, at INTEGER NOT NULL, mark TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER list_activated AFTER UPDATE OF live ON text WHEN NEW.live = 1 AND OLD.live = 0
BEGIN INSERT INTO listed (digest, tx) VALUES (NEW.digest, NEW.tx); END;
CREATE TRIGGER list_inserted AFTER INSERT ON text WHEN NEW.live = 1
BEGIN INSERT INTO listed (digest, tx) VALUES (NEW.digest, NEW.tx); END;
INSERT INTO listed (digest, tx) SELECT digest, tx FROM text WHERE live = 1`;

export class TextList {
  readonly #after: StatementSync;
  readonly #markAt: StatementSync;
  readonly #place: StatementSync;
  readonly #savePlace: StatementSync;
  readonly #hastily: (work: () => void) => void;

  /** `file` has the texts; the list is made where it is not there yet. `hastily` does its work without waiting for the disk. */
  constructor(file: DatabaseSync, hastily: (work: () => void) => void) {
    this.#hastily = hastily;
    if (file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'listed'").get() === undefined) {
      file.exec(`BEGIN IMMEDIATE; ${SCHEMA}; COMMIT`);
    }
    this.#after = file.prepare('SELECT at, mark, digest, tx FROM listed WHERE at > ? ORDER BY at LIMIT ?');
    this.#markAt = file.prepare('SELECT mark FROM listed WHERE at = ?');
    this.#place = file.prepare('SELECT at, mark FROM followed WHERE node = ?');
    this.#savePlace = file.prepare(
      'INSERT INTO followed (node, at, mark) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, mark = excluded.mark',
    );
  }

  /** The next texts, `max` at most, from the first on where no place is given; undefined where this list has no such place. */
  after(place: TextPlace | undefined, max: number): readonly ListedText[] | undefined {
    if (place !== undefined && this.#markAt.get(place.at)?.mark !== place.mark) return undefined;
    const rows = this.#after.all(place?.at ?? 0, max);
    return rows.map(({ at, mark, digest, tx }) => ({ at: Number(at), mark: String(mark), digest: String(digest), tx: String(tx) }));
  }

  /** How far another node's list has been followed here. */
  placeIn(node: string): TextPlace | undefined {
    const row = this.#place.get(node);
    return row === undefined ? undefined : { at: Number(row.at), mark: String(row.mark) };
  }

  /** That node's texts up to this place are here. Need not be durable, and never outlives the texts that were kept before it. */
  savePlaceIn(node: string, { at, mark }: TextPlace): void {
    this.#hastily(() => this.#savePlace.run(node, at, mark));
  }
}

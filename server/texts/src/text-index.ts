/**
 * The words of published texts, to be searched (docs/adr/0012): an index in a file of its own beside the texts, by trigrams, so that any
 * part of a word is found. It is disposable: it follows the list of live texts and is made again where that list went on from another copy.
 *
 * What was withdrawn is overwritten here as it is among the texts: `secure-delete` takes the trigrams out of the index at once,
 * `secure_delete` overwrites their pages, and the write-ahead file is emptied. Whoever shows a hit asks the texts themselves, where
 * withdrawals come first.
 */
import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Where a text stands. */
export interface TextStand {
  /** Log index of its entry; -1 where that is none of this ledger. */
  readonly entry: number;
  /** State key of the record that has it; empty where none has it any more. */
  readonly key: string;
}

export interface TextHit extends TextStand {
  readonly digest: string;
}

export type FindStands = (texts: readonly { readonly digest: string; readonly tx: string }[]) => Promise<readonly TextStand[]>;

const BATCH = 256;
/** The newest so many texts with the words are weighed against each other; more where some words are too short for the index. */
const WEIGHED_MAX = 200;
const LOOKED_THROUGH_MAX = 2_000;
const TERMS_MAX = 8;
const TRIGRAM = 3;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
/** Raised where indexes made before must be made again. */
const VERSION = 1;

const SCHEMA = `
CREATE TABLE found (at INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, words TEXT NOT NULL, entry INTEGER NOT NULL, key TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE trigram USING fts5 (words, content=found, content_rowid=at, tokenize='trigram');
INSERT INTO trigram (trigram, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER kept AFTER INSERT ON found BEGIN INSERT INTO trigram (rowid, words) VALUES (new.at, new.words); END;
CREATE TRIGGER gone AFTER DELETE ON found BEGIN INSERT INTO trigram (trigram, rowid, words) VALUES ('delete', old.at, old.words); END;
CREATE TABLE followed (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL, mark TEXT NOT NULL) STRICT;
INSERT INTO followed VALUES (1, 0, '');
PRAGMA user_version = ${VERSION}`;

interface LiveText {
  readonly at: number;
  readonly mark: string;
  readonly digest: string;
  readonly tx: string;
  /** Empty where it was withdrawn. */
  readonly words: string;
}

export class TextIndex {
  readonly #path: string;
  readonly #texts: DatabaseSync;
  #file: DatabaseSync;
  #withdrawn = -1;
  #following: Promise<boolean> | undefined;

  /** Paths of `texts.db`, which is only read, and of the index. */
  constructor(texts: string, path: string) {
    this.#path = path;
    this.#texts = new DatabaseSync(texts, { readOnly: true });
    this.#texts.exec('PRAGMA busy_timeout = 5000');
    this.#file = openIndex(path);
  }

  /** Takes up the next texts and lets go of withdrawn ones. Returns whether there is more. Calls at the same time are one. */
  follow(findStands: FindStands): Promise<boolean> {
    this.#following ??= this.#follow(findStands).finally(() => {
      this.#following = undefined;
    });
    return this.#following;
  }

  /** Texts that contain all of these words, in any case and whatever their accents; best first, the newest among equals. */
  find(sought: string, max: number): readonly TextHit[] {
    const terms = foldText(sought).split(' ').slice(0, TERMS_MAX);
    const long = terms.filter((term) => [...term].length >= TRIGRAM);
    if (long.length === 0) return [];
    const rows = this.#file
      .prepare(
        'SELECT f.digest, f.words, f.entry, f.key FROM trigram JOIN found f ON f.at = trigram.rowid WHERE trigram MATCH ? ORDER BY trigram.rowid DESC LIMIT ?',
      )
      .all(
        long.map((term) => `"${term.replaceAll('"', '""')}"`).join(' AND '),
        long.length < terms.length ? LOOKED_THROUGH_MAX : WEIGHED_MAX,
      );
    return rows
      .map(({ digest, words, entry, key }) => ({
        hit: { digest: String(digest), entry: Number(entry), key: String(key) },
        weight: weigh(String(words), terms),
      }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, max)
      .map(({ hit }) => hit);
  }

  /** The record that has a text is known now. */
  place(digest: string, key: string): void {
    this.#file.prepare('UPDATE found SET key = ? WHERE digest = ?').run(key, digest);
  }

  /** Drops pages held in memory. */
  letGo(): void {
    for (const file of [this.#texts, this.#file]) if (file.isOpen) file.exec('PRAGMA shrink_memory');
  }

  close(): void {
    this.#texts.close();
    this.#file.close();
  }

  async #follow(findStands: FindStands): Promise<boolean> {
    try {
      const batch = this.#next();
      const live = batch.filter(({ words }) => words !== '');
      const stands = live.length === 0 ? [] : await findStands(live);
      if (batch.length > 0) this.#keep(batch, new Map(live.map(({ digest }, n) => [digest, stands[n]!])));
      this.#settle();
      return batch.length === BATCH;
    } catch (error) {
      const code = ((error as { readonly errcode?: number }).errcode ?? 0) & 0xff;
      if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error;
      this.#anew();
      return true;
    }
  }

  #next(): readonly LiveText[] {
    if (this.#texts.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'listed'").get() === undefined) return [];
    const { at, mark } = this.#file.prepare('SELECT at, mark FROM followed').get() as { readonly at: number; readonly mark: string };
    if (at !== 0 && this.#texts.prepare('SELECT mark FROM listed WHERE at = ?').get(at)?.mark !== mark) {
      this.#anew();
      return this.#next();
    }
    const rows = this.#texts
      .prepare(
        'SELECT l.at, l.mark, l.digest, l.tx, t.disclosure FROM listed l LEFT JOIN text t ON t.digest = l.digest AND t.tx = l.tx AND t.live = 1 WHERE l.at > ? ORDER BY l.at LIMIT ?',
      )
      .all(at, BATCH);
    return rows.map((row) => ({
      at: Number(row.at),
      mark: String(row.mark),
      digest: String(row.digest),
      tx: String(row.tx),
      words: wordsOf(String(row.disclosure ?? '')),
    }));
  }

  #keep(batch: readonly LiveText[], stands: ReadonlyMap<string, TextStand>): void {
    this.#inTransaction(() => {
      const keep = this.#file.prepare('INSERT INTO found (at, digest, words, entry, key) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
      for (const { at, digest, words } of batch) {
        const stand = stands.get(digest);
        if (stand !== undefined) keep.run(at, digest, words, stand.entry, stand.key);
      }
      const { at, mark } = batch.at(-1)!;
      this.#file.prepare('UPDATE followed SET at = ?, mark = ?').run(at, mark);
    });
  }

  /** After texts were taken up: what was withdrawn while they were read goes, too. */
  #settle(): void {
    const count = Number(this.#texts.prepare('SELECT count(*) AS count FROM withdrawal').get()!.count);
    if (count === this.#withdrawn) return;
    const drop: StatementSync = this.#file.prepare('DELETE FROM found WHERE digest = ?');
    let dropped = 0;
    this.#inTransaction(() => {
      for (const { digest } of this.#texts.prepare('SELECT digest FROM withdrawal').all())
        dropped += Number(drop.run(String(digest)).changes);
    });
    this.#withdrawn = count;
    if (dropped > 0) this.#file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  #inTransaction(work: () => void): void {
    this.#file.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#file.exec('COMMIT');
    } catch (error) {
      if (this.#file.isTransaction) this.#file.exec('ROLLBACK');
      throw error;
    }
  }

  #anew(): void {
    this.#file.close();
    removeIndex(this.#path);
    this.#file = openIndex(this.#path);
    this.#withdrawn = -1;
  }
}

/** As it is compared: small letters without accents, single spaces. */
function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s\0]+/gu, ' ')
    .trim();
}

/** A disclosure (RFC 9901 §4.2.1) was checked when it was taken in. */
function wordsOf(disclosure: string): string {
  if (disclosure === '') return '';
  const [, , value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString('utf8')) as readonly unknown[];
  return typeof value === 'string' || typeof value === 'number' ? foldText(String(value)) : '';
}

/** Words that begin as they were typed count more than parts of words, all of them one after the other more than apart, little text more than much. */
function weigh(words: string, terms: readonly string[]): number {
  const whole = terms.join(' ');
  let weight = words === whole ? 3 : words.includes(whole) ? 1 : 0;
  for (const term of terms) {
    const at = words.indexOf(term);
    if (at < 0) return 0;
    weight += at === 0 || words.includes(` ${term}`) ? 2 : 1;
  }
  return weight + 1 / (1 + words.length);
}

function openIndex(path: string): DatabaseSync {
  const file = new DatabaseSync(path);
  try {
    file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000');
    const version = Number(file.prepare('PRAGMA user_version').get()!.user_version);
    if (version === VERSION) return file;
    if (version === 0 && file.prepare('SELECT 1 FROM sqlite_schema').get() === undefined) {
      file.exec(`BEGIN; ${SCHEMA}; COMMIT`);
      return file;
    }
  } catch (error) {
    const code = ((error as { readonly errcode?: number }).errcode ?? 0) & 0xff;
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error;
  }
  file.close();
  removeIndex(path);
  return openIndex(path);
}

function removeIndex(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

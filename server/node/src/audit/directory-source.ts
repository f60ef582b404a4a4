/**
 * A data directory as an audit reads it: read only, and all of one moment, so that a node may go on writing meanwhile. Errors of reading
 * are findings too: a file that cannot be read is not the file that was written.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { WITHDRAWN_TEXTS } from '@tabularium/kernel';
import { type LedgerReader, openLedgerReader } from '@tabularium/store';
import { type DataDirectory, dataDirectory } from '../data-directory.ts';
import type { AuditSource, ShownText, StoredRow, StoredText } from './audit-source.ts';

export class DirectorySource implements AuditSource {
  readonly name: string;
  readonly partialTiles = false;
  readonly #place: DataDirectory;
  readonly #reader: LedgerReader;
  #texts: TextLookup | undefined;

  /** Throws `StorageDamaged` when there is no ledger to read. */
  constructor(dir: string) {
    this.name = dir;
    this.#place = dataDirectory(dir);
    this.#reader = openLedgerReader(this.#place.ledger, { snapshot: true });
  }

  /** Heights that are not here yet, where the ledger came by a snapshot. */
  missing(): ReturnType<LedgerReader['missing']> {
    return this.#reader.missing();
  }

  async checkpoint(): Promise<string | undefined> {
    return this.#meta('checkpoint');
  }

  readonly size = async (): Promise<number> => this.#reader.head().size;

  readonly agreed = async (): Promise<string | undefined> => this.#meta('agreed');

  readonly witnessed = async (): Promise<string | undefined> => this.#meta('witnessed');

  async leaves(from: number, to: number): Promise<readonly Uint8Array[]> {
    return this.#reader.leaves(from, to);
  }

  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    return this.#reader.tile(level, index);
  }

  readonly charter = async (): Promise<Uint8Array | undefined> =>
    existsSync(this.#place.charter) ? readFileSync(this.#place.charter) : undefined;

  readonly block = (height: number): StoredRow | undefined => {
    const row = this.#reader.block(height);
    const [block] = this.#reader.events(height, height);
    return row === undefined || block === undefined ? undefined : { ...row, events: block.events };
  };

  readonly records = (): Iterable<readonly [string, string]> => this.#reader.records();

  isOrderWhole(): boolean {
    return this.#reader.isOrderWhole();
  }

  readonly texts = (): Iterable<StoredText> => storedTexts(this.#place.texts);

  async text(digest: string): Promise<ShownText | undefined> {
    this.#texts ??= existsSync(this.#place.texts) ? new TextLookup(this.#place.texts) : undefined;
    return this.#texts?.find(digest);
  }

  /** The ledger may have gone on since its snapshot was taken. */
  async withdrawnSince(digest: string): Promise<boolean> {
    const now = openLedgerReader(this.#place.ledger);
    try {
      return now.get(`${WITHDRAWN_TEXTS}${digest}`) !== undefined;
    } finally {
      now.close();
    }
  }

  predecessor(): AuditSource | undefined {
    return existsSync(join(this.#place.predecessor, 'ledger.db')) ? new DirectorySource(this.#place.predecessor) : undefined;
  }

  close(): void {
    this.#texts?.close();
    this.#reader.close();
  }

  #meta(name: string): string | undefined {
    const value = this.#reader.meta(name);
    return typeof value === 'string' ? value : undefined;
  }
}

function* storedTexts(path: string): Generator<StoredText> {
  if (!existsSync(path)) return;
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    const rows = db.prepare('SELECT digest, disclosure FROM text WHERE live = 1 ORDER BY digest, tx').iterate();
    for (const { digest, disclosure } of rows) yield { digest: String(digest), disclosure: String(disclosure) };
  } finally {
    db.close();
  }
}

/** The text store's own tables. A text that is pending belongs to an entry of the log, and goes live when the ledger is opened next. */
class TextLookup {
  readonly #db: DatabaseSync;
  readonly #text: StatementSync;
  readonly #withdrawal: StatementSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    this.#text = this.#db.prepare("SELECT disclosure FROM text WHERE digest = ? AND disclosure <> '' LIMIT 1");
    this.#withdrawal = this.#db.prepare('SELECT 1 FROM withdrawal WHERE digest = ?');
  }

  find(digest: string): ShownText | undefined {
    if (this.#withdrawal.get(digest) !== undefined) return { kind: 'withdrawn' };
    const row = this.#text.get(digest);
    return row === undefined ? undefined : { kind: 'text', disclosure: String(row.disclosure) };
  }

  close(): void {
    this.#db.close();
  }
}

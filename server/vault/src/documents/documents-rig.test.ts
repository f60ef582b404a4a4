/** What the tests of documents stand on: documents over a real database, real keys and a store, that can be closed and opened again. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openVaultDatabase } from '../database.ts';
import { Epochs } from '../epochs.ts';
import { openFolderKeys } from '../folder-keys.ts';
import { sqlitePlace, type TestPlace } from '../places.test.ts';
import { documentPart } from './document-rows.ts';
import { type Documents, type DocumentsOptions, type NewDocument, openDocuments, type Upload } from './documents.ts';
import type { TestStore } from './stores.test.ts';

export const ORIGIN = 'town.example/0123456789abcdef';
export const RETENTION_MS = 35 * 86_400_000;

export interface DocumentsRig {
  readonly documents: Documents;
  readonly store: TestStore;
  readonly place: TestPlace;
  readonly arriving: string;
  readonly erased: Set<string>;
  readonly reports: unknown[];
  now: number;
  /** Closed as it is, and opened anew on what lies there. */
  reopen(change?: Partial<DocumentsOptions>): Promise<void>;
  /** What the vault does with a case that the ledger says is erased. */
  erase(handle: string): Promise<void>;
  /** A new epoch, and the old ones' keys destroyed. */
  nextEpoch(): Promise<void>;
  end(): Promise<void>;
}

export interface Sample extends NewDocument {
  readonly bytes: Buffer;
  readonly digest: string;
}

export function sampleOf(bytes: Buffer, change: Partial<NewDocument> = {}): Sample {
  const salt = randomBytes(32);
  const digest = createHash('sha256').update(salt).update(bytes).digest('base64url');
  return {
    bytes,
    digest,
    salt,
    size: bytes.length,
    case: randomBytes(16).toString('hex'),
    mediaType: 'application/pdf',
    officer: 'o-1',
    ...change,
  };
}

export async function openRig(
  store: TestStore,
  place: TestPlace = sqlitePlace(),
  first: Partial<DocumentsOptions> = {},
): Promise<DocumentsRig> {
  const arriving = join(store.dir, 'arriving');
  const erased = new Set<string>();
  const reports: unknown[] = [];
  const rig = { store, place, arriving, erased, reports, now: 1_800_000_000_000 } as {
    -readonly [K in keyof DocumentsRig]: DocumentsRig[K];
  };
  let close = async (): Promise<void> => {};
  rig.reopen = async (change = {}) => {
    await close();
    const database = await openVaultDatabase<never>(place.place);
    await documentPart.create(database);
    const epochs = new Epochs(database, {
      keys: openFolderKeys(join(store.dir, 'keys')),
      retentionMs: RETENTION_MS,
      tables: documentPart.keyTables,
    });
    await epochs.tick(rig.now);
    rig.documents = await openDocuments({
      ...{ database, epochs, store: store.store, arriving, origin: ORIGIN },
      ...{ now: () => rig.now, isErased: (handle) => erased.has(handle), report: (error) => reports.push(error) },
      ...first,
      ...change,
    });
    rig.erase = async (handle) => {
      erased.add(handle);
      await database.db.transaction().execute((rows) => documentPart.erase([handle], rows));
      await database.shred();
    };
    rig.nextEpoch = async () => {
      for (const days of [36, 36]) {
        rig.now += days * 86_400_000;
        await epochs.tick(rig.now);
      }
    };
    close = async () => {
      await rig.documents.close();
      await database.close();
    };
  };
  rig.end = async () => {
    await close();
    await place.remove();
    await store.remove();
  };
  await rig.reopen();
  return rig;
}

/** As they come over a line: in runs that fit no piece. */
export function streamOf(bytes: Buffer, run = 50_001): Readable {
  const runs = Array.from({ length: Math.ceil(bytes.length / run) }, (_, n) => bytes.subarray(n * run, (n + 1) * run));
  return Readable.from(runs, { objectMode: false });
}

/** Breaks off after so many bytes, as a lost line does. */
export function cutStream(bytes: Buffer, after: number): Readable {
  async function* runs(): AsyncGenerator<Buffer> {
    for (let at = 0; at < after; at += 50_001) yield bytes.subarray(at, Math.min(after, at + 50_001));
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  }
  return Readable.from(runs(), { objectMode: false });
}

/** Sent in one go and finished; settled, whatever became of it. */
export async function sendWhole({ documents }: DocumentsRig, sample: Sample): Promise<Upload> {
  const { id } = await documents.begin(sample);
  await documents.append(id, 0, streamOf(sample.bytes));
  const upload = await documents.finish(id, sample.digest);
  await documents.settled(id);
  return upload;
}

export async function bytesOf(documents: Documents, digest: string): Promise<Buffer | undefined> {
  const opened = await documents.read(digest);
  if (opened === undefined) return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of opened.bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

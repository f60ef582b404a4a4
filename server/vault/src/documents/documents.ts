/**
 * Documents of cases: sent in pieces and resumable, hashed and sealed while they are read, judged by a virus scan, then kept in a store, under the
 * digest that the ledger names (docs/spec/sealed-document.md). Each has a data key of its own, which erasure destroys; the files go too.
 * Archives are never opened here. A process that ends at any moment leaves either the document or nothing: what was under way goes on at the next
 * opening, and what is gone is removed by its row, which outlives its files.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { VaultDatabase } from '../database.ts';
import type { Epochs } from '../epochs.ts';
import { Arrival } from './arrival.ts';
import { type DocumentCode, DocumentFault } from './document-fault.ts';
import { type DocumentRow, DocumentRows, type DocumentState } from './document-rows.ts';
import type { DocumentStore } from './document-store.ts';
import { fileBytes, isMissing, isThere } from './durable-file.ts';
import { type FirstBytes, firstBytesOf } from './first-bytes.ts';
import { DocumentDamaged, type DocumentSeal, openDocument } from './sealed-document.ts';
import type { VirusScan } from './virus-scan.ts';

export interface DocumentLimits {
  /** Bytes of one document; default 1 GiB. */
  readonly sizeMax?: number;
  /** Unfinished documents of one officer, and of all; default 4 and 200. */
  readonly unfinishedOfOfficer?: number;
  readonly unfinished?: number;
  /** How long one may take to arrive and to be judged; default a day. */
  readonly unfinishedMs?: number;
}

export interface DocumentsOptions {
  /** Of the vault that has `documentPart`. */
  readonly database: VaultDatabase<never>;
  readonly epochs: Pick<Epochs, 'newKeys' | 'open'>;
  readonly store: DocumentStore;
  /** Where documents lie, sealed, until they are kept. */
  readonly arriving: string;
  readonly origin: string;
  /** Without it, documents are kept unjudged. */
  readonly scan?: VirusScan | undefined;
  readonly limits?: DocumentLimits | undefined;
  /** ms UTC. */
  readonly now: () => number;
  /** Is the case to be erased, or was it? */
  readonly isErased: (handle: string) => boolean | Promise<boolean>;
  /** Told of what no request waits for: a scanner or a store that does not answer. */
  readonly report: (error: unknown) => void;
}

export interface NewDocument {
  /** Handle: 32 hex digits. */
  readonly case: string;
  readonly mediaType: string;
  /** Bytes, at least 1. */
  readonly size: number;
  /** 32 bytes that the client made at random. */
  readonly salt: Uint8Array;
  readonly officer: string;
}

export interface Upload {
  /** 32 hex digits that nobody guesses: whoever has them can send on, or end it. */
  readonly id: string;
  readonly state: DocumentState;
  readonly offset: number;
  readonly size: number;
  /** ms UTC; of one that is not kept. */
  readonly until: number;
  readonly firstBytes: FirstBytes;
  /** Of one that is whole. */
  readonly digest?: string;
}

export interface KeptDocument {
  readonly digest: string;
  readonly case: string;
  readonly mediaType: string;
  readonly size: number;
  readonly firstBytes: FirstBytes;
  readonly officer: string;
  /** When it was begun, ms UTC. */
  readonly begun: number;
}

export interface OpenDocument {
  readonly salt: Uint8Array;
  /** The last piece comes once all of it has the digest. Throws `DocumentDamaged`. */
  readonly bytes: AsyncGenerator<Buffer>;
}

const SIZE_MAX = 1024 ** 3;
const UNFINISHED_OF_OFFICER = 4;
const UNFINISHED = 200;
const DAY_MS = 86_400_000;
/** Room that is left to others on the same disk. */
const RESERVE_BYTES = 64 * 1024 * 1024;

export async function openDocuments(options: DocumentsOptions): Promise<Documents> {
  await mkdir(options.arriving, { recursive: true, mode: 0o700 });
  await options.store.sweep();
  const documents = new Documents(options);
  await documents.sweep();
  return documents;
}

export class Documents {
  readonly sizeMax: number;
  readonly #options: DocumentsOptions;
  readonly #rows: DocumentRows;
  /** Of those that are arriving, as many as there may be unfinished. */
  readonly #arrivals = new Map<string, Promise<Arrival>>();
  /** Those that are being judged or stored, one after the other. */
  readonly #settling = new Map<string, Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: DocumentsOptions) {
    this.#options = options;
    this.#rows = new DocumentRows(options.database);
    this.sizeMax = options.limits?.sizeMax ?? SIZE_MAX;
  }

  /** Throws `DocumentFault`: `document-too-large`, `case-erased`, `uploads-too-many`, `documents-full`. */
  async begin({ case: handle, mediaType, size, salt, officer }: NewDocument): Promise<Upload> {
    const { epochs, now, arriving, limits, origin, isErased } = this.#options;
    if (size > this.sizeMax) throw new DocumentFault('document-too-large');
    if (await isErased(handle)) throw new DocumentFault('case-erased');
    const { bavail, bsize } = await statfs(arriving);
    if (bavail * bsize < size + RESERVE_BYTES) throw new DocumentFault('documents-full');
    const [made] = await epochs.newKeys(1);
    const { key, epoch, wrapped } = made as NonNullable<typeof made>;
    const name = randomBytes(16).toString('hex');
    const begun = now();
    const row: DocumentRow = {
      ...{ name, origin, case: handle, state: 'arriving', media_type: mediaType, first_bytes: 'unknown', size, officer },
      ...{ epoch, wrapped, digest: '', begun, until: begun + (limits?.unfinishedMs ?? DAY_MS) },
    };
    await this.#rows.insert(row);
    try {
      // Counted with itself among them, so that two at once do not both pass.
      const under = await this.#rows.inState('arriving');
      const own = under.filter((one) => one.officer === officer).length;
      const isTooMany = under.length > (limits?.unfinished ?? UNFINISHED) || own > (limits?.unfinishedOfOfficer ?? UNFINISHED_OF_OFFICER);
      if (isTooMany) throw new DocumentFault('uploads-too-many');
      const arrival = await Arrival.begin(this.#arrivingPath(name), sealOf(row, key), salt);
      this.#arrivals.set(name, Promise.resolve(arrival));
      return uploadOf(row, 0);
    } catch (error) {
      await this.#drop(name, 'upload-unknown', begun);
      throw error;
    }
  }

  /** How far it has come. Throws `DocumentFault` where it is not there (`upload-unknown`), or why it is gone. */
  async status(id: string): Promise<Upload> {
    const row = await this.#here(id);
    return uploadOf(row, row.state === 'arriving' ? (await this.#arrivalOf(row)).offset : row.size);
  }

  /**
   * Takes bytes on from `offset`, `count` of them where that is known; how far it has come then. Whole pieces stay where the source breaks off.
   * Throws `DocumentFault`: `upload-unknown`, `upload-offset-differs`, `document-longer`, `upload-interrupted`, `documents-full`.
   */
  async append(id: string, offset: number, source: Readable, count = 0): Promise<Upload> {
    const row = await this.#here(id, 'arriving');
    if (count > 0 && offset + count > row.size) throw new DocumentFault('document-longer');
    const arrival = await this.#arrivalOf(row);
    try {
      await arrival.append(offset, source);
    } catch (error) {
      // Cancelled or erased meanwhile.
      throw isMissing(error) ? new DocumentFault('upload-unknown') : error;
    }
    return uploadOf(row, arrival.offset);
  }

  /**
   * The document is whole. Nothing of it stays where it is not of this digest. Resolves when it is durable; it may be judged still (`settled`).
   * Again with the same digest, the same answer. Throws `DocumentFault`: `upload-unknown`, `upload-unfinished`, `document-digest-differs`, `document-known`.
   */
  async finish(id: string, digest: string): Promise<Upload> {
    const row = await this.#here(id);
    if (row.state !== 'arriving') {
      if (row.digest !== digest) throw new DocumentFault('document-digest-differs');
      return uploadOf(row, row.size);
    }
    const arrival = await this.#arrivalOf(row);
    if (arrival.offset < row.size) throw new DocumentFault('upload-unfinished');
    await arrival.interrupt();
    if (arrival.digest() !== digest) return await this.#refuse(id, 'document-digest-differs');
    if ((await this.#rows.findDigest(digest)) !== undefined) return await this.#refuse(id, 'document-known');
    const first_bytes = firstBytesOf(row.media_type, arrival.beginning);
    if (!(await this.#rows.move(id, 'arriving', { state: 'judging', digest, first_bytes }))) throw new DocumentFault('upload-unknown');
    this.#arrivals.delete(id);
    this.#settle(id);
    return uploadOf({ ...row, state: 'judging', digest, first_bytes }, row.size);
  }

  /** When what is under way with it has come to an end, whichever. */
  async settled(id: string): Promise<void> {
    await this.#settling.get(id);
  }

  /** Nothing of it stays. Throws `DocumentFault` where it is not arriving (`upload-unknown`). */
  async cancel(id: string): Promise<void> {
    await this.#here(id, 'arriving');
    await this.#drop(id, 'upload-unknown', this.#options.now());
  }

  /** What is known of a kept document. */
  async find(digest: string): Promise<KeptDocument | undefined> {
    const row = await this.#keptRow(digest);
    return row === undefined ? undefined : keptOf(row);
  }

  async ofCase(handle: string): Promise<readonly KeptDocument[]> {
    return (await this.#options.isErased(handle)) ? [] : (await this.#rows.kept(handle)).map(keptOf);
  }

  /** Undefined where it is not kept. Throws `DocumentDamaged` where its file is not there, or not its own. */
  async read(digest: string): Promise<OpenDocument | undefined> {
    const row = await this.#keptRow(digest);
    if (row === undefined) return undefined;
    const sealed = await this.#options.store.open(row.name);
    if (sealed === undefined) throw new DocumentDamaged('a document is not where it was put');
    return await this.#unsealed(row, sealed);
  }

  /** Ends what has had its time, and goes on with what a crash, a scanner or a store held up; a node calls it each minute. */
  async sweep(): Promise<void> {
    const now = this.#options.now();
    for (const { name, files, until } of await this.#rows.allGone()) {
      if (files === 1) await this.#removeFiles(name);
      else if (until <= now) await this.#rows.filesGone(name, now);
    }
    for (const { name, until } of await this.#rows.inState('arriving')) if (until <= now) await this.#drop(name, 'upload-unknown', now);
    for (const { name, until } of await this.#rows.inState('judging')) {
      if (until <= now && !this.#settling.has(name)) await this.#drop(name, 'document-not-judged', now + DAY_MS);
      else this.#settle(name);
    }
  }

  /** What is being sent breaks off, and can go on at the next opening. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const arrival of this.#arrivals.values()) await (await arrival.catch(() => undefined))?.interrupt();
    await this.#last;
  }

  async #here(id: string, state?: DocumentState): Promise<DocumentRow> {
    if (this.#closed) throw new DocumentFault('upload-unknown');
    const row = await this.#rows.find(id);
    if (row === undefined) throw new DocumentFault((await this.#rows.gone(id))?.reason ?? 'upload-unknown');
    const isOver = row.state === 'arriving' && row.until <= this.#options.now();
    if (isOver || (state !== undefined && row.state !== state)) throw new DocumentFault('upload-unknown');
    return row;
  }

  async #keptRow(digest: string): Promise<DocumentRow | undefined> {
    const row = await this.#rows.findDigest(digest);
    return row?.state === 'kept' && !(await this.#options.isErased(row.case)) ? row : undefined;
  }

  #arrivalOf(row: DocumentRow): Promise<Arrival> {
    const known = this.#arrivals.get(row.name);
    if (known !== undefined) return known;
    const resumed = this.#resume(row);
    this.#arrivals.set(row.name, resumed);
    resumed.catch(() => this.#arrivals.delete(row.name));
    return resumed;
  }

  async #resume(row: DocumentRow): Promise<Arrival> {
    const seal = sealOf(row, await this.#keyOf(row));
    try {
      return await Arrival.resume(this.#arrivingPath(row.name), seal);
    } catch (error) {
      throw isMissing(error) ? new DocumentFault('upload-unknown') : error;
    }
  }

  async #refuse(id: string, code: DocumentCode): Promise<never> {
    await this.#drop(id, code, this.#options.now() + DAY_MS);
    throw new DocumentFault(code);
  }

  async #drop(id: string, reason: DocumentCode, until: number): Promise<void> {
    await this.#rows.shred(id, reason, until);
    await this.#removeFiles(id);
  }

  /** The row tells that it has to be done until it is. */
  async #removeFiles(id: string): Promise<void> {
    try {
      const arrival = await this.#arrivals.get(id)?.catch(() => undefined);
      await arrival?.interrupt();
      this.#arrivals.delete(id);
      await rm(this.#arrivingPath(id), { force: true });
      await this.#options.store.remove(id);
      await this.#rows.filesGone(id, this.#options.now());
    } catch (error) {
      this.#options.report(error);
    }
  }

  #settle(id: string): void {
    if (this.#closed || this.#settling.has(id)) return;
    const settling = this.#last.then(async () => {
      try {
        if (!this.#closed) await this.#judge(id);
      } catch (error) {
        // It stays, and is tried again.
        this.#options.report(error);
      } finally {
        this.#settling.delete(id);
      }
    });
    this.#settling.set(id, settling);
    this.#last = settling;
  }

  async #judge(id: string): Promise<void> {
    const { scan, store, now } = this.#options;
    const row = await this.#rows.find(id);
    if (row?.state !== 'judging') return;
    if (scan !== undefined && (await scan(await this.#arrived(row))) === 'infected') {
      await this.#drop(id, 'document-infected', now() + DAY_MS);
      return;
    }
    await store.take(id, this.#arrivingPath(id));
    // Erased meanwhile, it must not stay in the store.
    if (!(await this.#rows.move(id, 'judging', { state: 'kept' }))) await store.remove(id);
  }

  /** Its bytes, without the salt, from wherever a crash left them. */
  async #arrived(row: DocumentRow): Promise<AsyncGenerator<Buffer>> {
    const path = this.#arrivingPath(row.name);
    const isHere = await isThere(path);
    const sealed = isHere ? fileBytes(path) : await this.#options.store.open(row.name);
    if (sealed === undefined) throw new DocumentDamaged('a document is not where it was put');
    return (await this.#unsealed(row, sealed)).bytes;
  }

  async #unsealed(row: DocumentRow, sealed: AsyncIterable<Uint8Array>): Promise<OpenDocument> {
    const bytes = openDocument(sealed, sealOf(row, await this.#keyOf(row)), row.digest);
    const { value: salt } = await bytes.next();
    return { salt: salt as Buffer, bytes };
  }

  async #keyOf(row: DocumentRow): Promise<Uint8Array> {
    const [key] = await this.#options.epochs.open([row]);
    if (key === undefined) throw new DocumentDamaged('the key of a document was changed');
    return key;
  }

  #arrivingPath(id: string): string {
    return join(this.#options.arriving, id);
  }
}

function sealOf({ name, origin, case: handle, size }: DocumentRow, key: Uint8Array): DocumentSeal {
  return { key: createSecretKey(key), as: { origin, case: handle, id: name }, size };
}

function uploadOf({ name, state, size, until, first_bytes: firstBytes, digest }: DocumentRow, offset: number): Upload {
  return { id: name, state, offset, size, until, firstBytes, ...(digest === '' ? {} : { digest }) };
}

function keptOf({ digest, case: handle, media_type: mediaType, size, first_bytes: firstBytes, officer, begun }: DocumentRow): KeptDocument {
  return { digest, case: handle, mediaType, size, firstBytes, officer, begun };
}

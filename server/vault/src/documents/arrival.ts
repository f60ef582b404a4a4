/**
 * One document on its way in: a file that grows by sealed pieces, and the hash of what is in it. Only whole pieces count, so a line that is cut, or
 * a machine, loses less than one of them. After a restart the file is read again from its beginning, which finds how far it is sound.
 */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { DocumentFault, isFull } from './document-fault.ts';
import { fileBytes, syncFolder } from './durable-file.ts';
import {
  type DocumentSeal,
  lastPiece,
  openPiece,
  PIECE_BYTES,
  pieceLength,
  piecePosition,
  piecesOf,
  sealPiece,
} from './sealed-document.ts';

const BEGINNING_BYTES = 16;

interface Writing {
  readonly source: Readable;
  readonly done: Promise<unknown>;
  interrupted: boolean;
}

export class Arrival {
  readonly path: string;
  readonly seal: DocumentSeal;
  #hash: Hash = createHash('sha256');
  /** Whole pieces in the file, the salt's among them. */
  #pieces = 0;
  #beginning: Buffer = Buffer.alloc(0);
  #writing: Writing | undefined;

  private constructor(path: string, seal: DocumentSeal) {
    this.path = path;
    this.seal = seal;
  }

  /** Durable when it resolves. */
  static async begin(path: string, seal: DocumentSeal, salt: Uint8Array): Promise<Arrival> {
    const arrival = new Arrival(path, seal);
    await arrival.#withFile('wx', (file) => arrival.#put(file, salt));
    await syncFolder(dirname(path));
    return arrival;
  }

  /** From what a process before this one left. */
  static async resume(path: string, seal: DocumentSeal): Promise<Arrival> {
    const arrival = new Arrival(path, seal);
    for await (const sealed of piecesOf(fileBytes(path), seal.size)) {
      const plain = openPiece(seal, arrival.#pieces, sealed);
      // Torn by a power loss: from here on it is sent again.
      if (plain === undefined) break;
      arrival.#count(plain);
    }
    if (arrival.#pieces === 0) throw new DocumentFault('upload-unknown');
    await arrival.#withFile('r+', (file) => file.truncate(piecePosition(seal.size, arrival.#pieces)));
    return arrival;
  }

  /** Bytes of the document that are here. */
  get offset(): number {
    return Math.min(this.seal.size, (this.#pieces - 1) * PIECE_BYTES);
  }

  /** The document's first bytes, once its first piece is here. */
  get beginning(): Uint8Array {
    return this.#beginning;
  }

  /** SHA-256 of salt and bytes, base64url. */
  digest(): string {
    return this.#hash.copy().digest('base64url');
  }

  /**
   * Goes on at `offset` with what comes; whole pieces are durable when it resolves or rejects. Whoever comes later takes over from a sender of
   * whom nothing is heard any more. Throws `DocumentFault`; what the source throws stays its own.
   */
  async append(offset: number, source: Readable): Promise<void> {
    // Asked here as well: of several who waited for one, each would find nobody writing.
    while (this.#writing !== undefined) await this.interrupt();
    if (offset !== this.offset) throw new DocumentFault('upload-offset-differs');
    // Ended before it is read, it would have nobody who hears of it.
    source.on('error', () => {});
    const done = this.#withFile('r+', (file) => this.#read(file, source));
    const writing: Writing = { source, done: done.catch(() => undefined), interrupted: false };
    this.#writing = writing;
    try {
      await done;
    } catch (error) {
      throw writing.interrupted ? new DocumentFault('upload-interrupted') : error;
    } finally {
      if (this.#writing === writing) this.#writing = undefined;
    }
  }

  /** Ends whoever sends now, and waits until what came is durable. */
  async interrupt(): Promise<void> {
    while (this.#writing !== undefined) {
      const writing = this.#writing;
      writing.interrupted = true;
      writing.source.destroy();
      await writing.done;
      if (this.#writing === writing) this.#writing = undefined;
    }
  }

  async #read(file: FileHandle, source: Readable): Promise<void> {
    const { size } = this.seal;
    const last = lastPiece(size);
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let gathered = 0;
    // Whoever sends is told what is wrong, on the line that is there for it.
    for await (let bytes of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      while (bytes.length > 0) {
        const whole = pieceLength(size, this.#pieces);
        // The last piece waits for the end: what is longer than was said is not taken for whole.
        if (this.#pieces > last || gathered === whole) throw new DocumentFault('document-longer');
        const taken = bytes.copy(piece, gathered, 0, whole - gathered);
        gathered += taken;
        bytes = bytes.subarray(taken);
        if (gathered < whole || this.#pieces === last) continue;
        await this.#put(file, piece.subarray(0, gathered));
        gathered = 0;
      }
    }
    if (this.#pieces === last && gathered === pieceLength(size, last)) await this.#put(file, piece.subarray(0, gathered));
  }

  async #put(file: FileHandle, plain: Uint8Array): Promise<void> {
    const number = this.#pieces;
    let parts = sealPiece(this.seal, number, plain, randomBytes(12));
    let at = piecePosition(this.seal.size, number);
    try {
      while (parts.length > 0) {
        const { bytesWritten } = await file.writev(parts, at);
        at += bytesWritten;
        parts = after(parts, bytesWritten);
      }
    } catch (error) {
      throw isFull(error) ? new DocumentFault('documents-full') : error;
    }
    this.#count(plain);
  }

  #count(plain: Uint8Array): void {
    this.#hash.update(plain);
    if (this.#pieces === 1) this.#beginning = Buffer.from(plain.subarray(0, BEGINNING_BYTES));
    this.#pieces++;
  }

  async #withFile(flags: 'wx' | 'r+', work: (file: FileHandle) => Promise<unknown>): Promise<void> {
    const file = await open(this.path, flags, 0o600);
    try {
      await work(file);
    } finally {
      try {
        await file.datasync();
      } finally {
        await file.close();
      }
    }
  }
}

/** What of the parts is left to be written. */
function after(parts: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let done = written;
  return parts.flatMap((part) => {
    const rest = part.subarray(Math.min(done, part.length));
    done = Math.max(0, done - part.length);
    return rest.length === 0 ? [] : [rest];
  });
}

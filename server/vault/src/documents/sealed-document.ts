/**
 * A document as it lies on disk or in a bucket (docs/spec/sealed-document.md): pieces of 64 KiB, each sealed by itself, so that a document of any
 * size is written and read with the memory of one piece. Each piece is bound to its ledger, case, document, place and to whether it is the last:
 * one that was changed, moved, left out or taken from another document does not open. Nonces are random and not counted: a piece that a crash
 * took half-written is sealed a second time, perhaps over other bytes, and no nonce may serve twice.
 */
import { createCipheriv, createDecipheriv, createHash, type KeyObject } from 'node:crypto';

export const SALT_BYTES = 32;
/** Bytes of the document in each piece but the last. */
export const PIECE_BYTES = 65_536;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
/** What sealing adds to a piece. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;
/** The sealed salt, which goes before the document's bytes. */
export const HEAD_BYTES = SALT_BYTES + SEAL_BYTES;

/** To what a sealed document is bound. */
export interface SealedAs {
  readonly origin: string;
  /** Handle of the case. */
  readonly case: string;
  readonly id: string;
}

/** AES-256-GCM, one key for each document. */
export interface DocumentSeal {
  readonly key: KeyObject;
  readonly as: SealedAs;
  /** Bytes of the document. */
  readonly size: number;
}

/** What lies there is not what was put there. */
export class DocumentDamaged extends Error {
  override readonly name = 'DocumentDamaged';
}

/** Piece 0 is the salt; the document's own are 1 to this. */
export function lastPiece(size: number): number {
  return Math.ceil(size / PIECE_BYTES);
}

/** Bytes of the plain piece. */
export function pieceLength(size: number, number: number): number {
  return number === 0 ? SALT_BYTES : Math.min(PIECE_BYTES, size - (number - 1) * PIECE_BYTES);
}

/** Where the sealed piece begins; of the number after the last, the length of the whole. */
export function piecePosition(size: number, number: number): number {
  return number === 0 ? 0 : HEAD_BYTES + Math.min(size, (number - 1) * PIECE_BYTES) + (number - 1) * SEAL_BYTES;
}

/** In parts, to be laid one after the other. `nonce`: 12 random bytes, never used before. */
export function sealPiece(seal: DocumentSeal, number: number, plain: Uint8Array, nonce: Uint8Array): readonly Uint8Array[] {
  const cipher = createCipheriv(CIPHER, seal.key, nonce).setAAD(boundTo(seal, number));
  const sealed = cipher.update(plain);
  // Of GCM the end has no bytes.
  cipher.final();
  return [nonce, sealed, cipher.getAuthTag()];
}

/** Nothing where it is not this piece, unchanged. */
export function openPiece(seal: DocumentSeal, number: number, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length !== pieceLength(seal.size, number) + SEAL_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, seal.key, sealed.subarray(0, NONCE_BYTES)).setAAD(boundTo(seal, number));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

/**
 * First the salt, then the document's bytes, piece by piece, each checked; the last only once the whole has its digest (SHA-256 of salt and bytes,
 * base64url). Throws `DocumentDamaged`.
 */
export async function* openDocument(source: AsyncIterable<Uint8Array>, seal: DocumentSeal, digest: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const last = lastPiece(seal.size);
  let number = 0;
  for await (const sealed of piecesOf(source, seal.size)) {
    const plain = openPiece(seal, number, sealed);
    if (plain === undefined) throw new DocumentDamaged('a piece of a document was changed, or is not its own');
    hash.update(plain);
    if (number === last && hash.digest('base64url') !== digest)
      throw new DocumentDamaged('a document is not the one that its digest names');
    yield plain;
    number++;
  }
  if (number <= last) throw new DocumentDamaged('a document was cut short');
}

/**
 * Sealed pieces out of bytes as they come; one that is cut short at the end too, which then does not open. Each is there until the next is asked
 * for: all share one buffer, so that a large document leaves nothing behind for the garbage collector to find late.
 */
export async function* piecesOf(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  const last = lastPiece(size);
  const piece = Buffer.allocUnsafe(PIECE_BYTES + SEAL_BYTES);
  let number = 0;
  let gathered = 0;
  for await (let bytes of source) {
    while (bytes.length > 0) {
      if (number > last) throw new DocumentDamaged('something was added to a document');
      const whole = pieceLength(size, number) + SEAL_BYTES;
      const part = bytes.subarray(0, whole - gathered);
      piece.set(part, gathered);
      gathered += part.length;
      bytes = bytes.subarray(part.length);
      if (gathered < whole) break;
      yield piece.subarray(0, whole);
      gathered = 0;
      number++;
    }
  }
  if (gathered > 0) yield piece.subarray(0, gathered);
}

function boundTo({ as, size }: DocumentSeal, number: number): Buffer {
  const place = number === lastPiece(size) ? 'last' : 'more';
  return Buffer.from(`tabularium-sealed-document@v1\n${as.origin}\n${as.case}\n${as.id}\n${number}\n${place}\n`);
}

/**
 * Ed25519 cosignatures of checkpoints (C2SP tlog-cosignature v1.0.1, signature type 04), and the plain signature by
 * which a log signs its own (signature type 01).
 *
 * A cosignature says: as of this time, this is the largest consistent tree that I have seen of this log. By a node of
 * the ledger it says further: I executed these blocks and got these state roots.
 */
import { type Crypto, concatBytes, type Utf8 } from '@tabularium/protocol';
import { formatDecimal } from './decimal.ts';
import { signatureLine, type VerifierKey } from './note.ts';

const TIME_LENGTH = 8;
const ED25519_LENGTH = 64;

/** What a cosigner signs: a header, the time in seconds since the epoch, and the checkpoint's note text. */
export function cosignedMessage(timeSeconds: number, checkpointText: string, utf8: Utf8): Uint8Array {
  return utf8.encode(`cosignature/v1\ntime ${formatDecimal(timeSeconds)}\n${checkpointText}`);
}

/** The signature line of a cosignature (with its newline). `signature` is the 64-byte Ed25519 signature of `cosignedMessage`. */
export function cosignatureLine(key: VerifierKey, timeSeconds: number, signature: Uint8Array): string {
  if (key.type !== 0x04) throw new RangeError('cosignatures are made with keys of type 04');
  if (signature.length !== ED25519_LENGTH) throw new RangeError(`a signature of ${signature.length} bytes`);
  const time = new Uint8Array(TIME_LENGTH);
  new DataView(time.buffer).setBigUint64(0, BigInt(formatDecimal(timeSeconds)));
  return signatureLine(key, concatBytes(time, signature));
}

/** The signature line of a log's own signature over the checkpoint's note text (64 bytes Ed25519). */
export function logSignatureLine(key: VerifierKey, signature: Uint8Array): string {
  if (key.type !== 0x01) throw new RangeError('a log signs with a key of type 01');
  if (signature.length !== ED25519_LENGTH) throw new RangeError(`a signature of ${signature.length} bytes`);
  return signatureLine(key, signature);
}

export type SignatureCheck =
  /** `time` in seconds since the epoch; absent for type 01. */
  { readonly valid: true; readonly time?: number } | { readonly valid: false };

/** Checks what follows the key id in a signature line, for a key of either type, over the checkpoint's note text. */
export function checkSignature(key: VerifierKey, signature: Uint8Array, checkpointText: string, crypto: Crypto): SignatureCheck {
  if (key.type === 0x01) {
    const valid = signature.length === ED25519_LENGTH && crypto.verifyEd25519(key.publicKey, crypto.utf8.encode(checkpointText), signature);
    return valid ? { valid } : { valid: false };
  }
  if (signature.length !== TIME_LENGTH + ED25519_LENGTH) return { valid: false };
  const time = Number(new DataView(signature.buffer, signature.byteOffset, TIME_LENGTH).getBigUint64(0));
  if (!Number.isSafeInteger(time)) return { valid: false };
  const message = cosignedMessage(time, checkpointText, crypto.utf8);
  return crypto.verifyEd25519(key.publicKey, message, signature.subarray(TIME_LENGTH)) ? { valid: true, time } : { valid: false };
}

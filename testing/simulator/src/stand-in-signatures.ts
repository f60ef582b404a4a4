/**
 * Signatures for simulation: SHA-256 over public key and message, written twice. Anyone can make them, so they prove nothing;
 * but a changed byte is found, they are the same in every run (OpenSSL's ECDSA is random, so one seed would give another log
 * each time), and they cost a fiftieth. Everything else of `Crypto` is the node's own. Real signatures are held to vectors
 * elsewhere, and one office in the simulator's tests signs with them.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { type Crypto, concatBytes, equalBytes } from '@tabularium/protocol';

/** 64 bytes; both halves are scalars within the order of P-256. */
export function standIn(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const half = nodeCrypto.sha256(concatBytes(publicKey, message)).slice();
  half[0] = (half[0]! & 0x7f) | 1;
  return concatBytes(half, half);
}

export const standInCrypto: Crypto = {
  sha256: nodeCrypto.sha256,
  utf8: nodeCrypto.utf8,
  verifyEs256: (key, message, signature) => equalBytes(signature, standIn(key.x, message)),
  verifyEd25519: (key, message, signature) => equalBytes(signature, standIn(key, message)),
};

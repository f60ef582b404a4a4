/**
 * How the vault encrypts (docs/adr/0017, "Holdings"): AES-256-GCM (NIST SP 800-38D) under a key that seals once, with what the content belongs to
 * as additional data, so that it opens in its own place only.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export const DATA_KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a content belongs to, as additional data: a JSON array, in which no two places read alike. */
export function placeBytes(kind: string, parts: readonly string[]): Uint8Array {
  return Buffer.from(JSON.stringify([kind, ...parts]), 'utf8');
}

/** nonce ‖ ciphertext ‖ tag. */
export function seal(plain: Uint8Array, key: Uint8Array, place: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(place);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined where a byte was changed, or it was sealed under another key or for another place. */
export function unseal(sealed: Uint8Array, key: Uint8Array, place: Uint8Array): Uint8Array | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES || key.length !== DATA_KEY_BYTES) return undefined;
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  cipher.setAAD(place);
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([cipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), cipher.final()]);
  } catch {
    return undefined;
  }
}

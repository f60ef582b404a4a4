/** The fingerprint by which an entry names a file: SHA-256 of its bytes or, where it is not public, of a salt and its bytes. */
import { nobleCrypto } from '@tabularium/sdk';

export const SALT_BYTES = 32;
/** A salt as its file holds it (docs/spec/kernel-actions.md). */
const SALT_FILE = /^[0-9a-f]{64}\r?\n?$/;
const SALT_FILE_MAX = 66;

/** Lowercase hex. `salt`: hex. */
export function fileDigest(bytes: Uint8Array, salt?: string): string {
  const before = Uint8Array.from(salt?.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
  const whole = new Uint8Array(before.length + bytes.length);
  whole.set(before);
  whole.set(bytes, before.length);
  return hex(nobleCrypto.sha256(whole));
}

/** The salt, hex, where a file is one. */
export function saltIn(bytes: Uint8Array): string | undefined {
  const text = bytes.length > SALT_FILE_MAX ? '' : new TextDecoder('latin1').decode(bytes);
  return SALT_FILE.test(text) ? text.trim() : undefined;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

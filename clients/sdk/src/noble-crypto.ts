/**
 * The protocol's `Crypto` for browsers (and for anywhere node:crypto is not): noble, synchronous, no WebCrypto.
 *
 * WebCrypto is asynchronous and only there in a secure context, so a page opened from a file or over plain HTTP
 * could not check a receipt with it. noble works everywhere alike. Its answers must be those of node:crypto
 * (as `server/crypto` uses it) on every input, because one and the same proof is judged on both sides; where noble's own `verify`
 * follows another reading of RFC 8032 (it multiplies by the cofactor), the equation is written out here.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha256 as nobleSha256, sha512 } from '@noble/hashes/sha2.js';
import type { Crypto } from '@tabularium/protocol';

/** Order of the Ed25519 base point (RFC 8032 §5.1). */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

// ignoreBOM keeps a byte order mark as U+FEFF, so that decoding hides nothing.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** SHA-256, ES256, Ed25519 and UTF-8 on noble; the same answers as node:crypto. */
export const nobleCrypto: Crypto = {
  sha256(bytes, into, at = 0) {
    const digest = nobleSha256(bytes);
    if (into === undefined) return digest;
    into.set(digest, at);
    return into;
  },

  verifyEs256(key, message, signature) {
    if (key.x.length !== 32 || key.y.length !== 32 || signature.length !== 64) return false;
    const point = new Uint8Array(65);
    point[0] = 4;
    point.set(key.x, 1);
    point.set(key.y, 33);
    try {
      // lowS: RFC 7518 §3.4 knows no low-s rule; both values of s are valid. prehash: SHA-256 of the message.
      return p256.verify(signature, message, point, { lowS: false, prehash: true, format: 'compact' });
    } catch {
      return false;
    }
  },

  verifyEd25519(key, message, signature) {
    if (key.length !== 32 || signature.length !== 64) return false;
    const r = signature.subarray(0, 32);
    const s = littleEndian(signature.subarray(32));
    if (s >= ED25519_ORDER) return false;
    try {
      // As the server does it: a key's y is below p, keys and points R of small order are refused, and the
      // encoded R is compared without multiplying by the cofactor.
      const a = ed25519.Point.fromBytes(key, false);
      if (a.isSmallOrder()) return false;
      const k = littleEndian(sha512(joined(r, key, message))) % ED25519_ORDER;
      const expected = ed25519.Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
      if (expected.isSmallOrder()) return false;
      const encoded = expected.toBytes();
      return r.every((byte, i) => byte === encoded[i]);
    } catch {
      return false;
    }
  },

  utf8: {
    decode: (bytes) => decoder.decode(bytes),
    encode: (text) => encoder.encode(text),
  },
};

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

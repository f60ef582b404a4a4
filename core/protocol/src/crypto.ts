/**
 * The one door through which hashing, signature checks and UTF-8 enter core.
 *
 * Core is pure: it has no Node, no DOM, and therefore no crypto of its own. Whoever runs it hands in one
 * synchronous object of this shape: node:crypto on the server (`server/crypto`), noble in browsers
 * (`clients/sdk`). One corpus of vectors (`testing/vectors`) holds both to the same answers.
 */

/** A P-256 public key as its two affine coordinates, 32 bytes each, big-endian. */
export interface EcPublicKey {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

export interface Utf8 {
  /** Strict: throws on malformed input; a byte order mark is kept as U+FEFF. */
  decode(bytes: Uint8Array): string;
  encode(text: string): Uint8Array;
}

export interface Crypto {
  /** SHA-256 (FIPS 180-4), 32 bytes; where `into` is given, written there from byte `at` on, and `into` is returned. */
  sha256(bytes: Uint8Array, into?: Uint8Array, at?: number): Uint8Array;
  /** ECDSA P-256 with SHA-256; `signature` is r‖s, 64 bytes. False, never a throw, on any malformed input. Low and high s are both valid. */
  verifyEs256(key: EcPublicKey, message: Uint8Array, signature: Uint8Array): boolean;
  /** Ed25519 (RFC 8032); `key` 32 bytes, `signature` 64 bytes. False, never a throw, on any malformed input. */
  verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  readonly utf8: Utf8;
}

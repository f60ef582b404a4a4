/**
 * Signed notes and verifier keys (C2SP signed-note v1.0.0).
 *
 * A note is text that ends in a newline, an empty line, and signature lines `— name base64(keyId ‖ signature)`.
 * Two signature types are known: 01 Ed25519 (a log's own) and 04 timestamped cosignature (`cosignature.ts`). A key's
 * name and id together say which key and which type signed; lines of other keys are ignored by whoever verifies.
 */
import { type Crypto, concatBytes, decodeBase64, encodeBase64, fromHex, toHex } from '@tabularium/protocol';

/** 01: Ed25519 over the note's text. 04: Ed25519 cosignature/v1 of a checkpoint. */
export type SignatureType = 0x01 | 0x04;

export interface VerifierKey {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0A ‖ type ‖ key). */
  readonly id: Uint8Array;
  readonly type: SignatureType;
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  /** What follows the key id: 64 bytes for type 01, time and 64 bytes for type 04. */
  readonly signature: Uint8Array;
}

export interface Note {
  /** Everything that is signed, with its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The specification asks for at least 16; post-quantum signatures of others are up to 5 kB each. */
export const MAX_NOTE_SIGNATURES = 64;
/** Characters of a whole note. */
export const MAX_NOTE_LENGTH = 512 * 1024;

const ED25519_KEY_LENGTH = 32;
const SIGNATURE_LINE_START = '\u2014 ';

/** Key names are not empty and hold neither Unicode spaces, control characters nor `+`. */
export function isKeyName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  return name.length > 0 && name.isWellFormed() && !/[\p{White_Space}\u0000-\u001f+]/u.test(name);
}

/** A verifier key from its parts; computes the id. Throws on a bad name or a key that is not 32 bytes. */
export function verifierKey(name: string, type: SignatureType, publicKey: Uint8Array, crypto: Crypto): VerifierKey {
  if (!isKeyName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
  if (publicKey.length !== ED25519_KEY_LENGTH) throw new RangeError(`a key of ${publicKey.length} bytes`);
  const hash = crypto.sha256(concatBytes(crypto.utf8.encode(`${name}\n`), Uint8Array.of(type), publicKey));
  return { name, id: hash.slice(0, 4), type, publicKey };
}

/** `name+hex(id)+base64(type ‖ key)`. */
export function formatVkey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${toHex(id)}+${encodeBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** Reads a verifier key; nothing where it is malformed, of another type, or its id is not the one of its name and key. */
export function parseVkey(text: string, crypto: Crypto): VerifierKey | undefined {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  if (parts === null) return undefined;
  const [, name, idHex, keyText] = parts as unknown as [string, string, string, string];
  const bytes = decodeBase64(keyText);
  if (bytes === undefined || bytes.length !== 1 + ED25519_KEY_LENGTH || !isKeyName(name)) return undefined;
  const type = bytes[0];
  if (type !== 0x01 && type !== 0x04) return undefined;
  const key = verifierKey(name, type, bytes.slice(1), crypto);
  return toHex(key.id) === idHex ? { ...key, id: fromHex(idHex) } : undefined;
}

/** One signature line with its newline. `signature` is everything after the key id. */
export function signatureLine(key: Pick<VerifierKey, 'name' | 'id'>, signature: Uint8Array): string {
  return `${SIGNATURE_LINE_START}${key.name} ${encodeBase64(concatBytes(key.id, signature))}\n`;
}

/** A note from its text (which ends in a newline) and signature lines. */
export function formatNote(text: string, lines: readonly string[]): string {
  if (!text.endsWith('\n')) throw new RangeError("a note's text ends in a newline");
  return `${text}\n${lines.join('')}`;
}

/** The note with further signature lines at its end. */
export function addSignature(note: string, ...lines: readonly string[]): string {
  return note + lines.join('');
}

/** Reads signature lines, each ended by a newline, at least one; nothing where any is malformed. */
export function parseSignatureLines(text: string): NoteSignature[] | undefined {
  if (!text.endsWith('\n') || text.length > MAX_NOTE_LENGTH) return undefined;
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    if (!line.startsWith(SIGNATURE_LINE_START)) return undefined;
    const [name, encoded, ...rest] = line.slice(SIGNATURE_LINE_START.length).split(' ');
    if (name === undefined || encoded === undefined || rest.length > 0 || !isKeyName(name)) return undefined;
    const bytes = decodeBase64(encoded);
    if (bytes === undefined || bytes.length < 5) return undefined;
    signatures.push({ name, id: bytes.slice(0, 4), signature: bytes.slice(4) });
  }
  return signatures;
}

/** Reads a note's structure; nothing where it is malformed. It says nothing about who signed: see `policy.ts`. */
export function parseNote(note: string): Note | undefined {
  if (note.length > MAX_NOTE_LENGTH || !note.isWellFormed()) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) return undefined;
  // The text is separated from the signatures by the last empty line.
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return undefined;
  const signatures = parseSignatureLines(note.slice(split + 2));
  return signatures === undefined ? undefined : { text: note.slice(0, split + 1), signatures };
}

/** True if the line claims to be by this key: same name and id. */
export function isBy(signature: NoteSignature, key: VerifierKey): boolean {
  return signature.name === key.name && key.id.every((byte, i) => signature.id[i] === byte);
}

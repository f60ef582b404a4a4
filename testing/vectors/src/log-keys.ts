/**
 * Fixed Ed25519 keys of logs, nodes and witnesses, and the signature lines they write (C2SP signed-note,
 * tlog-cosignature). Written on noble and Buffer, not on core's own code, so that the vectors judge that code instead
 * of repeating it. These keys are public: never use them for a ledger.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from './vector-keys.ts';

export interface NoteKey {
  readonly name: string;
  readonly secret: Uint8Array;
  readonly publicKey: Buffer;
  readonly id: Buffer;
  readonly vkey: string;
}

/** `type` 1 signs notes, 4 cosigns checkpoints. `label` makes another key of the same name. */
export function noteKey(name: string, type: 1 | 4, label = name): NoteKey {
  const secret = new Uint8Array(sha256(`tabularium vector note key ${type} ${label}`));
  const publicKey = Buffer.from(ed25519.getPublicKey(secret));
  const typed = Buffer.concat([Buffer.from([type]), publicKey]);
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).subarray(0, 4);
  return { name, secret, publicKey, id, vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}` };
}

export function rawLine(key: Pick<NoteKey, 'name' | 'id'>, signature: Uint8Array): string {
  return `\u2014 ${key.name} ${Buffer.concat([key.id, signature]).toString('base64')}\n`;
}

/** A plain signature (type 01) over a note's text. */
export function logLine(key: NoteKey, text: string): string {
  return rawLine(key, ed25519.sign(Buffer.from(text), key.secret));
}

/** A cosignature (type 04) over a checkpoint's text at a time in seconds. */
export function cosignLine(key: NoteKey, text: string, time: number | bigint): string {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  const signature = ed25519.sign(Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key.secret);
  return rawLine(key, Buffer.concat([stamp, signature]));
}

/** A signed note: text, empty line, signature lines. */
export function note(text: string, ...lines: readonly string[]): string {
  return `${text}\n${lines.join('')}`;
}

/** A checkpoint's text. */
export function checkpointText(origin: string, size: number | string, root: Uint8Array): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Files that commands are given: keys (never overwritten, never readable by others), policies, bodies, submissions. */
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { type JsonObject, parseJson } from '@tabularium/protocol';
import { es256Signer, type PrivateJwk, type SynchronousSigner } from '@tabularium/sdk';
import { CliFault } from './exit-codes.ts';

/** The text of a file, or of standard input where the path is `-`. */
export function readText(path: string, what: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new CliFault('file-invalid', `the ${what} ${path} cannot be read: ${reasonOf(error)}`, 'check the path');
  }
}

/** The bytes of a file, or of standard input where the path is `-`. */
export function readBytes(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new CliFault('file-invalid', `the ${what} ${path} cannot be read: ${reasonOf(error)}`, 'check the path');
  }
}

/** Writes a result to a new or existing file. */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CliFault('file-invalid', `${path} cannot be written: ${reasonOf(error)}`, 'check the path');
  }
}

/** A JSON object as the ledger reads JSON: given as itself, as a path, or `-` for standard input. */
export function readBody(given: string): JsonObject {
  const text = given.trimStart().startsWith('{') ? given : readText(given, 'body');
  const json = parseJson(text.replace(/^\ufeff/, ''));
  if (!json.ok)
    throw new CliFault(
      'file-invalid',
      `the body is not JSON as the ledger reads it: ${json.code} at character ${json.at}`,
      'amounts are strings of minor units: {"amount": "1250", "currency": "EUR"}',
    );
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
    throw new CliFault('file-invalid', 'the body is not a JSON object');
  return json.value as JsonObject;
}

/** Writes a private key to a new file of mode 0600, durably, with its id as `kid` (RFC 7517 §4.5) for programs that sign without us. */
export function writeKey(path: string, jwk: PrivateJwk): void {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new CliFault(
      'file-invalid',
      exists ? `${path} is there already; a key is never overwritten` : `${path} cannot be written: ${reasonOf(error)}`,
      'choose another path',
    );
  }
  try {
    const { kid } = es256Signer(jwk);
    writeSync(file, `${JSON.stringify({ ...jwk, kid })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A signer from a private JWK file. One that others may read is not used. */
export function readKey(path: string): SynchronousSigner {
  let text: string;
  try {
    const file = openSync(path, 'r');
    try {
      if (process.platform !== 'win32' && (fstatSync(file).mode & 0o077) !== 0) {
        throw new CliFault('file-invalid', `the key ${path} can be read by others`, `chmod 600 ${path}`);
      }
      text = readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof CliFault) throw error;
    throw new CliFault('file-invalid', `the key ${path} cannot be read: ${reasonOf(error)}`, 'tabularium key new FILE makes a key');
  }
  try {
    return es256Signer(JSON.parse(text) as PrivateJwk);
  } catch {
    throw new CliFault('file-invalid', `${path} is not a private key (a JWK of P-256 with "d")`, 'tabularium key new FILE makes one');
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return message;
}

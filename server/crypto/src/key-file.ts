/**
 * Private keys at rest: PKCS#8 PEM (RFC 5958, RFC 7468), one key a file, mode 0600 in a folder of mode 0700.
 *
 * A key file is never overwritten: to lose a key is bad, to replace one by accident is worse. One that others
 * may read is not used, as with ssh: the message says how to mend it.
 */
import type { KeyObject } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A key file that others may read or write; `message` names the file and the command that mends it. */
export class KeyFileExposed extends Error {
  override readonly name = 'KeyFileExposed';
}

/** Write a private key to a new file, durably. Throws EEXIST when the file is there already. */
export function savePrivateKey(path: string, key: KeyObject): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, key.export({ format: 'pem', type: 'pkcs8' }) as string);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** The PEM text of a key file. Throws ENOENT when it is missing, `KeyFileExposed` when its mode lets others in. */
export function readPrivateKey(path: string): string {
  const file = openSync(path, 'r');
  try {
    if (process.platform !== 'win32' && (fstatSync(file).mode & 0o077) !== 0) {
      throw new KeyFileExposed(`${path} can be read by others; run: chmod 600 ${path}`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * The house's own `KeyVault`: a folder with one file for each epoch, `epoch-<number>.key`, readable by its owner alone. It belongs on another
 * medium than the data directory and its backups (docs/operate/vault.md). Data keys are wrapped as RFC 3394 says.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { syncPath } from '@tabularium/store/durable';
import { type KeyEpoch, KeyMissing, type KeyVault } from './key-vault.ts';
import { DATA_KEY_BYTES } from './seal.ts';

const KEY_BYTES = 32;
/** RFC 3394 §2.2.3.1. */
const INITIAL_VALUE = Buffer.alloc(8, 0xa6);
const FILE = /^epoch-([1-9][0-9]{0,8})\.key$/;

interface KeyFile extends KeyEpoch {
  readonly key: Buffer;
}

/**
 * The folder is made with the first epoch. `readOnly`: for whoever audits beside a node that may be making a key just now. Throws
 * `KeyFileInvalid` for a file that is none of ours.
 */
export function openFolderKeys(dir: string, { readOnly = false }: { readonly readOnly?: boolean } = {}): KeyVault {
  return new FolderKeys(dir, readOnly);
}

/** A file of the key folder is damaged, or others may read it. */
export class KeyFileInvalid extends Error {
  override readonly name = 'KeyFileInvalid';
}

class FolderKeys implements KeyVault {
  readonly name: string;
  readonly #keys: Map<number, KeyFile>;

  constructor(dir: string, readOnly: boolean) {
    this.name = dir;
    const names = existsSync(dir) ? readdirSync(dir) : [];
    // Of a key that was being made, or destroyed, when the process ended, nothing was ever wrapped, or nothing is any more.
    for (const name of readOnly ? [] : names.filter((one) => one.endsWith('.partial'))) shredFile(join(dir, name));
    const files = names.filter((name) => FILE.test(name)).map((name) => readKeyFile(join(dir, name), Number(FILE.exec(name)?.[1])));
    this.#keys = new Map(files.sort((a, b) => a.number - b.number).map((file) => [file.number, file]));
  }

  async epochs(): Promise<readonly KeyEpoch[]> {
    return [...this.#keys.values()].map(({ number, begun }) => ({ number, begun }));
  }

  async wrap(epoch: number, dataKeys: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const key = this.#keyOf(epoch);
    return dataKeys.map((dataKey) => {
      if (dataKey.length !== DATA_KEY_BYTES) throw new RangeError(`a data key has ${DATA_KEY_BYTES} bytes`);
      const cipher = createCipheriv('id-aes256-wrap', key, INITIAL_VALUE);
      return Buffer.concat([cipher.update(dataKey), cipher.final()]);
    });
  }

  async unwrap(epoch: number, wrapped: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> {
    const key = this.#keyOf(epoch);
    return wrapped.map((one) => {
      if (one.length !== DATA_KEY_BYTES + INITIAL_VALUE.length) return undefined;
      try {
        const cipher = createDecipheriv('id-aes256-wrap', key, INITIAL_VALUE);
        return Buffer.concat([cipher.update(one), cipher.final()]);
      } catch {
        return undefined;
      }
    });
  }

  async newEpoch({ number, begun }: KeyEpoch): Promise<void> {
    if (number <= (this.#newest ?? 0)) throw new RangeError(`epoch ${number} does not come after epoch ${this.#newest}`);
    const file: KeyFile = { number, begun, key: randomBytes(KEY_BYTES) };
    const path = this.#path(number);
    if (!existsSync(this.name)) {
      mkdirSync(this.name, { recursive: true, mode: 0o700 });
      syncPath(dirname(this.name));
    }
    writeWhole(path, `${JSON.stringify({ ...file, key: file.key.toString('base64url') })}\n`);
    this.#keys.set(number, file);
  }

  async destroy(epoch: number): Promise<void> {
    shredFile(this.#path(epoch));
    this.#keys.get(epoch)?.key.fill(0);
    this.#keys.delete(epoch);
  }

  get #newest(): number | undefined {
    return [...this.#keys.keys()].at(-1);
  }

  #keyOf(epoch: number): Buffer {
    const file = this.#keys.get(epoch);
    if (file === undefined) throw new KeyMissing(epoch, this.name);
    return file.key;
  }

  #path(epoch: number): string {
    return join(this.name, `epoch-${epoch}.key`);
  }
}

function readKeyFile(path: string, number: number): KeyFile {
  if ((statSync(path).mode & 0o077) !== 0) throw new KeyFileInvalid(`${path} can be read by others: chmod 600 ${path}`);
  let content: Partial<Record<'number' | 'begun' | 'key', unknown>> = {};
  try {
    content = JSON.parse(readFileSync(path, 'utf8')) as typeof content;
  } catch {
    // Said below.
  }
  const { number: said, begun, key } = content;
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64url') : undefined;
  if (said !== number || typeof begun !== 'number' || !Number.isSafeInteger(begun) || bytes?.length !== KEY_BYTES) {
    throw new KeyFileInvalid(`${path} is not the key of epoch ${number}`);
  }
  return { number, begun, key: bytes };
}

/** Whole or not at all, and on disk when it returns. */
function writeWhole(path: string, text: string): void {
  const partial = `${path}.partial`;
  const file = openSync(partial, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
  syncPath(dirname(path));
}

/** Overwritten and removed. A disk that writes elsewhere what is overwritten may keep the old: docs/operate/vault.md says what helps. */
function shredFile(path: string): void {
  if (!existsSync(path)) return;
  // First it is no key's name any more: where this is interrupted, the next opening goes on, and takes it for no damaged key.
  const partial = path.endsWith('.partial') ? path : `${path}.partial`;
  if (partial !== path) renameSync(path, partial);
  const file = openSync(partial, 'r+');
  try {
    writeSync(file, randomBytes(Math.max(1, statSync(partial).size)), 0, undefined, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  rmSync(partial);
  syncPath(dirname(path));
}

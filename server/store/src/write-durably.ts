/** Files that are on disk, and not merely on their way to it. */
import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';

/** Writes a new file that only its owner may read. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes, { mode: 0o600, flush: true });
}

/** What stands at a path, a file or a folder's names, is on disk after this. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

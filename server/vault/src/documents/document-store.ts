/**
 * Where sealed documents lie once they are whole and judged: a folder here, or an S3 bucket (`s3-store.ts`). Until then they are files of the node,
 * so that nothing unfinished, of a wrong digest or infected is ever in a bucket, which may keep versions.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileBytes, isMissing, isThere, syncFolder } from './durable-file.ts';

export interface DocumentStore {
  /** Takes the file over; durable when it resolves. Asked again after a crash, it does what is left of it. */
  take(id: string, file: string): Promise<void>;
  /** The sealed bytes, or nothing; each run of them is there until the next is asked for. */
  open(id: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Nothing is there afterwards, as there may have been before. */
  remove(id: string): Promise<void>;
  /** What a crash left half-taken. Called once, before anything else. */
  sweep(): Promise<void>;
}

/** A folder on the same file system as the arriving files. */
export class FolderStore implements DocumentStore {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async take(id: string, file: string): Promise<void> {
    const path = this.#path(id);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await rename(file, path);
    } catch (error) {
      // Renamed before a crash.
      if (!isMissing(error) || !(await isThere(path))) throw error;
    }
    await syncFolder(dirname(path));
    await syncFolder(this.#dir);
  }

  async open(id: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const path = this.#path(id);
    return (await isThere(path)) ? fileBytes(path) : undefined;
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  async sweep(): Promise<void> {}

  /** No folder has more than a few thousand files. */
  #path(id: string): string {
    return join(this.#dir, id.slice(0, 2), id);
  }
}

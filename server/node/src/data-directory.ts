/**
 * Where a node keeps what (docs/operate/settings.md), and small files that are there whole or not at all.
 */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { syncPath } from '@tabularium/store/durable';

export interface DataDirectory {
  readonly dir: string;
  /** Leaf 0, for people; the ledger holds the original. */
  readonly charter: string;
  /** The node's private keys. */
  readonly keys: string;
  /** CometBFT's folder: its keys, its blocks. Only in a ledger of many agencies. */
  readonly comet: string;
  /** What the charter says of this node, for the other agencies. */
  readonly nodeEntry: string;
  readonly ledger: string;
  readonly texts: string;
  /** What is known of people, and where its keys are unless they are elsewhere. */
  readonly vault: string;
  readonly vaultKeys: string;
  /** Keys of officers, in demos only. */
  readonly officers: string;
  /** When the newest backup was made, and how far it goes. */
  readonly lastBackup: string;
  /** Says that the directory was restored from a backup and its witnesses have not been asked yet. */
  readonly restored: string;
  /** Says at which block the other agencies' nodes came to another state. */
  readonly outvoted: string;
  /** What other nodes signed last, for those of them that forget it. */
  readonly heard: string;
  /** What nodes of the ledger signed that contradicts it or themselves, one a line. */
  readonly evidence: string;
  /** Says that this node may have cast votes that it does not remember, and since when it casts none. */
  readonly voteless: string;
  /** What is left of the ledger that this one succeeded: a data directory without keys. */
  readonly predecessor: string;
  /** Where a node that came by a snapshot executes the log from its beginning: a data directory without keys, gone when that is done. */
  readonly backfill: string;
}

export function dataDirectory(dir: string): DataDirectory {
  const root = resolve(dir);
  return {
    dir: root,
    charter: join(root, 'charter.json'),
    keys: join(root, 'keys'),
    comet: join(root, 'comet'),
    nodeEntry: join(root, 'node.json'),
    ledger: join(root, 'ledger.db'),
    texts: join(root, 'texts.db'),
    vault: join(root, 'vault.db'),
    vaultKeys: join(root, 'vault-keys'),
    officers: join(root, 'officers'),
    lastBackup: join(root, 'last-backup.json'),
    restored: join(root, 'restored.json'),
    outvoted: join(root, 'outvoted.json'),
    heard: join(root, 'heard.json'),
    evidence: join(root, 'evidence.jsonl'),
    voteless: join(root, 'voteless.json'),
    predecessor: join(root, 'predecessor'),
    backfill: join(root, 'backfill'),
  };
}

/** Write a small file durably and in one step. */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.partial`;
  const file = openSync(partial, 'w', mode);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
  syncPath(dirname(path));
}

/** The bytes of a file; undefined when it is not there. */
export function readIfThere(path: string): Uint8Array | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

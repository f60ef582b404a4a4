/**
 * What is left of the ledger that this one succeeded (DESIGN §4 "Succession"): its log as the backup had it, read only and shown to
 * everyone, because the successor's first state is made from it; and the list of what was lost and not taken again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Losses } from '@tabularium/api';
import { nodeCrypto } from '@tabularium/crypto';
import { type Charter, decodeCharter, type StateReader } from '@tabularium/kernel';
import { encodeEntryBundle, LogTree, leafHash, parseCheckpoint, parseNote, TILE_WIDTH } from '@tabularium/log';
import { type LedgerReader, openLedgerReader } from '@tabularium/store';
import type { DataDirectory } from './data-directory.ts';

export type PredecessorOf = NonNullable<Charter['predecessor']>;

const READMITTED = 'kernel/readmitted/';
const READMITTED_END = 'kernel/readmitted0';
const PAGE = 1_000;
/** Ledgers that followed one another. */
export const MAX_PREDECESSORS = 8;

/** A tiled log that is only read. */
export class PastLog {
  readonly #reader: LedgerReader;
  readonly #tree: LogTree;

  constructor(reader: LedgerReader) {
    const { size } = reader.head();
    const { sha256 } = nodeCrypto;
    const tail = reader.leaves(size - (size % TILE_WIDTH), size).map((leaf) => leafHash(leaf, sha256));
    this.#reader = reader;
    this.#tree = new LogTree(sha256, size, (level, index) => reader.tile(level, index), Buffer.concat(tail));
  }

  /** The charter it began with. */
  charter(): Charter {
    return decodeCharter(this.#reader.leaves(0, 1)[0]!, nodeCrypto);
  }

  /** Its last checkpoint as the backup had it. */
  checkpoint(): string | undefined {
    return this.#reader.head().checkpoint;
  }

  tile(level: number, index: number, width: number): Uint8Array | undefined {
    return this.#tree.tile(level, index, width);
  }

  entries(index: number, width: number): Uint8Array | undefined {
    const first = index * TILE_WIDTH;
    if (first + width > this.#tree.size) return undefined;
    return encodeEntryBundle(this.#reader.leaves(first, first + width));
  }

  close(): void {
    this.#reader.close();
  }
}

/** Folders of the ledgers before this one that the directory keeps, relative to it, newest first. */
export function predecessorFolders(place: DataDirectory): readonly string[] {
  const folders: string[] = [];
  for (let folder = 'predecessor'; folders.length < MAX_PREDECESSORS; folder = join(folder, 'predecessor')) {
    if (!existsSync(join(place.dir, folder, 'ledger.db'))) break;
    folders.push(folder);
  }
  return folders;
}

/** Every record that the last of them was saved with. */
export function* carriedRecords(place: DataDirectory): Generator<readonly [key: string, value: string]> {
  const reader = openLedgerReader(join(place.predecessor, 'ledger.db'));
  try {
    yield* reader.records();
  } finally {
    reader.close();
  }
}

/** Their `ledger.db`, oldest first: what the lists are folded from before this ledger's own blocks. */
export function predecessorLedgers(place: DataDirectory): readonly string[] {
  return predecessorFolders(place)
    .map((folder) => join(place.dir, folder, 'ledger.db'))
    .reverse();
}

/** Their logs, newest first. */
export function openPastLogs(place: DataDirectory): readonly PastLog[] {
  return predecessorFolders(place).map((folder) => new PastLog(openLedgerReader(join(place.dir, folder, 'ledger.db'))));
}

/** What stayed lost, as of the state given. */
export function lossesOf(predecessor: PredecessorOf, state: StateReader): Losses {
  const { size: carried } = predecessor;
  const witnessed = parseCheckpoint(parseNote(predecessor.checkpoint)?.text ?? '')?.size ?? carried;
  const taken = takenAgain(state);
  const lost: [number, number][] = [];
  let first = carried;
  for (const { index } of taken) {
    if (index >= witnessed) break;
    if (index > first) lost.push([first, index - 1]);
    first = index + 1;
  }
  if (first < witnessed) lost.push([first, witnessed - 1]);
  return { carried, witnessed, readmitted: taken.length, taken, lost };
}

function takenAgain(state: StateReader): Losses['taken'] {
  const found: { index: number; by: string }[] = [];
  for (let start = READMITTED; ; ) {
    const page = state.scan(start, READMITTED_END, PAGE);
    for (const [, value] of page) {
      const { index, tx } = JSON.parse(value) as { readonly index: number; readonly tx: string };
      found.push({ index, by: tx });
    }
    if (page.length < PAGE) return found.sort((a, b) => a.index - b.index);
    start = `${page.at(-1)![0]}\u0000`;
  }
}

/**
 * What an audit can find (issue 3 §7): the first place at which a ledger is not what its own rules make of it. A closed list of codes, each
 * with the place named, so that an auditor knows what to look at and a script can tell cases apart.
 */
import { StorageDamaged } from '@tabularium/engine-port';

export type DifferenceCode =
  /** Leaf 0 is no charter, or `charter.json` is not leaf 0. */
  | 'charter'
  /** A leaf that should be a transaction is none, or its signature does not fit a key of the ledger. */
  | 'entry'
  /** Decided anew, the machine does not accept it, or takes it for a repetition. */
  | 'entry-refused'
  /** A seal says something that the block does not bear out. */
  | 'seal'
  /** The state root in a seal is not the one that the block leads to. */
  | 'state-root'
  /** The log ends within a block, or before its checkpoint does. */
  | 'log-incomplete'
  /** A hash tile does not have the hashes of its leaves. */
  | 'tile'
  /** The newest checkpoint, or the witnessed one, is not of this log, or a signature on it does not hold. */
  | 'checkpoint'
  /** The tlog-policy text that is shown is not the one that state generates. */
  | 'policy'
  /** A block's own row, or its events, are not what the block leads to. */
  | 'block-row'
  | 'event'
  /** A stored record is not what the log leads to, is missing, or should not be there. */
  | 'state-value'
  | 'state-order'
  /** A list shows a row that is not what the log leads to, or not all of them. */
  | 'list'
  /** A published text does not have its digest, one that was withdrawn can still be read, or one that must be there is gone. */
  | 'text'
  /**
   * What the vault holds of people is not what it was given: changed, moved, of no entry, of an erased case; or what must be there is gone. The
   * place names the entry, and nothing of a person.
   */
  | 'holding'
  /** What is stored cannot be read at all. */
  | 'unreadable'
  /** The predecessor named in the charter is not the one that is shown, or does not have the state that was carried over. */
  | 'predecessor';

export interface Difference {
  readonly code: DifferenceCode;
  /** Where, in words that name the place: `entry 17 (block 4)`. */
  readonly place: string;
  readonly detail: string;
  /** Leaf index, where the place is one. */
  readonly index?: number;
  readonly height?: number;
  /** State key or digest. */
  readonly key?: string;
}

/** Carries a difference out of the depths of an audit, or of a ledger that is executed again; its callers see a report, or a `NodeFault`. */
export class Differs extends Error {
  override readonly name = 'Differs';
  readonly difference: Difference;

  constructor(difference: Difference) {
    super(`${difference.place}: ${difference.detail}`);
    this.difference = difference;
  }
}

export function differs(code: DifferenceCode, place: string, detail: string, where: Partial<Difference> = {}): never {
  throw new Differs({ code, place, detail, ...where });
}

export function sealPlace(height: number, index: number): string {
  return `the seal of block ${height} (leaf ${index})`;
}

export function entryPlace(index: number, height: number): string {
  return `entry ${index} (block ${height})`;
}

/** What cannot be read is a finding. */
export async function readable<T>(read: () => Promise<T>, place: string): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StorageDamaged || isSqlite(error) || error instanceof SyntaxError || error instanceof RangeError) {
      return differs('unreadable', place, (error as Error).message);
    }
    throw error;
  }
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

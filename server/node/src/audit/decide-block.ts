/**
 * A block of a log decided again as a node decided it: each entry is read strictly, its signature checked, and the machine says what becomes
 * of all of them. Nothing is believed but the leaves; where they do not lead to a block, the entry is named.
 */
import { catalogue } from '@tabularium/catalogue';
import {
  type BlockResult,
  type Charter,
  genesis,
  type Machine,
  type StateReader,
  successorGenesis,
  type Verdict,
} from '@tabularium/kernel';
import type { Seal } from '@tabularium/log';
import { type Crypto, makeBodyChecker, parseTransaction, type Transaction, verifyTransaction } from '@tabularium/protocol';
import type { PredecessorOf } from '../predecessor.ts';
import { differs, entryPlace, sealPlace } from './difference.ts';
import type { LogBlock } from './log-blocks.ts';
import { OrderedRecords } from './ordered-records.ts';

/** Refusals that compare an entry's own time with the block's. */
const TIMED: ReadonlySet<string> = new Set(['kernel.expired', 'kernel.expiry-too-far']);

/** The ledger as it stands before the block. */
export interface LedgerBefore {
  readonly machine: Machine;
  readonly crypto: Crypto;
  readonly records: StateReader;
  /** Name of the accepted transaction with this signer and id whose exp has not passed at `time` (ms UTC). */
  accepted(kid: string, id: string, time: number): string | undefined;
  /** The records of the predecessor that the charter names; undefined where they are not at hand. */
  readonly carried?: ((predecessor: PredecessorOf) => Iterable<readonly [string, string]> | undefined) | undefined;
}

export interface DecidedAgain {
  /** Of the block's leaves, all accepted; none in block 1. */
  readonly transactions: readonly Transaction[];
  readonly result: Pick<BlockResult, 'writes' | 'policy' | 'events'>;
}

/** `charter`: leaf 0, for block 1 is what it founds. Throws `Differs`. */
export function decideBlock(block: LogBlock, charter: Charter, ledger: LedgerBefore): DecidedAgain {
  return block.seal.height === 1 ? { transactions: [], result: founded(block, charter, ledger) } : execute(block, ledger);
}

function founded({ seal: { time, height }, leaves }: LogBlock, charter: Charter, ledger: LedgerBefore): DecidedAgain['result'] {
  const { machine, crypto } = ledger;
  if (leaves.length !== 1) differs('seal', 'block 1', 'a log begins with its charter and the charter’s seal', { height });
  const { predecessor } = charter;
  const carried = predecessor === undefined ? undefined : ledger.carried?.(predecessor);
  if (predecessor !== undefined && carried === undefined) {
    differs('predecessor', 'entry 0', 'it names a predecessor whose log is not at hand', { index: 0 });
  }
  const { writes, events } = carried === undefined ? genesis(charter, time, crypto) : successorGenesis(charter, time, crypto, carried);
  const records = new OrderedRecords();
  for (const [key, value] of writes) records.set(key, value);
  return { writes, policy: machine.policy(records), events };
}

function execute({ seal, leaves }: LogBlock, ledger: LedgerBefore): DecidedAgain {
  const { machine, records, accepted } = ledger;
  const { height, time, first } = seal;
  const transactions = leaves.map((leaf, i) => readEntry(leaf, first + i, height, ledger));
  const result = machine.execute({ height, time, transactions, accepted: (kid, id) => accepted(kid, id, time) }, records);
  result.verdicts.forEach((verdict, i) => {
    if (verdict.kind !== 'accepted') notAccepted(verdict, first + i, seal);
  });
  if (transactions.length === 0 && result.deadlines === 0) {
    differs('seal', `block ${height}`, 'it has no entry, and no deadline was due', { height });
  }
  return { transactions, result };
}

/** An entry as admission would have read it. */
function readEntry(leaf: Uint8Array, index: number, height: number, { machine, crypto, records }: LedgerBefore): Transaction {
  const place = entryPlace(index, height);
  const parsed = parseTransaction(leaf, crypto);
  if (!parsed.ok) return differs('entry', place, `it is no transaction (${parsed.code})`, { index, height });
  const { transaction } = parsed;
  const key = machine.key(transaction.kid, records);
  if (key === undefined) return differs('entry', place, 'the key that signed it is not known to the ledger', { index, height });
  if (!verifyTransaction(transaction, key, crypto)) differs('entry', place, 'its signature does not fit its content', { index, height });
  const { action, body } = transaction.payload;
  const dot = action.indexOf('.');
  const schema = catalogue.find(({ name }) => name === action.slice(0, dot))?.actions[action.slice(dot + 1)]?.body;
  if (schema !== undefined && !makeBodyChecker(schema)(body).ok)
    differs('entry', place, 'its body does not have the form of its action', { index, height });
  return transaction;
}

function notAccepted(verdict: Exclude<Verdict, { readonly kind: 'accepted' }>, index: number, { height, first, count }: Seal): never {
  const code = verdict.kind === 'refused' ? verdict.refusal.code : '';
  if (TIMED.has(code)) {
    // The signature holds the entry's own times; what nobody signed is the block's.
    const at = first + count;
    return differs('seal', sealPlace(height, at), `its time contradicts that of entry ${index} (${code})`, { index: at, height });
  }
  const said = code === '' ? 'it was accepted before' : `the machine refuses it (${code})`;
  return differs('entry-refused', entryPlace(index, height), said, { index, height });
}

/** The end of a log that a charter may name as its predecessor. */
export type LogEnd = Pick<PredecessorOf, 'origin' | 'height' | 'size' | 'state'>;

/** Throws `Differs` where the charter speaks of another ledger than the one that is shown. */
export function comparePredecessor(stated: LogEnd, shown: LogEnd): void {
  for (const member of ['origin', 'height', 'size', 'state'] as const) {
    if (stated[member] === shown[member]) continue;
    const detail = `the charter says ${member} ${stated[member]}, and the predecessor has ${shown[member]}`;
    differs('predecessor', 'entry 0', detail, { index: 0 });
  }
}

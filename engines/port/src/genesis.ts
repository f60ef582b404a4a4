/**
 * The first block of a ledger: leaf 0 is the charter, leaf 1 its seal (DESIGN §4 Log). It is written without a machine, since there is no
 * state yet that could decide; what the charter puts into state is handed in.
 */
import type { StateReader, StoredEvent } from '@tabularium/kernel';
import type { Crypto } from '@tabularium/protocol';
import { type AppendedBlock, Chain } from './chain.ts';
import type { MachinePort } from './engine.ts';
import { Notary, type NotaryOptions } from './notary.ts';
import type { Storage } from './storage.ts';

export interface GenesisOptions extends NotaryOptions {
  readonly storage: Storage;
  readonly machine: Pick<MachinePort, 'policy'>;
  readonly crypto: Crypto;
}

export interface Genesis {
  /** Canonical JSON of the charter. */
  readonly charterLeaf: Uint8Array;
  /** Block time of the founding, integer ms UTC; `writes` bear the same. */
  readonly time: number;
  /** State that the charter founds, canonical JSON by key. */
  readonly writes: ReadonlyMap<string, string>;
  /** What the charter causes, for projections; derived, like all events. */
  readonly events?: readonly StoredEvent[];
}

/** Found the ledger in an empty store. Throws when the store holds blocks already. */
export function initialise(options: GenesisOptions, { charterLeaf, time, writes, events = [] }: Genesis): AppendedBlock {
  const { storage, machine } = options;
  if (storage.head().height !== 0) throw new Error('this ledger is founded already');
  if (charterLeaf[0] !== 0x7b) throw new RangeError('a charter is a JSON object');
  const notary = new Notary(options);
  const policy = machine.policy(readerOf(writes));
  return Chain.open(options).append({ time, accepted: [], system: [charterLeaf], writes, events, policy }, (body) => notary.sign(body));
}

/** State as it will be after genesis, for the policy that the seal names. */
function readerOf(writes: ReadonlyMap<string, string>): StateReader {
  const keys = [...writes.keys()].sort();
  return {
    get: (key) => writes.get(key),
    scan: (start, end, limit) =>
      keys
        .filter((key) => key >= start && key < end)
        .slice(0, limit)
        .map((key) => [key, writes.get(key)!] as const),
  };
}

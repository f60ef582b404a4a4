/**
 * What outside witnesses say of this log before the node takes anything new: they remember more than a restored backup does, and they are
 * the only ones who do (DESIGN §4 "Witness"; docs/operate/loss.md). A node that goes on from an older copy would write a second history
 * over entries that were acknowledged; so a witness that has seen more, or something else, ends the start.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { type Storage, StorageDamaged } from '@tabularium/engine-port';
import type { CharterRecord } from '@tabularium/kernel';
import { LogTree, leafHash, TILE_WIDTH } from '@tabularium/log';
import { type PushCode, pushToWitness, type WitnessAddress, type WitnessPush } from '@tabularium/witness';
import { NodeFault } from './node-fault.ts';

export interface WitnessWord extends WitnessAddress {
  readonly word: /** It cosigned the checkpoint: what it had seen before is part of this log. */
    | { readonly kind: 'agrees'; readonly checkpoint: string; readonly lines: string }
    /** It has seen more, or another history. */
    | { readonly kind: 'contradicts'; readonly code: PushCode; readonly detail: string; readonly size?: number }
    /** It did not answer, does not know the log, or answers against the protocol. */
    | { readonly kind: 'silent'; readonly code: PushCode; readonly detail: string };
}

/** The codes that mean that entries were lost or replaced. */
const CONTRADICTIONS: ReadonlySet<PushCode> = new Set(['witness-ahead', 'inconsistent']);

export function contradicts(code: PushCode): boolean {
  return CONTRADICTIONS.has(code);
}

/** The witnesses that the charter gives an address for, and those the operator adds; an operator's address of the same key goes first. */
export function witnessAddresses(charter: CharterRecord, added: readonly WitnessAddress[]): readonly WitnessAddress[] {
  const addresses = new Map(added.map((address) => [address.vkey, address]));
  for (const { vkey, url } of Object.values(charter.witnesses)) {
    if (url !== undefined && !addresses.has(vkey)) addresses.set(vkey, { vkey, url });
  }
  return [...addresses.values()];
}

export interface AskOptions extends Pick<WitnessPush, 'attempts' | 'backoffMs' | 'timeoutMs'> {
  readonly storage: Storage;
  readonly witnesses: readonly WitnessAddress[];
}

/** Push the newest checkpoint to every witness at once, before any engine runs. */
export async function askWitnesses({ storage, witnesses, ...push }: AskOptions): Promise<readonly WitnessWord[]> {
  const { checkpoint, size } = storage.head();
  if (checkpoint === undefined) return [];
  const consistency = consistencyOf(storage, size);
  return await Promise.all(
    witnesses.map(async ({ url, vkey }): Promise<WitnessWord> => {
      const pushed = await pushToWitness({ witnessUrl: url, vkey, checkpoint, oldSize: 0, consistency, crypto: nodeCrypto, ...push });
      if (pushed.ok) return { url, vkey, word: { kind: 'agrees', checkpoint, lines: pushed.lines } };
      const { code, detail } = pushed;
      if (!contradicts(code)) return { url, vkey, word: { kind: 'silent', code, detail } };
      return { url, vkey, word: { kind: 'contradicts', code, detail, ...(pushed.size === undefined ? {} : { size: pushed.size }) } };
    }),
  );
}

/** Proofs from tiles alone: the tree is opened only if a witness asks for one. */
function consistencyOf(storage: Storage, size: number): WitnessPush['consistency'] {
  let tree: LogTree | undefined;
  return (from, to) => {
    tree ??= openTree(storage, size);
    return tree.consistency(from, to);
  };
}

function openTree(storage: Storage, size: number): LogTree {
  const { sha256 } = nodeCrypto;
  const leaves = storage.leaves(size - (size % TILE_WIDTH), size);
  if (leaves.length !== size % TILE_WIDTH) throw new StorageDamaged(`the last leaves of ${size} are missing`);
  return new LogTree(
    sha256,
    size,
    (level, index) => storage.tile(level, index),
    Buffer.concat(leaves.map((leaf) => leafHash(leaf, sha256))),
  );
}

/** The fault behind a contradiction, in words for an operator. */
export function wouldFork(
  { url, code, size }: { readonly url: string; readonly code: PushCode; readonly size?: number },
  own: number,
): NodeFault {
  const seen =
    code === 'witness-ahead' && size !== undefined
      ? `the witness at ${url} has seen ${size} leaves of this ledger, and only ${own} are here: entries were lost`
      : `the witness at ${url} has seen another history of this ledger`;
  return new NodeFault('would-fork', `${seen}. Going on would write a second history over what was acknowledged`, {
    next: 'resume --after-loss',
  });
}

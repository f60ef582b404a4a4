/**
 * Who outside this office has seen the record, and how far: a ledger of one office proves nothing against that office
 * until someone outside has seen its checkpoints (DESIGN §4, Witness). Only lines that verify under the ledger's own
 * policy count, and the office's own cosigners are not outside. Where several agencies run the ledger, each has checked what the others wrote.
 */
import { checkSignature, isBy, parseCheckpoint, parseNote, parsePolicy } from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';
import type { PageSource } from './page-source.ts';
import { codeWords } from './plain-words.ts';

/** The policy that state generates names outside witnesses with this prefix (core/kernel, policy-text). */
const OUTSIDE = 'witness-';
/** And the ledger's own nodes with this one. */
const NODE = 'node-';

export interface WitnessStatus {
  /** Leaves that somebody outside has seen; 0 when nobody has. */
  readonly size: number;
  /** Newest cosignature of each, newest first; ms UTC. */
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
}

/** The agencies whose nodes cosigned the newest checkpoint, where several run the ledger. */
export interface AgencyStatus {
  /** Leaves that they all have; 0 where one node runs the ledger. */
  readonly size: number;
  readonly names: readonly string[];
}

/** Who has seen the record besides the office that shows it. */
export interface Seen {
  readonly witness: WitnessStatus;
  readonly agencies: AgencyStatus;
}

/** How to tell who has seen the ledger; signatures are checked once for each checkpoint that is new. */
export function seenBy({ ledger, crypto }: Pick<PageSource, 'ledger' | 'crypto'>): () => Seen {
  let of: readonly (string | undefined)[] = [];
  let seen: Seen | undefined;
  return () => {
    const now = [ledger.checkpoint(), ledger.head().witnessed, ledger.policy()] as const;
    if (seen === undefined || now.some((one, n) => one !== of[n])) {
      const [checkpoint, witnessed, policy] = now;
      of = now;
      seen = { witness: witnessStatus([checkpoint, witnessed], policy, crypto), agencies: agencyStatus(checkpoint, policy, crypto) };
    }
    return seen;
  };
}

/** `checkpoints` are signed notes, the newest and the newest witnessed; the larger one that was witnessed counts. */
export function witnessStatus(checkpoints: readonly (string | undefined)[], policyText: string, crypto: Crypto): WitnessStatus {
  let best: WitnessStatus = { size: 0, witnesses: [] };
  for (const checkpoint of checkpoints) {
    const seen = cosigners(checkpoint, policyText, OUTSIDE, crypto);
    if (seen.size < best.size || seen.times.size === 0) continue;
    const witnesses = [...seen.times].map(([name, time]) => ({ name, time: time * 1000 }));
    best = { size: seen.size, witnesses: witnesses.sort((a, b) => b.time - a.time) };
  }
  return best;
}

export function agencyStatus(checkpoint: string | undefined, policyText: string, crypto: Crypto): AgencyStatus {
  const { size, times } = cosigners(checkpoint, policyText, NODE, crypto);
  return times.size > 1 ? { size, names: [...times.keys()].sort() } : { size: 0, names: [] };
}

/** Whose cosignatures on a checkpoint are good, of those whose name in the policy begins so, with the newest of each (seconds). */
function cosigners(
  checkpoint: string | undefined,
  policyText: string,
  prefix: string,
  crypto: Crypto,
): { readonly size: number; readonly times: ReadonlyMap<string, number> } {
  const times = new Map<string, number>();
  const policy = parsePolicy(policyText, crypto);
  const note = checkpoint === undefined ? undefined : parseNote(checkpoint);
  const body = note === undefined ? undefined : parseCheckpoint(note.text);
  if (!policy.ok || note === undefined || body === undefined) return { size: 0, times };
  for (const { name, key } of policy.policy.witnesses) {
    if (!name.startsWith(prefix)) continue;
    for (const line of note.signatures) {
      const check = isBy(line, key) ? checkSignature(key, line.signature, note.text, crypto) : undefined;
      const words = codeWords(name.slice(prefix.length));
      if (check?.valid === true) times.set(words, Math.max(times.get(words) ?? 0, check.time ?? 0));
    }
  }
  return { size: body.size, times };
}

/**
 * Who outside this office has seen the record, and how far: a ledger of one office proves nothing against that office
 * until someone outside has seen its checkpoints (DESIGN §4, Witness). Only lines that verify under the ledger's own
 * policy count, and the office's own cosigners are not outside.
 */
import { checkSignature, isBy, parseCheckpoint, parseNote, parsePolicy } from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';
import { codeWords } from './plain-words.ts';

/** The policy that state generates names outside witnesses with this prefix (core/kernel, policy-text). */
const OUTSIDE = 'witness-';

export interface WitnessStatus {
  /** Leaves that somebody outside has seen; 0 when nobody has. */
  readonly size: number;
  /** Newest cosignature of each, newest first; ms UTC. */
  readonly witnesses: readonly { readonly name: string; readonly time: number }[];
}

/** `checkpoints` are signed notes, the newest and the newest witnessed; the larger one that was witnessed counts. */
export function witnessStatus(checkpoints: readonly (string | undefined)[], policyText: string, crypto: Crypto): WitnessStatus {
  const policy = parsePolicy(policyText, crypto);
  let best: WitnessStatus = { size: 0, witnesses: [] };
  if (!policy.ok) return best;
  for (const checkpoint of checkpoints) {
    const note = checkpoint === undefined ? undefined : parseNote(checkpoint);
    const body = note === undefined ? undefined : parseCheckpoint(note.text);
    if (note === undefined || body === undefined || body.size < best.size) continue;
    const times = new Map<string, number>();
    for (const { name, key } of policy.policy.witnesses) {
      if (!name.startsWith(OUTSIDE)) continue;
      for (const line of note.signatures) {
        const check = isBy(line, key) ? checkSignature(key, line.signature, note.text, crypto) : undefined;
        if (check?.valid === true) times.set(name, Math.max(times.get(name) ?? 0, check.time ?? 0));
      }
    }
    if (times.size === 0) continue;
    const witnesses = [...times].map(([name, time]) => ({ name: codeWords(name.slice(OUTSIDE.length)), time: time * 1000 }));
    best = { size: body.size, witnesses: witnesses.sort((a, b) => b.time - a.time) };
  }
  return best;
}

/**
 * Does a signed checkpoint satisfy a trust policy? (C2SP tlog-policy; signed-note, "Signatures")
 *
 * A line by a known key that does not verify spoils the whole note; lines of unknown keys say nothing. A witness is
 * counted once, however often it signed.
 */
import type { Crypto } from '@tabularium/protocol';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { checkSignature } from './cosignature.ts';
import { isBy, parseNote } from './note.ts';
import { NO_QUORUM, type Policy } from './policy.ts';

export interface Cosigner {
  /** The witness's name in the policy. */
  readonly name: string;
  /** Time of its newest cosignature, seconds since the epoch. */
  readonly time: number;
  /** Whether the quorum asks for it, directly or through groups. */
  readonly counted: boolean;
}

/** Why a checkpoint is not accepted. */
export type CheckpointCode = 'checkpoint-malformed' | 'log-unknown' | 'log-signature-missing' | 'signature-invalid' | 'quorum-not-met';

export type PolicyCheck =
  | ({
      readonly ok: true;
      /** Names of the log keys that signed: the origin, once for each node. */
      readonly logSignatures: number;
      readonly cosigners: readonly Cosigner[];
      readonly extensions: readonly string[];
    } & Checkpoint)
  | { readonly ok: false; readonly code: CheckpointCode };

/** `checkpoint` is the signed note. Cosignatures of a time after `latest` (seconds since the epoch), if given, do not count. */
export function checkPolicy(policy: Policy, checkpoint: string, crypto: Crypto, latest = Number.POSITIVE_INFINITY): PolicyCheck {
  const note = parseNote(checkpoint);
  const body = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || body === undefined) return { ok: false, code: 'checkpoint-malformed' };
  if (!policy.logs.some(({ key }) => key.name === body.origin)) return { ok: false, code: 'log-unknown' };

  let logSignatures = 0;
  const times = new Map<string, number>();
  for (const line of note.signatures) {
    for (const { key } of policy.logs) {
      if (!isBy(line, key)) continue;
      if (!checkSignature(key, line.signature, note.text, crypto).valid) return { ok: false, code: 'signature-invalid' };
      if (key.name === body.origin) logSignatures++;
    }
    for (const { name, key } of policy.witnesses) {
      if (!isBy(line, key)) continue;
      const check = checkSignature(key, line.signature, note.text, crypto);
      if (!check.valid) return { ok: false, code: 'signature-invalid' };
      const time = check.time ?? 0;
      if (time <= latest) times.set(name, Math.max(times.get(name) ?? 0, time));
    }
  }
  if (logSignatures === 0) return { ok: false, code: 'log-signature-missing' };

  const { met, counted } = quorum(policy, new Set(times.keys()));
  if (!met) return { ok: false, code: 'quorum-not-met' };
  const cosigners = [...times].map(([name, time]) => ({ name, time, counted: counted.has(name) }));
  return { ok: true, ...body, logSignatures, cosigners };
}

/** Whether these witnesses are enough, and which names the quorum reaches. */
function quorum(policy: Policy, witnessed: ReadonlySet<string>): { readonly met: boolean; readonly counted: ReadonlySet<string> } {
  const counted = new Set<string>();
  if (policy.quorum === NO_QUORUM) return { met: true, counted };
  // A group names only what stands before it, so one pass decides all of them.
  const satisfied = new Set(witnessed);
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => satisfied.has(member)).length >= threshold) satisfied.add(name);
  }
  counted.add(policy.quorum);
  for (const { name, members } of [...policy.groups].reverse()) {
    if (counted.has(name)) for (const member of members) counted.add(member);
  }
  return { met: satisfied.has(policy.quorum), counted };
}

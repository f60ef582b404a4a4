/** The newest stamp (checkpoint), each signature on it checked here, and held against the one that this browser saw last. */
import {
  type Checkpoint,
  checkPolicy,
  isTrainingOrigin,
  type Policy,
  type PolicyCheck,
  parseCheckpoint,
  parseNote,
  parsePolicy,
} from '@tabularium/log';
import { encodeBase64 } from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import { getText } from '../data/api.ts';
import { fetchPolicy } from '../proof/check.ts';
import { cosignerOf, ledgerIn } from '../proof/cosigner-name.ts';
import { fetchTile } from '../proof/fetch-tile.ts';
import { stillHolds } from '../proof/log-consistency.ts';

/** A demo that began anew is another one: what was seen of the one before accuses nobody. */
const KEPT = 'tabularium-stamp:';
/** Cosigners' clocks may be ahead of this one by this much. */
const SKEW_SECONDS = 300;

/** One who signed the stamp, and whose signature is good. `time`: ms UTC, where the signature states one. */
export interface StampSigner {
  readonly kind: 'log' | 'node' | 'witness';
  readonly name: string;
  readonly time?: number;
}

/** What this browser remembered, and whether the record still begins with it. */
export interface SinceThen {
  readonly then: string;
  readonly size: number;
  readonly holds: boolean;
}

export type NewestStamp =
  | { readonly ok: false; readonly code: string }
  | {
      readonly ok: true;
      /** The signed note. */
      readonly note: string;
      readonly origin: string;
      readonly size: number;
      readonly root: string;
      readonly signers: readonly StampSigner[];
      /** How many nodes and how many outside it takes. */
      readonly takes: { readonly nodes: number; readonly outside: number };
      /** Absent on the first visit. */
      readonly since?: SinceThen;
    };

/** `run` names the run of a demo; undefined for every other record. */
export async function readNewestStamp(run?: string): Promise<NewestStamp> {
  const [note, policyText] = await Promise.all([getText('/log/checkpoint'), fetchPolicy()]);
  const parsed = parsePolicy(policyText, nobleCrypto);
  if (!parsed.ok) return { ok: false, code: parsed.code };
  const check = checkPolicy(parsed.policy, note, nobleCrypto, Math.floor(Date.now() / 1_000) + SKEW_SECONDS);
  if (!check.ok) return check;
  const { origin, size, root } = check;
  // What one for training showed yesterday, it forgot in the night, as it is meant to.
  const isTraining = isTrainingOrigin(origin);
  const kept = `${KEPT}${run === undefined ? '' : `${run}:`}${origin}`;
  const since = isTraining ? undefined : await sinceThen(check, kept);
  // What contradicts the record is kept as it is: it is the evidence.
  if (!isTraining && (since === undefined || since.holds)) localStorage.setItem(kept, note);
  const stamp = {
    ok: true,
    note,
    origin,
    size,
    root: encodeBase64(root),
    signers: signersOf(check),
    takes: takesOf(parsed.policy),
  } as const;
  return since === undefined ? stamp : { ...stamp, since };
}

async function sinceThen(now: Checkpoint, kept: string): Promise<SinceThen | undefined> {
  const then = localStorage.getItem(kept);
  const seen = then === null ? undefined : parseCheckpoint(parseNote(then)?.text ?? '');
  if (then === null || seen === undefined) return undefined;
  // A node that lags behind another shows less than was seen; what it shows must then be a beginning of that.
  const [older, newer] = seen.size <= now.size ? [seen, now] : [now, seen];
  return { then, size: seen.size, holds: await stillHolds(older, newer, fetchTile, nobleCrypto.sha256) };
}

function signersOf({ origin, cosigners }: Extract<PolicyCheck, { ok: true }>): readonly StampSigner[] {
  return [
    { kind: 'log', name: ledgerIn(origin) },
    ...cosigners.map(({ name, time }): StampSigner => {
      const { kind, of } = cosignerOf(name);
      return { kind, name: of, time: time * 1_000 };
    }),
  ];
}

/** The groups that a ledger's own policy has (core/kernel, policy-text). */
function takesOf({ groups }: Policy): { readonly nodes: number; readonly outside: number } {
  const threshold = (group: string): number => groups.find(({ name }) => name === group)?.threshold ?? 0;
  return { nodes: threshold('nodes'), outside: threshold('outside') };
}

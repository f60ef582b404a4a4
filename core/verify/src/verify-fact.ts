/**
 * Offline verification of a fact (docs/spec/fact.md): this record holds this value now, or nothing stands under this key.
 *
 * What makes "now" sound: the seal is the last leaf of the checkpoint, so there is no later state that the cosigners
 * had seen; and the newest cosignature tells how long ago that was.
 */
import {
  type Checkpoint,
  type Cosigner,
  leafHash,
  parseFact,
  parseSeal,
  type Seal,
  verifyAbsence,
  verifyExistence,
  verifyInclusion,
} from '@tabularium/log';
import { asciiBytes, type Crypto, encodeUtf8, fromHex, type JsonValue, parseJson } from '@tabularium/protocol';
import { textOf, trustCheckpoint } from './trusted-checkpoint.ts';
import { FACT_CODES, type FactVerifyCode } from './verify-codes.ts';

export interface VerifiedFact {
  readonly ok: true;
  /** `module/collection/id`. */
  readonly key: string;
  /** The record, or null: nothing stands under this key. */
  readonly value: JsonValue;
  /** The block that closed with this state; `time` in ms UTC. */
  readonly seal: Seal;
  readonly checkpoint: Checkpoint;
  readonly cosigners: readonly Cosigner[];
  /** Newest cosignature that the quorum counts, seconds since the epoch; absent where it counts none. */
  readonly seenAt?: number;
}

export interface RefusedFact {
  readonly ok: false;
  readonly code: FactVerifyCode;
  readonly detail: string;
}

export interface FactDemand {
  /** Refuse a fact whose newest counted cosignature is older. Needs `nowSeconds`. */
  readonly maxAgeSeconds?: number;
  /** The verifier's clock, seconds since the epoch. With it, cosignatures from the future do not count. */
  readonly nowSeconds?: number;
}

/** Checks a fact bundle against a tlog-policy text. Throws only where `maxAgeSeconds` comes without `nowSeconds`. */
export function verifyFact(
  bundle: string | Uint8Array,
  policyText: string,
  crypto: Crypto,
  { maxAgeSeconds, nowSeconds }: FactDemand = {},
): VerifiedFact | RefusedFact {
  if (maxAgeSeconds !== undefined && nowSeconds === undefined) throw new RangeError('an age needs a clock: nowSeconds');
  const text = textOf(bundle);
  if (text === undefined) return refused('text-malformed');
  const parsed = parseFact(text);
  if (!parsed.ok) return refused(parsed.code);
  const { key, value, stateProof, seal: leaf, proof } = parsed.fact;

  const trusted = trustCheckpoint(proof.checkpoint, policyText, crypto, nowSeconds);
  if (!trusted.ok) return refused(trusted.code, trusted.detail);
  const { checkpoint, cosigners } = trusted;

  const seal = parseSeal(leaf);
  if (seal === undefined) return refused('seal-malformed');
  if (proof.index !== checkpoint.size - 1) return refused('seal-not-last');
  const { size, root, origin } = checkpoint;
  const claim = { index: proof.index, size, leafHash: leafHash(leaf, crypto.sha256), proof: proof.hashes, root };
  if (!verifyInclusion(claim, crypto.sha256)) return refused('inclusion-invalid');
  if (seal.ledger !== origin) return refused('ledger-mismatch', seal.ledger);

  const state = fromHex(seal.state);
  const keyBytes = asciiBytes(key);
  const holds =
    value === null
      ? stateProof.kind === 'absence' && verifyAbsence(state, keyBytes, stateProof.proof, crypto)
      : stateProof.kind === 'existence' && verifyExistence(state, keyBytes, encodeUtf8(value), stateProof.proof, crypto);
  if (!holds) return refused('state-proof-invalid');
  const record = value === null ? { ok: true as const, value: null } : parseJson(value);
  if (!record.ok) return refused('value-malformed');

  const seenAt = cosigners.reduce<number | undefined>(
    (newest, { counted, time }) => (counted ? Math.max(newest ?? 0, time) : newest),
    undefined,
  );
  if (maxAgeSeconds !== undefined) {
    if (seenAt === undefined) return refused('cosignature-missing');
    if (nowSeconds! - seenAt > maxAgeSeconds) return refused('cosignature-stale');
  }
  const verified = { ok: true as const, key, value: record.value, seal, checkpoint, cosigners };
  return seenAt === undefined ? verified : { ...verified, seenAt };
}

function refused(code: FactVerifyCode, inside?: string): RefusedFact {
  return { ok: false, code, detail: inside === undefined ? FACT_CODES[code] : `${FACT_CODES[code]} (${inside})` };
}

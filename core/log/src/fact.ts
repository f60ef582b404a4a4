/**
 * The fact's form (docs/spec/fact.md): a state key with its value or absence, the ICS-23 proof of it, the seal that
 * holds the state's root, and the seal's tlog-proof in a checkpoint that ends with it.
 */
import {
  asciiBytes,
  canonicalJson,
  decodeBase64,
  encodeBase64,
  encodeUtf8,
  isStateKey,
  type JsonObject,
  parseJson,
} from '@tabularium/protocol';
import { type CommitmentProof, decodeStateProof, encodeStateProof, existenceProof } from './ics23.ts';
import type { StateProof, TreePath } from './state-tree.ts';
import { parseTlogProof, type TlogProof } from './tlog-proof.ts';

/** The bundle as JSON, `application/vnd.tabularium.fact+json`. */
export interface FactBundle {
  readonly v: 1;
  /** `module/collection/id`. */
  readonly key: string;
  /** The record's exact canonical JSON, or null: nothing stands under this key. */
  readonly value: string | null;
  /** base64 of the ICS-23 `CommitmentProof`. */
  readonly statePath: string;
  /** base64 of the seal, exactly as it stands in the log. */
  readonly seal: string;
  /** tlog-proof text of the seal, without extra data. */
  readonly proof: string;
}

/** A bundle taken apart. */
export interface Fact {
  readonly key: string;
  readonly value: string | null;
  readonly stateProof: CommitmentProof;
  readonly seal: Uint8Array;
  readonly proof: TlogProof;
}

/** Why a text is not a fact. */
export type FactCode = 'bundle-too-large' | 'bundle-malformed' | 'key-malformed' | 'state-proof-malformed' | 'seal-proof-malformed';

export type FactResult = { readonly ok: true; readonly fact: Fact } | { readonly ok: false; readonly code: FactCode };

export const MAX_FACT_LENGTH = 256 * 1024;

/** A record as the store has it. */
export interface StateRecord {
  readonly key: string;
  readonly value: string;
}

/**
 * The ICS-23 proof of a key from its place in the tree. `record` fetches what a leaf's `ref` stands for: the record
 * itself, or its neighbours' records, of which an absence proof must show key and value.
 */
export function stateProof(key: string, place: StateProof, record: (ref: number) => StateRecord): CommitmentProof {
  const existence = (path: TreePath) => {
    const { key: recordKey, value } = record(path.ref);
    return existenceProof(asciiBytes(recordKey), encodeUtf8(value), path);
  };
  if (place.found) return { kind: 'existence', proof: existence(place.path) };
  const { left, right } = place;
  if (left === undefined && right === undefined) throw new Error('ICS-23 has no proof of absence in an empty tree');
  return {
    kind: 'absence',
    proof: {
      key: asciiBytes(key),
      left: left === undefined ? undefined : existence(left),
      right: right === undefined ? undefined : existence(right),
    },
  };
}

/** The bundle of a fact. `proof` is the seal's tlog-proof text. */
export function makeFact(key: string, value: string | null, proofOfState: CommitmentProof, seal: Uint8Array, proof: string): FactBundle {
  return { v: 1, key, value, statePath: encodeBase64(encodeStateProof(proofOfState)), seal: encodeBase64(seal), proof };
}

/** The bundle as text: canonical JSON. */
export function formatFact({ v, key, value, statePath, seal, proof }: FactBundle): string {
  return canonicalJson({ v, key, value, statePath, seal, proof });
}

const MEMBERS = ['v', 'key', 'value', 'statePath', 'seal', 'proof'];

/** Reads a bundle. Whether it proves anything is for `verifyFact` to say. */
export function parseFact(text: string): FactResult {
  if (text.length > MAX_FACT_LENGTH) return { ok: false, code: 'bundle-too-large' };
  const json = parseJson(text);
  if (!json.ok || json.value === null || typeof json.value !== 'object' || Array.isArray(json.value))
    return { ok: false, code: 'bundle-malformed' };
  const bundle = json.value as JsonObject;
  const members = Object.keys(bundle);
  if (members.length !== MEMBERS.length || !MEMBERS.every((member) => Object.hasOwn(bundle, member)))
    return { ok: false, code: 'bundle-malformed' };
  const { v, key, value, statePath, seal, proof } = bundle;
  if (v !== 1 || typeof key !== 'string' || (value !== null && typeof value !== 'string')) return { ok: false, code: 'bundle-malformed' };
  if (typeof statePath !== 'string' || typeof seal !== 'string' || typeof proof !== 'string')
    return { ok: false, code: 'bundle-malformed' };
  if (!isStateKey(key)) return { ok: false, code: 'key-malformed' };
  const sealBytes = decodeBase64(seal);
  if (sealBytes === undefined) return { ok: false, code: 'bundle-malformed' };
  const pathBytes = decodeBase64(statePath);
  const proofOfState = pathBytes === undefined ? undefined : decodeStateProof(pathBytes);
  if (proofOfState === undefined) return { ok: false, code: 'state-proof-malformed' };
  const sealProof = parseTlogProof(proof);
  if (sealProof === undefined || sealProof.extra !== undefined) return { ok: false, code: 'seal-proof-malformed' };
  return { ok: true, fact: { key, value: value as string | null, stateProof: proofOfState, seal: sealBytes, proof: sealProof } };
}

/**
 * A ledger of one block with a birth of invented people, whose fields are digests: made by hand from docs/spec/presentation.md, so that
 * presentations and their forgeries can be cut from it.
 */

import { path } from './reference-merkle.ts';
import { absenceProof, existenceProof, type StateEntry, stateRoot } from './reference-state.ts';
import { extraOf, hashesOf, LEDGER, NOW, OFFICER, proofText, signedCheckpoint } from './sample-ledger.ts';
import { base64url, makeKey, sha256, signEs256, type VectorKey } from './vector-keys.ts';

const INDEX = 1;
const KEY = 'civil/record/3f9c01d2a7b84e55';

function disclosure(name: string, value: unknown, label: string): string {
  return base64url(JSON.stringify([base64url(sha256(`salt ${label}`).subarray(0, 16)), name, value]));
}

export const withHolder = (key: unknown): string => disclosure('holderKey', key, 'holderKey');

function fields(salt = ''): Readonly<Record<'name' | 'birthYear' | 'birthDay' | 'birthPlace' | 'holderKey' | 'mother' | 'father', string>> {
  return {
    name: disclosure('name', 'Ada Linden', `${salt}name`),
    birthYear: disclosure('birthYear', 2019, `${salt}birthYear`),
    birthDay: disclosure('birthDay', '2019-05-04', `${salt}birthDay`),
    birthPlace: disclosure('birthPlace', 'Vellmere', `${salt}birthPlace`),
    holderKey: withHolder(makeKey('holder').jwk),
    mother: disclosure('name', 'Berta Linden', `${salt}mother`),
    father: disclosure('name', 'Carl Linden', `${salt}father`),
  };
}

export const PARTS = fields();
const PATHS: readonly (readonly [disclosure: string, path: string])[] = Object.entries(PARTS).map(([name, text]) => [
  text,
  name === 'mother' ? '/parents/0' : name === 'father' ? '/parents/1' : '',
]);

/** What the disclosures of the usual record show. */
export function shownFields(disclosures: readonly string[]): { readonly path: string; readonly name: string; readonly value: unknown }[] {
  return disclosures.map((text) => {
    const [, name, value] = JSON.parse(Buffer.from(text, 'base64url').toString());
    return { path: PATHS.find(([one]) => one === text)?.[1] as string, name, value };
  });
}

/** How a record differs from the usual one. */
interface Choice {
  readonly salt?: string;
  /** Further disclosures of the first object, in place of decoys. */
  readonly more?: readonly string[];
  /** Further members of the body. */
  readonly body?: object;
  readonly signer?: VectorKey;
  /** Whose key the header names, where it is not the signer's. */
  readonly jwk?: VectorKey;
  /** The transaction that the record names as its last. */
  readonly tx?: string;
  /** Another entry has written the record since, and it names this one. */
  readonly since?: boolean;
  readonly standing?: string;
  readonly state?: string;
}

export interface SampleRecord {
  readonly entry: string;
  readonly tx: string;
  /** Of the whole body. */
  readonly digests: number;
  readonly disclosures: readonly string[];
  readonly receipt: string;
  /** State key of the record. */
  readonly key: string;
  readonly fact: string;
  /** Of a record that this entry did not write. */
  readonly otherFact: string;
  /** That nothing stands under a key. */
  readonly absence: string;
}

/** `without`: disclosures that are left out, so that others can take their place. */
export function recordLedger(choice: Choice = {}, without: readonly string[] = []): SampleRecord {
  const { mother, father, ...own } = fields(choice.salt);
  const kept = [...Object.values(own).filter((one) => !without.includes(one)), ...(choice.more ?? [])];
  const digest = (text: string): string => base64url(sha256(text));
  const decoy = digest('a field that was not filled');
  const body = {
    case: 'b3d1f0a2c4e5968778695a4b3c2d1e0f',
    kind: 'birth',
    parents: [{ _sd: [digest(mother)] }, { _sd: [digest(father)] }],
    _sd: [...kept.map(digest), decoy].sort(),
    ...choice.body,
  };
  const entry = entryOf(body, choice);
  const tx = digest(entry.slice(0, entry.lastIndexOf('.')));
  const written = {
    tx: choice.tx ?? (choice.since === true ? digest('a note was added') : tx),
    ...(choice.since === true ? { entry: tx } : {}),
  };
  const record = {
    ...written,
    rev: 1,
    state: choice.state ?? 'registered',
    v: 1,
    ...(choice.standing === undefined ? {} : { standing: choice.standing }),
  };
  const state: readonly StateEntry[] = [
    { key: 'kernel/charter/current', value: '{"rev":1,"v":1}' },
    { key: KEY, value: JSON.stringify(record) },
  ];
  const leaves = ['{"agencies":["finance","registry"],"name":"town.example"}', entry];
  const seal = sealOf(state);
  leaves.push(seal);
  const checkpoint = signedCheckpoint(leaves.length, undefined, leaves);
  const at = (index: number): { readonly index: number; readonly hashes: Buffer[]; readonly checkpoint: string } => ({
    index,
    hashes: path(index, hashesOf(leaves)),
    checkpoint,
  });
  const fact = (key: string): string => {
    const value = state.find((one) => one.key === key)?.value ?? null;
    const proof = value === null ? absenceProof(state, key) : existenceProof(state, key);
    const parts = {
      statePath: proof.toString('base64'),
      seal: Buffer.from(seal).toString('base64'),
      proof: proofText(at(leaves.length - 1)),
    };
    return JSON.stringify({ v: 1, key, value, ...parts });
  };
  return {
    ...{ entry, tx, disclosures: kept, digests: kept.length + 3, key: KEY },
    receipt: proofText({ extra: extraOf(entry, (choice.jwk ?? choice.signer ?? OFFICER).jwk), ...at(INDEX) }),
    ...{ fact: fact(KEY), otherFact: fact('kernel/charter/current'), absence: fact('civil/record/none') },
  };
}

function entryOf(body: object, { signer = OFFICER, jwk = signer }: Choice): string {
  const header = `{"alg":"ES256","kid":"${jwk.kid}","typ":"tabularium-tx+jwt"}`;
  const payload = {
    ...{ ledger: LEDGER, id: '01JD0RNSS0ABCDEFGHJKMNPQ77', action: 'civil.birth.register', as: 'registrar@registry', exp: 1_795_003_600 },
    body,
  };
  const input = `${base64url(header)}.${base64url(JSON.stringify(payload))}`;
  return `${input}.${base64url(signEs256(signer, input))}`;
}

function sealOf(state: readonly StateEntry[]): string {
  return JSON.stringify({
    ...{ app: 1, count: 2, first: 0, height: 1, ledger: LEDGER, prev: '0'.repeat(64) },
    state: stateRoot(state).toString('hex'),
    ...{ time: (NOW - 60) * 1000, type: 'seal', v: 1, validators: sha256('validators').toString('hex') },
  });
}

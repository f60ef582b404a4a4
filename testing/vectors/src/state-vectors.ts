/** Vectors of docs/spec/state-tree.md and docs/spec/seal.md: state roots, ICS-23 proofs, seals, and origins. */
import {
  absenceProof,
  bytesField,
  existence,
  existenceProof,
  keyHash,
  LEAF_OP,
  neighbours,
  numberField,
  type StateEntry,
  statePath,
  stateRoot,
} from './reference-state.ts';
import { LEDGER, SAMPLE, type SampleSeal } from './sample-ledger.ts';
import { stricter, type VectorFile } from './vector-file.ts';
import { sha256 } from './vector-keys.ts';

const entries = (count: number): StateEntry[] =>
  Array.from({ length: count }, (_, i) => ({ key: `treasury/account/${i}`, value: `{"balance":"${i * i}","v":1}` }));

interface RootVector {
  readonly name: string;
  readonly entries: readonly (readonly [key: string, value: string])[];
  readonly root: string;
}

function rootOf(name: string, of: readonly StateEntry[]): RootVector {
  return { name, entries: of.map(({ key, value }) => [key, value] as const), root: stateRoot(of).toString('hex') };
}

export const stateTree: VectorFile<RootVector> = {
  description: 'Roots (hex) of the compact sparse Merkle tree over keys and values; the order in which they stand does not matter.',
  spec: 'docs/spec/state-tree.md',
  vectors: [
    rootOf('empty', []),
    ...[1, 2, 3, 5, 17, 64].map((count) => rootOf(`${count} records`, entries(count))),
    rootOf('17 records backwards', entries(17).reverse()),
    rootOf('the sample ledger', SAMPLE.state),
  ],
};

interface ProofVector {
  readonly name: string;
  /** State root, hex. */
  readonly root: string;
  readonly key: string;
  /** The value claimed, or null where absence is. */
  readonly value: string | null;
  /** base64 of an ICS-23 CommitmentProof. */
  readonly proof: string;
  readonly expected: boolean;
}

const STATE = entries(64);
const ROOT = stateRoot(STATE).toString('hex');
const HERE = STATE[20]!;
const ABSENT = 'treasury/account/none';

function claim(name: string, proof: Buffer, expected: boolean, of: Partial<ProofVector> = {}): ProofVector {
  return { name, root: ROOT, key: HERE.key, value: HERE.value, proof: proof.toString('base64'), expected, ...of };
}

/** A key on whose left or right side nothing lies. */
function outermost(side: 'left' | 'right'): string {
  for (let i = 0; ; i++) if (neighbours(STATE, `treasury/account/edge-${i}`)[side] === undefined) return `treasury/account/edge-${i}`;
}

function present(): ProofVector[] {
  const path = statePath(STATE, HERE.key);
  const whole = (entry: StateEntry, steps = path, leafOp = LEAF_OP) => bytesField(1, existence(entry, steps, leafOp));
  const flip = path.map((step, i) =>
    i === 0 ? { ...step, hash: Buffer.from(step.hash.map((byte, at) => (at === 0 ? byte ^ 1 : byte))) } : step,
  );
  const mirrored = path.map((step, i) => (i === 0 ? { ...step, left: !step.left } : step));
  const good = existenceProof(STATE, HERE.key);
  return [
    claim('a record that is there', good, true),
    ...[1, 2, 3, 5, 17].map((count) => {
      const state = entries(count);
      return claim(`the first of ${count}`, existenceProof(state, state[0]!.key), true, {
        root: stateRoot(state).toString('hex'),
        key: state[0]!.key,
        value: state[0]!.value,
      });
    }),
    claim('another value', good, false, { value: HERE.value.replace('400', '900') }),
    claim('another value in the proof as well', whole({ ...HERE, value: HERE.value.replace('400', '900') }), false, {
      value: HERE.value.replace('400', '900'),
    }),
    claim('the right proof of another key', existenceProof(STATE, STATE[21]!.key), false),
    claim('the right proof of another key, whose value is claimed', existenceProof(STATE, STATE[21]!.key), false, {
      value: STATE[21]!.value,
    }),
    claim('another root', good, false, { root: stateRoot(entries(63)).toString('hex') }),
    claim('a hash of the path flipped', whole(HERE, flip), false),
    claim('a sibling on the other side', whole(HERE, mirrored), false),
    claim('a step left out', whole(HERE, path.slice(1)), false),
    claim('the top step left out', whole(HERE, path.slice(0, -1)), false),
    claim('a step too many', whole(HERE, [...path, path[0]!]), false),
    claim(
      'values not hashed first',
      whole(HERE, path, Buffer.concat([numberField(1, 1), numberField(2, 1), bytesField(5, Buffer.from([0]))])),
      false,
    ),
    claim(
      'leaf prefix 01',
      whole(HERE, path, Buffer.concat([numberField(1, 1), numberField(2, 1), numberField(3, 1), bytesField(5, Buffer.from([1]))])),
      false,
    ),
    claim(
      'SHA-512',
      whole(HERE, path, Buffer.concat([numberField(1, 2), numberField(2, 1), numberField(3, 1), bytesField(5, Buffer.from([0]))])),
      false,
    ),
    claim('presence claimed with a proof of absence', absenceProof(STATE, ABSENT), false, { key: ABSENT, value: '{}' }),
    claim('a byte behind', Buffer.concat([good, Buffer.alloc(1)]), false),
    claim('cut short', good.subarray(0, -1), false),
    stricter(claim('a default value written out', bytesField(1, Buffer.concat([existence(HERE, path), numberField(5, 0)])), false)),
    claim('the proof twice', Buffer.concat([good, good]), false),
    claim('empty', Buffer.alloc(0), false),
  ];
}

function absent(): ProofVector[] {
  const { left, right } = neighbours(STATE, ABSENT);
  const sorted = [...STATE].sort((a, b) => Buffer.compare(keyHash(a.key), keyHash(b.key)));
  const before = sorted[sorted.indexOf(left!) - 1]!;
  const after = sorted[sorted.indexOf(right!) + 1]!;
  const of = (name: string, proof: Buffer, expected = false, key = ABSENT) => claim(name, proof, expected, { key, value: null });
  return [
    of('a key that is not there', absenceProof(STATE, ABSENT), true),
    of('a key before all others', absenceProof(STATE, outermost('left')), true, outermost('left')),
    of('a key after all others', absenceProof(STATE, outermost('right')), true, outermost('right')),
    ...[1, 2, 3, 5, 17].map((count) => {
      const state = entries(count);
      return claim(`absent among ${count}`, absenceProof(state, ABSENT), true, {
        root: stateRoot(state).toString('hex'),
        key: ABSENT,
        value: null,
      });
    }),
    of('neighbours that do not touch, left', absenceProof(STATE, ABSENT, { left: before, right })),
    of('neighbours that do not touch, right', absenceProof(STATE, ABSENT, { left, right: after })),
    of('only the left neighbour', absenceProof(STATE, ABSENT, { left, right: undefined })),
    of('only the right neighbour', absenceProof(STATE, ABSENT, { left: undefined, right })),
    of('the neighbours exchanged', absenceProof(STATE, ABSENT, { left: right, right: left })),
    of('both neighbours on one side', absenceProof(STATE, ABSENT, { left: before, right: left })),
    of('no neighbour', absenceProof(STATE, ABSENT, { left: undefined, right: undefined })),
    of('a key that is there, by its neighbours', absenceProof(STATE, HERE.key), false, HERE.key),
    of(
      'a key that is there, by itself as a neighbour',
      absenceProof(STATE, HERE.key, { left: HERE, right: neighbours(STATE, HERE.key).right }),
      false,
      HERE.key,
    ),
    of('the right proof of another key', absenceProof(STATE, ABSENT), false, 'treasury/account/nobody'),
    of('absence claimed with a proof of presence', existenceProof(STATE, HERE.key), false, HERE.key),
    claim('another root', absenceProof(STATE, ABSENT), false, { key: ABSENT, value: null, root: stateRoot(entries(63)).toString('hex') }),
    claim('a neighbour’s value changed', absenceProof(STATE, ABSENT, { left: { ...left!, value: '{}' }, right }), false, {
      key: ABSENT,
      value: null,
    }),
  ];
}

export const ics23: VectorFile<ProofVector> = {
  description:
    'ICS-23 proofs (SmtSpec) that a key has a value, or none, under a state root, and whether they hold in the one spelling that the specification gives them (stricter: ICS-23 itself takes other spellings).',
  spec: 'docs/spec/state-tree.md',
  vectors: [
    ...present().map((vector) => ({ ...vector, name: `presence: ${vector.name}` })),
    ...absent().map((vector) => ({ ...vector, name: `absence: ${vector.name}` })),
  ],
};

interface SealVector {
  readonly name: string;
  /** The leaf as text. */
  readonly leaf: string;
  readonly expected: SampleSeal | null;
}

const SEAL = SAMPLE.seals[1]!.seal;
const TEXT = JSON.stringify(SEAL);
const noSeal = (name: string, leaf: string): SealVector => ({ name, leaf, expected: null });
const withMember = (change: Record<string, unknown>): string => JSON.stringify({ ...SEAL, ...change });

export const seals: VectorFile<SealVector> = {
  description: 'Leaves that are seals, read; null for every other leaf, and for a seal in another spelling.',
  spec: 'docs/spec/seal.md',
  vectors: [
    ...SAMPLE.seals.map(({ seal }) => ({ name: `height ${seal.height}`, leaf: JSON.stringify(seal), expected: seal })),
    noSeal('a transaction', SAMPLE.leaves[2]!),
    noSeal('a charter', SAMPLE.leaves[0]!),
    noSeal('members in another order', JSON.stringify(Object.fromEntries(Object.entries(SEAL).reverse()))),
    noSeal('white space', TEXT.replace(',', ', ')),
    noSeal('a newline behind', `${TEXT}\n`),
    noSeal('an escape where none is needed', TEXT.replace('seal', '\\u0073eal')),
    noSeal('a member twice', TEXT.replace('{', '{"app":1,')),
    noSeal('a member too many', withMember({ z: 1 })),
    noSeal('a member missing', withMember({ validators: undefined })),
    noSeal('another type', withMember({ type: 'charter' })),
    noSeal('another version', withMember({ v: 2 })),
    noSeal('height 0', withMember({ height: 0 })),
    noSeal('a negative count', withMember({ count: -1 })),
    noSeal('a time that is not whole', withMember({ time: 1.5 })),
    noSeal('a number as text', withMember({ first: '2' })),
    noSeal('a digest in uppercase', withMember({ state: SEAL.state.toUpperCase().replace(/^./, 'A') })),
    noSeal('a digest of 31 bytes', withMember({ prev: SEAL.prev.slice(2) })),
    noSeal('an origin without a digest', withMember({ ledger: 'town.example' })),
    noSeal('a list', `[${TEXT}]`),
    noSeal('beyond ASCII', withMember({ ledger: 'zürich.example/0123456789abcdef' })),
    noSeal('nothing', ''),
  ],
};

interface OriginVector {
  readonly name: string;
  /** The charter without its origin, as JSON. */
  readonly charter: unknown;
  readonly expected: string | null;
}

const canonical = (charter: Record<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(charter).sort(([a], [b]) => (a < b ? -1 : 1))));
function originOf(name: string, charter: Record<string, unknown> & { readonly name: string }): OriginVector {
  return { name, charter, expected: `${charter.name}/${sha256(canonical(charter)).toString('hex').slice(0, 16)}` };
}

export const origins: VectorFile<OriginVector> = {
  description: 'Charters without origin, and the origin they have; null where the name is none or an origin stands there already.',
  spec: 'docs/spec/charter-origin.md',
  vectors: [
    originOf('a town', { name: 'ledger.town.example', v: 1 }),
    originOf('members in any order', { v: 1, name: 'ledger.town.example' }),
    originOf('text beyond ASCII', { name: 'zurich.example', title: 'Rechnung der Stadt Zürich 🏛' }),
    originOf('a name with a path', { name: 'example.org/town/finance-2' }),
    ...[
      '',
      'Town.example',
      'town example',
      'town.example/',
      '/town',
      'town..example',
      'town+x.example',
      'zürich.example',
      `${'a'.repeat(101)}`,
    ].map((name) => ({ name: `name: ${JSON.stringify(name.slice(0, 20))}`, charter: { name }, expected: null })),
    { name: 'no name', charter: { v: 1 }, expected: null },
    { name: 'an origin already', charter: { name: 'town.example', origin: LEDGER }, expected: null },
  ],
};

/** Vectors of docs/spec/fact.md: facts that verify, and forgeries with the code of their refusal. */
import { checkpointText, cosignLine, note } from './log-keys.ts';
import { leafHash, mth, path } from './reference-merkle.ts';
import { absenceProof, existenceProof, neighbours, type StateEntry, stateRoot } from './reference-state.ts';
import {
  COURT,
  COURT_POLICY,
  hashesOf,
  LEDGER,
  NO_QUORUM_POLICY,
  NOW,
  POLICY,
  PRESS,
  proofText,
  SAMPLE,
  SIZE,
  signedCheckpoint,
  usualLines,
} from './sample-ledger.ts';
import type { VectorFile } from './vector-file.ts';

interface FactCase {
  readonly name: string;
  readonly bundle: string;
  readonly policy: string;
  /** The verifier's clock and the greatest age it takes, seconds; absent = no time is judged. */
  readonly now?: number;
  readonly maxAge?: number;
}
interface ValidVector extends FactCase {
  readonly expected: { readonly key: string; readonly value: unknown; readonly height: number; readonly seenAt: number | null };
}
interface InvalidVector extends FactCase {
  readonly expected: { readonly code: string };
}
/** How a case differs from the usual one; undefined leaves a clock or an age out. */
type Choice = { readonly [member in keyof FactCase]?: FactCase[member] | undefined };
interface Bundle {
  readonly v: unknown;
  readonly key: unknown;
  readonly value: unknown;
  readonly statePath: unknown;
  readonly seal: unknown;
  readonly proof: unknown;
}

const LAST = SAMPLE.seals.at(-1)!;
const STATE = SAMPLE.state;
const HERE = STATE.find(({ key }) => key === 'treasury/payment/7')!;
const ABSENT = 'treasury/payment/none';

function sealProof(size = SIZE, index = size - 1, leaves = SAMPLE.leaves, checkpoint = signedCheckpoint(size, usualLines, leaves)): string {
  return proofText({ index, hashes: path(index, hashesOf(leaves).slice(0, size)), checkpoint });
}

function bundle(entry: StateEntry | string, parts: Partial<Bundle> = {}, state = STATE): Bundle {
  const key = typeof entry === 'string' ? entry : entry.key;
  const proof = typeof entry === 'string' ? absenceProof(state, key) : existenceProof(state, key);
  return {
    v: 1,
    key,
    value: typeof entry === 'string' ? null : entry.value,
    statePath: proof.toString('base64'),
    seal: Buffer.from(JSON.stringify(LAST.seal)).toString('base64'),
    proof: sealProof(),
    ...parts,
  };
}

function valid(
  name: string,
  of: Bundle,
  seenAt: number | null = NOW - 28,
  choice: Choice & { readonly height?: number } = {},
): ValidVector {
  const { height = LAST.seal.height, ...rest } = choice;
  const value = of.value === null ? null : JSON.parse(of.value as string);
  return {
    name,
    bundle: JSON.stringify(of),
    policy: POLICY,
    now: NOW,
    maxAge: 60,
    ...rest,
    expected: { key: of.key as string, value, height, seenAt },
  } as ValidVector;
}

const SECOND = SAMPLE.seals[1]!;

export const factsValid: VectorFile<ValidVector> = {
  description:
    'Facts that verify under the policy: key, value (null = absent), height of the seal, and the newest cosignature that the quorum counts.',
  spec: 'docs/spec/fact.md',
  vectors: [
    valid('a record', bundle(HERE)),
    valid('nothing under this key', bundle(ABSENT)),
    valid('members in another order', Object.fromEntries(Object.entries(bundle(HERE)).reverse()) as unknown as Bundle),
    valid(
      'an older state, with its own checkpoint',
      bundle(STATE.find(({ key }) => key === 'treasury/payment/3')!, {
        statePath: existenceProof(SECOND.state, 'treasury/payment/3').toString('base64'),
        seal: Buffer.from(JSON.stringify(SECOND.seal)).toString('base64'),
        proof: sealProof(9),
      }),
      NOW - 28,
      { height: 2 },
    ),
    valid('trusted on the court’s word', bundle(HERE), NOW - 28, { policy: COURT_POLICY }),
    valid('no quorum, no age asked', bundle(HERE), null, { policy: NO_QUORUM_POLICY, maxAge: undefined }),
    valid('as old as allowed', bundle(HERE), NOW - 28, { maxAge: 28 }),
    valid('no clock, so no time is judged', bundle(HERE), NOW - 28, { now: undefined, maxAge: undefined }),
  ],
};

function invalid(code: string, name: string, of: Bundle | string, choice: Partial<FactCase> = {}): InvalidVector {
  return {
    name: `${code}: ${name}`,
    bundle: typeof of === 'string' ? of : JSON.stringify(of),
    policy: POLICY,
    now: NOW,
    maxAge: 60,
    ...choice,
    expected: { code },
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function ofForm(): InvalidVector[] {
  const good = bundle(HERE);
  const { seal: _seal, ...withoutSeal } = good;
  return [
    invalid('bundle-malformed', 'nothing', ''),
    invalid('bundle-malformed', 'a list', `[${JSON.stringify(good)}]`),
    invalid('bundle-malformed', 'value twice', JSON.stringify(good).replace('"value":', '"value":null,"value":')),
    invalid('bundle-malformed', 'a member too many', JSON.stringify({ ...good, name: 'x' })),
    invalid('bundle-malformed', 'a member missing', JSON.stringify(withoutSeal)),
    invalid('bundle-malformed', 'another version', { ...good, v: 2 }),
    invalid('bundle-malformed', 'a value that is not text', { ...good, value: JSON.parse(HERE.value) }),
    invalid('bundle-malformed', 'a seal that is not base64', { ...good, seal: JSON.stringify(LAST.seal) }),
    invalid('key-malformed', 'two words', { ...good, key: 'treasury/payment' }),
    invalid('key-malformed', 'a slash too many', { ...good, key: 'treasury/payment/7/8' }),
    invalid('state-proof-malformed', 'not base64', { ...good, statePath: '*' }),
    invalid('state-proof-malformed', 'empty', { ...good, statePath: '' }),
    invalid('state-proof-malformed', 'a byte behind', {
      ...good,
      statePath: Buffer.concat([existenceProof(STATE, HERE.key), Buffer.alloc(1)]).toString('base64'),
    }),
    invalid('seal-proof-malformed', 'nothing', { ...good, proof: '' }),
    invalid('seal-proof-malformed', 'extra data', { ...good, proof: sealProof().replace('index', 'extra AAAA\nindex') }),
  ];
}

/** A ledger whose last leaf is this text, with every signature in order. */
function closedBy(leaf: string): Partial<Bundle> {
  const leaves = [...SAMPLE.leaves.slice(0, -1), leaf];
  return { seal: base64(leaf), proof: sealProof(SIZE, SIZE - 1, leaves) };
}

function ofSeal(): InvalidVector[] {
  const text = checkpointText(LEDGER, SIZE, mth(hashesOf(SAMPLE.leaves)));
  const open = [...SAMPLE.leaves, SAMPLE.leaves[3]!];
  const openText = checkpointText(LEDGER, open.length, mth(hashesOf(open)));
  return [
    invalid('seal-malformed', 'a transaction posing as a seal', bundle(HERE, closedBy(SAMPLE.leaves[9]!))),
    invalid('seal-malformed', 'the charter', bundle(HERE, closedBy(SAMPLE.leaves[0]!))),
    invalid('seal-malformed', 'a seal in another spelling', bundle(HERE, closedBy(JSON.stringify(LAST.seal).replace(',', ', ')))),
    invalid(
      'seal-not-last',
      'an entry after the seal',
      bundle(HERE, {
        proof: proofText({ index: SIZE - 1, hashes: path(SIZE - 1, hashesOf(open)), checkpoint: note(openText, ...usualLines(openText)) }),
      }),
    ),
    invalid(
      'seal-not-last',
      'the seal of an earlier block in a later checkpoint',
      bundle(HERE, {
        seal: base64(JSON.stringify(SECOND.seal)),
        statePath: existenceProof(SECOND.state, HERE.key).toString('base64'),
        proof: sealProof(SIZE, SECOND.index),
      }),
    ),
    invalid(
      'inclusion-invalid',
      'a seal that is not in the log',
      bundle(HERE, { seal: base64(JSON.stringify({ ...LAST.seal, state: stateRoot([HERE]).toString('hex') })) }),
    ),
    invalid(
      'inclusion-invalid',
      'a hash of the path flipped',
      bundle(HERE, {
        proof: proofText({
          index: SIZE - 1,
          hashes: path(SIZE - 1, hashesOf(SAMPLE.leaves)).map((hash, i) => (i === 0 ? leafHash(hash) : hash)),
          checkpoint: note(text, ...usualLines(text)),
        }),
      }),
    ),
    invalid(
      'ledger-mismatch',
      'the seal of another ledger',
      bundle(HERE, closedBy(JSON.stringify({ ...LAST.seal, ledger: 'other.example/0123456789abcdef' }))),
    ),
  ];
}

function ofState(): InvalidVector[] {
  const { right } = neighbours(STATE, ABSENT);
  const proofOf = (proof: Buffer): Partial<Bundle> => ({ statePath: proof.toString('base64') });
  const notJson = [...STATE.filter(({ key }) => key !== HERE.key), { key: HERE.key, value: 'not JSON' }];
  return [
    invalid('state-proof-invalid', 'another value', bundle(HERE, { value: HERE.value.replace('700', '900') })),
    invalid('state-proof-invalid', 'the value in another spelling', bundle(HERE, { value: HERE.value.replace(',', ', ') })),
    invalid('state-proof-invalid', 'absence claimed of a record that is there', bundle(HERE, { value: null })),
    invalid('state-proof-invalid', 'presence claimed with a proof of absence', bundle(ABSENT, { value: '{}' })),
    invalid('state-proof-invalid', 'the right proof of another key', bundle(HERE, { key: 'treasury/payment/8' })),
    invalid('state-proof-invalid', 'the right proof of another absent key', bundle(ABSENT, { key: 'treasury/payment/nobody' })),
    invalid(
      'state-proof-invalid',
      'neighbours that do not touch',
      bundle(ABSENT, proofOf(absenceProof(STATE, ABSENT, { left: undefined, right }))),
    ),
    invalid(
      'state-proof-invalid',
      'a state that is past',
      bundle({ ...HERE, value: SECOND.state.find(({ key }) => key === HERE.key)!.value }, proofOf(existenceProof(SECOND.state, HERE.key))),
    ),
    invalid(
      'value-malformed',
      'a value that is not JSON',
      bundle(notJson.at(-1)!, {
        ...proofOf(existenceProof(notJson, HERE.key)),
        ...closedBy(JSON.stringify({ ...LAST.seal, state: stateRoot(notJson).toString('hex') })),
      }),
    ),
  ];
}

function ofTrust(): InvalidVector[] {
  const text = checkpointText(LEDGER, SIZE, mth(hashesOf(SAMPLE.leaves)));
  const withLines = (lines: readonly string[]): Bundle =>
    bundle(HERE, { proof: sealProof(SIZE, SIZE - 1, SAMPLE.leaves, note(text, ...lines)) });
  const usual = usualLines(text);
  return [
    invalid('policy-malformed', 'no quorum', bundle(HERE), { policy: POLICY.replace('quorum both\n', '') }),
    invalid('checkpoint-malformed', 'unsigned', bundle(HERE, { proof: sealProof(SIZE, SIZE - 1, SAMPLE.leaves, text) })),
    invalid(
      'log-unknown',
      'another ledger',
      bundle(HERE, {
        proof: sealProof(
          SIZE,
          SIZE - 1,
          SAMPLE.leaves,
          signedCheckpoint(SIZE, usualLines, SAMPLE.leaves, 'other.example/0123456789abcdef'),
        ),
      }),
    ),
    invalid('log-signature-missing', 'witnesses alone', withLines(usual.slice(1))),
    invalid(
      'signature-invalid',
      'cosigned at another size',
      withLines([...usual.slice(0, 3), cosignLine(COURT, text.replace(`\n${SIZE}\n`, '\n12\n'), NOW)]),
    ),
    invalid('quorum-not-met', 'nobody from outside', withLines(usual.slice(0, 3))),
    invalid('cosignature-stale', 'a second older than allowed', bundle(HERE), { maxAge: 27 }),
    invalid('cosignature-stale', 'fresh only by a witness that does not count', withLines([...usual, cosignLine(PRESS, text, NOW)]), {
      policy: `${COURT_POLICY}witness press ${PRESS.vkey}\n`,
      maxAge: 27,
    }),
    invalid('cosignature-missing', 'an age asked, but the policy counts nobody', bundle(HERE), { policy: NO_QUORUM_POLICY }),
    invalid(
      'cosignature-future',
      'a counted witness is six minutes ahead',
      withLines([...usual.slice(0, 3), cosignLine(COURT, text, NOW + 360)]),
    ),
  ];
}

export const factsInvalid: VectorFile<InvalidVector> = {
  description: 'Facts that prove nothing under the policy, or not what they claim, each with the code of the refusal.',
  spec: 'docs/spec/fact.md',
  vectors: [...ofForm(), ...ofSeal(), ...ofState(), ...ofTrust()],
};

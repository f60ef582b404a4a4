/** Vectors of docs/spec/receipt.md: receipts that verify, and forgeries with the code of their refusal. */
import { checkpointText, cosignLine, logLine, note, rawLine } from './log-keys.ts';
import { mth, path } from './reference-merkle.ts';
import {
  COURT,
  COURT_POLICY,
  extraOf,
  FIRST_LOG,
  hashesOf,
  LEDGER,
  NO_QUORUM_POLICY,
  NOW,
  OFFICER,
  PASSKEY,
  PASSKEY_INDEX,
  POLICY,
  PRESS,
  type ProofParts,
  proofText,
  receiptOf,
  SAMPLE,
  SIZE,
  STRANGER,
  signedCheckpoint,
  usualLines,
} from './sample-ledger.ts';
import { HEADER, jws } from './transaction-vectors.ts';
import { stricter, type VectorFile } from './vector-file.ts';
import { base64url, OTHER, sha256 } from './vector-keys.ts';

interface ReceiptCase {
  readonly name: string;
  readonly receipt: string;
  readonly policy: string;
  /** The verifier's clock, seconds; absent = no time is judged. */
  readonly now?: number;
}
interface ValidVector extends ReceiptCase {
  readonly expected: { readonly tx: string; readonly index: number; readonly size: number; readonly cosigners: readonly string[] };
}
interface InvalidVector extends ReceiptCase {
  readonly expected: { readonly code: string };
}

const ENTRY = 3;

function txOf(entry: string): string {
  return base64url(sha256(entry.slice(0, entry.lastIndexOf('.'))));
}

function valid(
  name: string,
  index: number,
  size: number,
  parts: Partial<ProofParts> = {},
  policy = POLICY,
  cosigners = ['finance', 'registry', 'court'],
): ValidVector {
  return {
    name,
    receipt: receiptOf(index, size, parts),
    policy,
    now: NOW,
    expected: { tx: txOf(SAMPLE.leaves[index]!), index, size, cosigners },
  };
}

export const receiptsValid: VectorFile<ValidVector> = {
  description: 'Receipts that verify under the policy: the transaction’s name, its place, and who of the policy cosigned.',
  spec: 'docs/spec/receipt.md',
  vectors: [
    valid('usual', ENTRY, SIZE),
    valid('in the checkpoint of its own block', ENTRY, 9),
    valid('the newest entry', 9, SIZE),
    valid('signed by a passkey', PASSKEY_INDEX, SIZE),
    valid('with a stranger’s cosignature', ENTRY, SIZE, {
      checkpoint: signedCheckpoint(SIZE, (text) => [...usualLines(text), cosignLine(STRANGER, text, NOW)]),
    }),
    valid('trusted on the court’s word', ENTRY, SIZE, {}, COURT_POLICY, ['court']),
    valid('trusted on the office’s word alone', ENTRY, SIZE, {}, NO_QUORUM_POLICY, []),
    valid('a cosigner’s clock five minutes ahead', ENTRY, SIZE, {
      checkpoint: signedCheckpoint(SIZE, (text) => usualLines(text, NOW + 298)),
    }),
    valid('a cosigner’s clock an hour ahead, and enough without it', ENTRY, SIZE, {
      checkpoint: signedCheckpoint(SIZE, (text) => [...usualLines(text), cosignLine(PRESS, text, NOW + 3_600)]),
    }),
    valid('a cosigner twice, once an hour ahead', ENTRY, SIZE, {
      checkpoint: signedCheckpoint(SIZE, (text) => [...usualLines(text), cosignLine(COURT, text, NOW + 3_600)]),
    }),
    ((vector) => ({ name: 'no clock, so no time is judged', receipt: vector.receipt, policy: vector.policy, expected: vector.expected }))(
      valid('', ENTRY, SIZE, { checkpoint: signedCheckpoint(SIZE, (text) => usualLines(text, NOW * 2)) }),
    ),
  ],
};

const EXTRA = extraOf(SAMPLE.leaves[ENTRY]!, OFFICER.jwk);
const GOOD = receiptOf(ENTRY);

function invalid(code: string, name: string, receipt: string, policy = POLICY): InvalidVector {
  return { name: `${code}: ${name}`, receipt, policy, now: NOW, expected: { code } };
}

const withExtra = (code: string, name: string, extra: string): InvalidVector => invalid(code, name, receiptOf(ENTRY, SIZE, { extra }));
const withLines = (code: string, name: string, lines: (text: string) => string[], policy = POLICY): InvalidVector =>
  invalid(code, name, receiptOf(ENTRY, SIZE, { checkpoint: signedCheckpoint(SIZE, lines) }), policy);

/** A receipt of a log in which leaf 3 is this entry, with every signature in order. */
function inLog(entry: string, jwk = OFFICER.jwk): string {
  const leaves = SAMPLE.leaves.map((leaf, i) => (i === ENTRY ? entry : leaf));
  return proofText({
    extra: extraOf(entry, jwk),
    index: ENTRY,
    hashes: path(ENTRY, hashesOf(leaves)),
    checkpoint: signedCheckpoint(SIZE, usualLines, leaves),
  });
}

function ofForm(): InvalidVector[] {
  return [
    invalid('receipt-malformed', 'nothing', ''),
    invalid('receipt-malformed', 'a checkpoint', signedCheckpoint()),
    invalid('receipt-malformed', 'another version', GOOD.replace('@v1', '@v2')),
    invalid('receipt-malformed', 'a byte order mark', `\ufeff${GOOD}`),
    stricter(invalid('receipt-malformed', 'carriage returns', GOOD.replaceAll('\n', '\r\n'))),
    invalid('extra-missing', 'a proof without entry and key', GOOD.replace(/extra .*\n/, '')),
    withExtra('extra-malformed', 'not JSON', 'entry'),
    stricter(withExtra('extra-malformed', 'white space', EXTRA.replace(',', ', '))),
    stricter(
      withExtra('extra-malformed', 'members in another order', JSON.stringify({ jwk: JSON.parse(EXTRA).jwk, entry: SAMPLE.leaves[ENTRY] })),
    ),
    stricter(withExtra('extra-malformed', 'an escape where none is needed', EXTRA.replace('"EC"', '"\\u0045C"'))),
    stricter(withExtra('extra-malformed', 'a member too many', JSON.stringify({ ...JSON.parse(EXTRA), name: 'x' }))),
    stricter(withExtra('extra-malformed', 'entry twice', EXTRA.replace('{', '{"entry":"x",'))),
    stricter(withExtra('extra-malformed', 'a private key', EXTRA.replace('"crv":"P-256",', '"crv":"P-256","d":"AAAA",'))),
    stricter(withExtra('extra-malformed', 'a kid beside the key', EXTRA.replace('"kty":"EC",', `"kid":"${OFFICER.kid}","kty":"EC",`))),
    withExtra('extra-malformed', 'a key of P-384', EXTRA.replace('P-256', 'P-384')),
    withExtra('extra-malformed', 'no key', JSON.stringify({ entry: SAMPLE.leaves[ENTRY] })),
    withExtra('extra-malformed', 'the entry is null', EXTRA.replace(/"entry":"[^"]*"/, '"entry":null')),
    withExtra('extra-malformed', 'beyond ASCII', extraOf('zürich', OFFICER.jwk)),
  ];
}

function ofEntry(): InvalidVector[] {
  const { x, y } = OFFICER.jwk;
  const entry = SAMPLE.leaves[ENTRY]!;
  const unsigned = `${entry.slice(0, entry.lastIndexOf('.') + 1)}${base64url(Buffer.alloc(64, 1))}`;
  const foreign = jws(
    HEADER,
    JSON.stringify({
      ledger: 'other.example/0123456789abcdef',
      id: '01JD0RNSS0ABCDEFGHJKMNPQ99',
      action: 'treasury.payment.order',
      exp: 1_795_003_600,
      body: {},
    }),
  );
  const passkey = SAMPLE.leaves[PASSKEY_INDEX]!;
  return [
    withExtra('entry-malformed', 'a seal', extraOf(SAMPLE.leaves[1]!, OFFICER.jwk)),
    withExtra('entry-malformed', 'a seal in the right place', extraOf(SAMPLE.leaves[8]!, OFFICER.jwk)),
    withExtra('entry-malformed', 'empty', extraOf('', OFFICER.jwk)),
    withExtra('entry-malformed', 'a disclosure behind', extraOf(`${entry}~`, OFFICER.jwk)),
    withExtra('entry-malformed', 'alg none', extraOf(`${base64url('{"alg":"none"}')}.${entry.split('.')[1]}.AA`, OFFICER.jwk)),
    withExtra(
      'key-malformed',
      'coordinates of 31 bytes',
      extraOf(entry, { ...OFFICER.jwk, x: base64url(Buffer.from(x, 'base64url').subarray(1)) }),
    ),
    withExtra('key-malformed', 'not on the curve', extraOf(entry, { ...OFFICER.jwk, y: x })),
    withExtra('key-malformed', 'padded base64', extraOf(entry, { ...OFFICER.jwk, y: `${y}=` })),
    withExtra('key-mismatch', 'another officer’s key', extraOf(entry, OTHER.jwk)),
    withExtra('entry-signature-invalid', 'another signature', extraOf(unsigned, OFFICER.jwk)),
    invalid('entry-signature-invalid', 'another signature, in the log itself', inLog(unsigned)),
    withExtra('entry-signature-invalid', 'a passkey’s signature over other client data', extraOf(movedPasskey(passkey), PASSKEY.jwk)),
    stricter(invalid('ledger-mismatch', 'an entry meant for another ledger, in the log', inLog(foreign))),
  ];
}

/** The authenticator data's counter changed: form and challenge hold, the signature does not. */
function movedPasskey(entry: string): string {
  const dot = entry.lastIndexOf('.');
  const third = Buffer.from(entry.slice(dot + 1), 'base64url');
  third[36]! ^= 1;
  return `${entry.slice(0, dot + 1)}${base64url(third)}`;
}

function ofPlace(): InvalidVector[] {
  const { hashes } = { hashes: path(ENTRY, hashesOf(SAMPLE.leaves)) };
  const shorter = signedCheckpoint(9);
  return [
    invalid(
      'inclusion-invalid',
      'another entry of the same signer',
      receiptOf(ENTRY, SIZE, { extra: extraOf(SAMPLE.leaves[4]!, OFFICER.jwk) }),
    ),
    invalid('inclusion-invalid', 'another index', receiptOf(ENTRY, SIZE, { index: 4 })),
    invalid('inclusion-invalid', 'an index beyond the tree', receiptOf(ENTRY, SIZE, { index: SIZE })),
    invalid('inclusion-invalid', 'a hash left out', receiptOf(ENTRY, SIZE, { hashes: hashes.slice(1) })),
    invalid('inclusion-invalid', 'a hash too many', receiptOf(ENTRY, SIZE, { hashes: [...hashes, hashes[0]!] })),
    invalid('inclusion-invalid', 'the checkpoint of another size', receiptOf(ENTRY, SIZE, { checkpoint: shorter })),
    invalid('inclusion-invalid', 'an entry that is in no log', receiptOf(ENTRY, SIZE, { extra: extraOf(inNoLog(), OFFICER.jwk) })),
  ];
}

function inNoLog(): string {
  return jws(
    HEADER,
    JSON.stringify({
      ledger: LEDGER,
      id: '01JD0RNSS0ABCDEFGHJKMNPQ98',
      action: 'treasury.payment.order',
      exp: 1_795_003_600,
      body: { payable: '98' },
    }),
  );
}

function ofTrust(): InvalidVector[] {
  const text = checkpointText(LEDGER, SIZE, mth(hashesOf(SAMPLE.leaves)));
  const extended = checkpointText(LEDGER, SIZE, mth(hashesOf(SAMPLE.leaves))).concat('height 3\n');
  return [
    invalid('policy-malformed', 'no quorum', GOOD, POLICY.replace('quorum both\n', '')),
    invalid('policy-malformed', 'threshold above the members', GOOD, POLICY.replace('nodes 2', 'nodes 3')),
    invalid('policy-malformed', 'nothing', GOOD, ''),
    invalid('checkpoint-malformed', 'unsigned', receiptOf(ENTRY, SIZE, { checkpoint: text })),
    invalid('checkpoint-malformed', 'extension lines', receiptOf(ENTRY, SIZE, { checkpoint: note(extended, ...usualLines(extended)) })),
    invalid('checkpoint-malformed', 'text behind', `${GOOD}\n`),
    stricter(invalid('checkpoint-malformed', 'the last newline missing', GOOD.slice(0, -1))),
    stricter(
      withLines('checkpoint-malformed', '65 signatures', (body) => [
        ...usualLines(body),
        ...Array.from({ length: 61 }, (_, i) => rawLine({ name: `s${i}`, id: Buffer.alloc(4) }, Buffer.alloc(64))),
      ]),
    ),
    invalid(
      'log-unknown',
      'another ledger',
      receiptOf(ENTRY, SIZE, { checkpoint: signedCheckpoint(SIZE, usualLines, SAMPLE.leaves, 'other.example/0123456789abcdef') }),
    ),
    withLines('log-signature-missing', 'witnesses alone', (body) => usualLines(body).slice(1)),
    withLines('signature-invalid', 'the log signed another root', (body) => [
      logLine(FIRST_LOG, body.replace(`\n${SIZE}\n`, '\n12\n')),
      ...usualLines(body).slice(1),
    ]),
    withLines('signature-invalid', 'a witness’s time changed', (body) => [
      ...usualLines(body).slice(0, 3),
      laterBy(usualLines(body)[3]!, 60),
    ]),
    withLines('quorum-not-met', 'k − 1 nodes', (body) => usualLines(body).filter((_, i) => i !== 2)),
    withLines('quorum-not-met', 'nobody from outside', (body) => usualLines(body).slice(0, 3)),
    withLines('quorum-not-met', 'one node signs for two', (body) => [
      ...usualLines(body).filter((_, i) => i !== 2),
      usualLines(body, NOW)[1]!,
    ]),
    stricter(
      withLines('cosignature-future', 'a counted witness is six minutes ahead', (body) => [
        ...usualLines(body).slice(0, 3),
        cosignLine(COURT, body, NOW + 360),
      ]),
    ),
  ];
}

/** The same signature under a later time. */
function laterBy(line: string, seconds: number): string {
  const [dash, name, encoded] = line.trimEnd().split(' ');
  const bytes = Buffer.from(encoded!, 'base64');
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(4) + BigInt(seconds), 4);
  return `${dash} ${name} ${bytes.toString('base64')}\n`;
}

export const receiptsInvalid: VectorFile<InvalidVector> = {
  description:
    'Receipts that prove nothing under the policy, each with the code of the refusal; stricter: a general reader of tlog-proofs may take it.',
  spec: 'docs/spec/receipt.md',
  vectors: [...ofForm(), ...ofEntry(), ...ofPlace(), ...ofTrust()],
};

/**
 * A ledger of three blocks, made by hand from the specification: charter and seal, a block of payments (one by
 * passkey) and seal, one more and seal. Receipts, facts and their forgeries are cut from it.
 */
import { checkpointText, cosignLine, logLine, note, noteKey } from './log-keys.ts';
import { leafHash, mth, path } from './reference-merkle.ts';
import { type StateEntry, stateRoot } from './reference-state.ts';
import { HEADER, jws, LEDGER } from './transaction-vectors.ts';
import { base64url, OFFICER, PASSKEY, sha256, signEs256 } from './vector-keys.ts';

export const FIRST_LOG = noteKey(LEDGER, 1, 'first node');
export const SECOND_LOG = noteKey(LEDGER, 1, 'second node');
export const FIRST_NODE = noteKey(`${LEDGER}/finance`, 4);
export const SECOND_NODE = noteKey(`${LEDGER}/registry`, 4);
export const COURT = noteKey('witness.court.example/audit', 4);
export const PRESS = noteKey('witness.press.example', 4);
export const STRANGER = noteKey('witness.stranger.example', 4);

/** Seconds; the sample's cosignatures bear times around it. */
export const NOW = 1_795_000_000;

export const POLICY = `# The policy of the sample ledger
log ${FIRST_LOG.vkey} https://finance.town.example/log
log ${SECOND_LOG.vkey}
witness finance ${FIRST_NODE.vkey}
witness registry ${SECOND_NODE.vkey}
witness court ${COURT.vkey} https://witness.court.example
witness press ${PRESS.vkey}
group nodes 2 finance registry
group outside any court press
group both all nodes outside
quorum both
`;

/** Another office trusts the ledger on the court's word alone. */
export const COURT_POLICY = `log ${FIRST_LOG.vkey}\nwitness court ${COURT.vkey}\nquorum court\n`;
export const NO_QUORUM_POLICY = `log ${FIRST_LOG.vkey}\nquorum none\n`;

function payment(n: number): string {
  const id = `01JD0RNSS0ABCDEFGHJKMNPQ${String(n).padStart(2, '0')}`;
  return jws(
    HEADER,
    JSON.stringify({
      ledger: LEDGER,
      id,
      action: 'treasury.payment.order',
      as: 'treasurer@finance',
      exp: 1_795_003_600,
      body: { payable: String(n) },
    }),
  );
}

function passkeyPayment(n: number): string {
  const header = `{"alg":"ES256","kid":"${PASSKEY.kid}","typ":"tabularium-tx+webauthn"}`;
  const payload = {
    ledger: LEDGER,
    id: `01JD0RNSS0ABCDEFGHJKMNPQ${String(n).padStart(2, '0')}`,
    action: 'treasury.payment.approve',
    exp: 1_795_003_600,
    body: { payable: String(n) },
  };
  const input = `${base64url(header)}.${base64url(JSON.stringify(payload))}`;
  const clientData = `{"type":"webauthn.get","challenge":"${base64url(sha256(input))}","origin":"https://town.example","crossOrigin":false}`;
  const authenticatorData = Buffer.concat([sha256('town.example'), Buffer.from([0x05, 0, 0, 0, 1])]);
  const signature = signEs256(PASSKEY, Buffer.concat([authenticatorData, sha256(clientData)]));
  return `${input}.${base64url(Buffer.concat([authenticatorData, signature, Buffer.from(clientData)]))}`;
}

export interface SampleSeal {
  readonly app: number;
  readonly count: number;
  readonly first: number;
  readonly height: number;
  readonly ledger: string;
  readonly prev: string;
  readonly state: string;
  readonly time: number;
  readonly type: string;
  readonly v: number;
  readonly validators: string;
}

export interface Sample {
  /** The log's leaves as text. */
  readonly leaves: readonly string[];
  /** State after the last block. */
  readonly state: readonly StateEntry[];
  readonly seals: readonly { readonly index: number; readonly seal: SampleSeal; readonly state: readonly StateEntry[] }[];
}

function record(n: number, rev = 1): StateEntry {
  const value = `{"amount":{"amount":"${n}00","currency":"EUR"},"payable":"${n}","rev":${rev},"rule":"treasury.payment.order","time":1795000000000,"tx":"${base64url(sha256(payment(n)))}","v":1}`;
  return { key: `treasury/payment/${n}`, value };
}

function build(): Sample {
  const leaves: string[] = ['{"agencies":["finance","registry"],"name":"town.example"}'];
  const seals: { index: number; seal: SampleSeal; state: readonly StateEntry[] }[] = [];
  let first = 0;
  let prev = '0'.repeat(64);
  const close = (state: readonly StateEntry[]): void => {
    const seal: SampleSeal = {
      app: 1,
      count: leaves.length - first,
      first,
      height: seals.length + 1,
      ledger: LEDGER,
      prev,
      state: stateRoot(state).toString('hex'),
      time: (NOW - 60) * 1000 + seals.length,
      type: 'seal',
      v: 1,
      validators: sha256(POLICY).toString('hex'),
    };
    const text = JSON.stringify(seal);
    seals.push({ index: leaves.length, seal, state });
    leaves.push(text);
    prev = sha256(text).toString('hex');
    first = leaves.length;
  };
  const founding = [{ key: 'kernel/charter/current', value: '{"rev":1,"v":1}' }];
  close(founding);
  for (let n = 1; n <= 5; n++) leaves.push(payment(n));
  leaves.push(passkeyPayment(6));
  const second = [...founding, ...Array.from({ length: 12 }, (_, i) => record(i + 1))];
  close(second);
  leaves.push(payment(7));
  const third = second.map((entry) => (entry.key === 'treasury/payment/7' ? record(7, 2) : entry));
  close(third);
  return { leaves, state: third, seals };
}

export const SAMPLE = build();
/** Index of the entry made with a passkey. */
export const PASSKEY_INDEX = 7;
export const SIZE = SAMPLE.leaves.length;

export function hashesOf(leaves: readonly string[]): Buffer[] {
  return leaves.map((leaf) => leafHash(Buffer.from(leaf)));
}

/** The signature lines that a policy needs, and a few that it does not. */
export function usualLines(text: string, time = NOW - 30): string[] {
  return [
    logLine(FIRST_LOG, text),
    cosignLine(FIRST_NODE, text, time),
    cosignLine(SECOND_NODE, text, time + 1),
    cosignLine(COURT, text, time + 2),
  ];
}

/** The signed checkpoint of the first `size` leaves. */
export function signedCheckpoint(
  size = SIZE,
  lines: (text: string) => string[] = usualLines,
  leaves: readonly string[] = SAMPLE.leaves,
  origin = LEDGER,
): string {
  const text = checkpointText(origin, size, mth(hashesOf(leaves).slice(0, size)));
  return note(text, ...lines(text));
}

export interface ProofParts {
  readonly extra?: string;
  readonly index: number | string;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: string;
}

export function proofText({ extra, index, hashes, checkpoint }: ProofParts): string {
  const extraLine = extra === undefined ? '' : `extra ${Buffer.from(extra).toString('base64')}\n`;
  return `c2sp.org/tlog-proof@v1\n${extraLine}index ${index}\n${hashes.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${checkpoint}`;
}

export function extraOf(entry: string, jwk: typeof OFFICER.jwk): string {
  const { crv, kty, x, y } = jwk;
  return JSON.stringify({ entry, jwk: { crv, kty, x, y } });
}

/** The receipt of leaf `index` in the tree of `size` leaves, with parts replaced for forgeries. */
export function receiptOf(index: number, size = SIZE, parts: Partial<ProofParts> = {}): string {
  const jwk = index === PASSKEY_INDEX ? PASSKEY.jwk : OFFICER.jwk;
  const whole = {
    extra: extraOf(SAMPLE.leaves[index]!, jwk),
    index,
    hashes: path(index, hashesOf(SAMPLE.leaves).slice(0, size)),
    checkpoint: signedCheckpoint(size),
  };
  return proofText({ ...whole, ...parts });
}

export { LEDGER, OFFICER, PASSKEY };

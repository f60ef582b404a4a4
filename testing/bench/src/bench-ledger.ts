/**
 * The ledger that a bench or a load run writes to: the demo town's charter in the current year, a budget that does not run out, and
 * commitments on its lines as the write that is measured (a body of about 256 bytes, three records changed).
 */
import { catalogue } from '@tabularium/catalogue';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import type { Engine } from '@tabularium/engine-port';
import { type Charter, type EnrolledKey, encodeCharter } from '@tabularium/kernel';
import { foundLedger } from '@tabularium/node';
import { type Amendment, bodyOf } from '@tabularium/node/network';
import { encodeTransaction, joinSubmission, makeDisclosure, makeUlid, thumbprint, toHex } from '@tabularium/protocol';
import {
  BUDGET_LINES,
  demoCharterDraft,
  OFFICERS,
  type SignedStep,
  type SigningKey,
  type Step,
  seededRandom,
  signSteps,
} from '@tabularium/scenarios';
import { Client, request } from './http-load.ts';

const FUND = 'GEN';
/** Minor units on each line: enough for millions of commitments. */
const LINE_AMOUNT = '900000000000000';
const SPENDING = OFFICERS.filter(({ roles }) => roles[0]!.startsWith('spending-unit'));
const LINES = BUDGET_LINES.map(({ code }) => code);

export interface BenchLedger {
  readonly charter: Charter;
  /** Accepts the charter where that has not happened, and amends it. */
  amend(change: Amendment, engine: Pick<Engine, 'submit'>): Promise<void>;
  /** Signed transactions that open the year and its budget, in order; `accepted`: the charter is already. */
  opening(accepted?: boolean): { readonly jws: Uint8Array; readonly disclosures: readonly string[] }[];
  /** The n-th measured write, signed. */
  write(n: number): Uint8Array;
  /** The same with a published purpose, as it is sent. */
  publish(n: number, purpose: string): string;
}

/** Found a ledger in `dir`. Keys are held in memory only. */
export function foundBenchLedger(dir: string, now: number = Date.now()): BenchLedger {
  const year = new Date(now).getUTCFullYear();
  const signing = new Map<string, SigningKey>();
  const officers: Record<string, EnrolledKey[]> = {};
  for (const { code } of OFFICERS) {
    officers[code] = [1, 2].map((n) => {
      const { privateKey, jwk } = generateEs256();
      if (n === 1) signing.set(code, { kid: thumbprint(jwk, nodeCrypto), sign: signEs256(privateKey) });
      return { kind: 'es256', jwk };
    });
  }
  const charter = foundLedger({
    dir,
    draft: (node) => demoCharterDraft(year, catalogue, { officers, nodes: { bench: { agency: 'vellmere', ...node } }, witnesses: {} }),
  });
  const keyOf = (officer: string): SigningKey => signing.get(officer)!;
  const random = seededRandom(now % 2 ** 31);
  const sign = (steps: readonly Step[]): SignedStep[] => [
    ...signSteps(steps, { ledger: charter.origin, keyOf, catalogue, crypto: nodeCrypto, randomBytes: (n) => random.bytes(n) }),
  ];
  const digest = toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  const write = (n: number, text: string): Uint8Array => {
    const { code, roles } = SPENDING[n % SPENDING.length]!;
    const { kid, sign } = keyOf(code);
    const item = {
      year: String(year),
      fund: FUND,
      line: LINES[n % LINES.length]!,
      money: { amount: String(10_000 + (n % 9_999)), currency: 'EUR' },
      reference: `BENCH-${String(n).padStart(16, '0')}`,
      until: `${year}-12-31`,
      _sd: [text],
    };
    const exp = Math.floor(Date.now() / 1_000) + 86_000;
    const id = makeUlid(Date.now(), random.bytes(10));
    return encodeTransaction(
      { ledger: charter.origin, id, action: 'treasury.commit', as: roles[0]!, exp, body: { items: [item] } },
      kid,
      sign,
    );
  };
  return {
    charter,
    amend: async (change, engine) => {
      for (const { bytes } of sign([...acceptances(digest, now), ...amendment(change, now)])) {
        const { kind } = await engine.submit(bytes);
        if (kind !== 'accepted') throw new Error(`the amendment was ${kind}`);
      }
    },
    opening: (accepted = false) => {
      const steps = [...(accepted ? [] : acceptances(digest, now)), ...openingSteps(year, now)];
      return sign(steps).map(({ bytes, disclosures }) => ({ jws: bytes, disclosures }));
    },
    write: (n) => write(n, Buffer.from(random.bytes(32)).toString('base64url')),
    publish: (n, purpose) => {
      const { text, digest: of } = makeDisclosure(random.bytes(16), 'purpose', purpose, nodeCrypto);
      return joinSubmission(Buffer.from(write(n, of)).toString('latin1'), [text]);
    },
  };
}

function stepsAt(at: number) {
  return (key: string, officer: string, as: string, action: string, body: Step['body']): Step => ({
    key,
    at,
    officer,
    as,
    action,
    body,
    expect: 'accepted',
  });
}

function acceptances(charter: string, at: number): Step[] {
  const step = stepsAt(at);
  return [
    step('mayor accepts', 'mayor-1', 'mayor@mayor', 'kernel.charter.accept', () => ({ charter })),
    step('clerk accepts', 'council-1', 'clerk@council', 'kernel.charter.accept', () => ({ charter })),
    step('auditor accepts', 'audit-1', 'auditor@audit', 'kernel.charter.accept', () => ({ charter })),
  ];
}

function amendment(change: Amendment, at: number): Step[] {
  const step = stepsAt(at);
  const proposal: Step['body'] = (earlier) => ({ proposal: earlier.name('nodes proposed') });
  return [
    step('nodes proposed', 'mayor-1', 'mayor@mayor', 'kernel.propose', () => ({ action: 'kernel.charter.amend', body: bodyOf(change) })),
    step('clerk approves', 'council-1', 'clerk@council', 'kernel.approve', proposal),
    step('auditor approves', 'audit-1', 'auditor@audit', 'kernel.approve', proposal),
  ];
}

function openingSteps(year: number, at: number): Step[] {
  const step = stepsAt(at);
  const both = (key: string, action: string, first: readonly [string, string], body: Step['body']): Step[] => [
    step(`${key} proposed`, first[0], first[1], 'kernel.propose', (earlier) => ({ action, body: body(earlier) })),
    step(key, 'mayor-1', 'mayor@mayor', 'kernel.approve', (earlier) => ({ proposal: earlier.name(`${key} proposed`) })),
  ];
  const money = { amount: LINE_AMOUNT, currency: 'EUR' };
  const line = (code: string) => ({ year: String(year), fund: FUND, line: code, money });
  return [
    ...both('year', 'treasury.year.open', ['accounts-1', 'accountant@accounts'], () => ({
      year: String(year),
      from: `${year}-01-01`,
      to: `${year}-12-31`,
    })),
    ...both('budget', 'treasury.budget.enact', ['council-1', 'clerk@council'], () => ({
      law: `BUDGET-${year}`,
      items: LINES.map((code) => ({ ...line(code), economic: '2' })),
    })),
    step('allotted', 'budget-1', 'budget-controller@budget', 'treasury.allot', () => ({ items: LINES.map(line) })),
  ];
}

/** Send the opening to a node and see that all of it is accepted. */
export async function openYear(port: number, ledger: BenchLedger, accepted = false): Promise<void> {
  const client = await Client.open(port);
  for (const { jws, disclosures } of ledger.opening(accepted)) {
    const text = joinSubmission(Buffer.from(jws).toString('latin1'), disclosures);
    const { status, body } = await client.send(request('POST', '/api/v1/transactions', text));
    if (status !== 201) throw new Error(`the opening was answered ${status}: ${body}`);
  }
  client.close();
}

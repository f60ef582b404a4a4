/**
 * So that whoever tries a desk finds work on it: invoices that came in today, of which most are ordered for payment and wait for the authorising
 * officer. Only in a year that is open and where nothing waits already.
 */
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import type { RunningNode } from '@tabularium/node';
import { discloseBody, encodeTransaction, type JsonObject, joinSubmission, makeUlid } from '@tabularium/protocol';
import { type DemoPlace, officerKey } from './found-demo.ts';

const MANY = 1_000;
/** The rest is left to whoever wants to order a payment. */
const ORDERED = 4;
const DAYS_TO_PAY = 3;
const EXPIRY_SECONDS = 600;
const CERTIFIER = 'accounts-2';
const ORDERS = 'accounts-1';
/** Who sent them, and which part of the commitment each asks for. */
const PAYEES = [
  'Hollow Lane Roofing',
  'Brook and Daughters, masons',
  'Vellmere Electric',
  'Northgate Paving',
  'Mill Road Timber',
  'Clear Glass Co.',
];
const SHARES = [31n, 47n, 59n, 23n, 71n, 37n];

interface Commitment {
  readonly id: string;
  readonly state: string;
  readonly standing?: string;
  readonly line: string;
  readonly money: { readonly amount: string; readonly currency: string };
  readonly certified: string;
  /** How many there are. */
  readonly payables: number;
}

/** Certifies and orders, through the door that everybody uses. Throws where the town refuses. */
export async function leaveWorkOpen(place: DemoPlace, node: RunningNode): Promise<void> {
  const year = new Date(node.engine.head().time).getUTCFullYear();
  if (records(node, 'payment').some(({ state }) => state === 'ordered')) return;
  const commitments = records(node, 'commitment') as unknown as readonly Commitment[];
  const open = commitments.find(({ state, standing, line }) => state === 'posted' && standing === undefined && line.startsWith(`${year}.`));
  if (open === undefined || BigInt(open.certified) * 2n > BigInt(open.money.amount)) return;
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const invoices = PAYEES.map((organisation, n) => ({
    commitment: open.id,
    money: { amount: String(BigInt(open.money.amount) / SHARES[n]!), currency: open.money.currency },
    payee: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'),
    payeeIs: 'organisation',
    delivered: day(0),
    due: day(DAYS_TO_PAY),
    organisation,
  }));
  await send(place, node, CERTIFIER, 'treasury.payable.certify', { items: invoices });
  const items = invoices.slice(0, ORDERED).map(({ money }, n) => ({ payable: `${open.id}.${open.payables + n + 1}`, money }));
  await send(place, node, ORDERS, 'treasury.payment.order', { items });
}

function records({ engine }: RunningNode, collection: string): readonly (JsonObject & { readonly id: string })[] {
  const found: (JsonObject & { readonly id: string })[] = [];
  const start = `treasury/${collection}/`;
  for (let from = start; ; ) {
    const page = engine.records.scan(from, `treasury/${collection}0`, MANY);
    for (const [key, record] of page) found.push({ ...(JSON.parse(record) as JsonObject), id: key.slice(start.length) });
    if (page.length < MANY) return found;
    // The first key after the last.
    from = `${page.at(-1)![0]}\0`;
  }
}

async function send(place: DemoPlace, { origin, url }: RunningNode, officer: string, action: string, plain: JsonObject): Promise<void> {
  const [module = '', ...local] = action.split('.');
  const { body: schema } = catalogue.find(({ name }) => name === module)!.actions[local.join('.')]!;
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const { body, disclosures } = discloseBody(schema, plain, () => random(16), nodeCrypto);
  const { kid, sign } = officerKey(place, officer);
  const now = Date.now();
  const payload = { ledger: origin, id: makeUlid(now, random(10)), exp: Math.floor(now / 1_000) + EXPIRY_SECONDS, action, body };
  const jws = Buffer.from(encodeTransaction(payload, kid, sign)).toString('latin1');
  const response = await fetch(`${url}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: joinSubmission(jws, disclosures),
  });
  if (response.status !== 201) throw new Error(`${officer}: ${action} was answered ${response.status}: ${await response.text()}`);
}

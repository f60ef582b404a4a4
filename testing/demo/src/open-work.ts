/**
 * So that whoever tries a desk finds work on it: invoices that came in today, of which most are ordered for payment and wait for the authorising
 * officer. Only where nothing waits already.
 */
import type { JsonObject } from '@tabularium/protocol';
import { actAs, idMadeBy, type OpenTown, recordsOf } from './act-as.ts';

const DAY_MS = 86_400_000;
/** The rest is left to whoever wants to order a payment. */
const ORDERED = 4;
const DAYS_TO_PAY = 3;
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
/** Made where the year has no contract yet. */
const CONTRACT = { fund: 'GEN', line: '6-153-01', money: { amount: '4800000', currency: 'EUR' }, purpose: 'Mill Bridge: railings' };

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

/** Certifies and orders. Throws where the town refuses. */
export async function leaveWorkOpen(town: OpenTown): Promise<void> {
  const year = new Date(town.clock()).getUTCFullYear();
  if (recordsOf(town, 'treasury/payment').some(({ state }) => state === 'ordered')) return;
  const open = openContract(town, year) ?? (await newContract(town, year));
  if (BigInt(open.certified) * 2n > BigInt(open.money.amount)) return;
  const day = (days: number): string => new Date(town.clock() + days * DAY_MS).toISOString().slice(0, 10);
  const invoices = PAYEES.map((organisation, n) => ({
    commitment: open.id,
    money: { amount: String(BigInt(open.money.amount) / SHARES[n]!), currency: open.money.currency },
    payee: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'),
    payeeIs: 'organisation',
    delivered: day(0),
    due: day(DAYS_TO_PAY),
    organisation,
  }));
  await actAs(town, 'accounts-2', 'treasury.payable.certify', { items: invoices });
  const items = invoices.slice(0, ORDERED).map(({ money }, n) => ({ payable: `${open.id}.${open.payables + n + 1}`, money }));
  await actAs(town, 'accounts-1', 'treasury.payment.order', { items });
}

function openContract(town: OpenTown, year: number): Commitment | undefined {
  const commitments = recordsOf(town, 'treasury/commitment') as unknown as readonly Commitment[];
  return commitments.find(({ state, standing, line }) => state === 'posted' && standing === undefined && line.startsWith(`${year}.`));
}

async function newContract(town: OpenTown, year: number): Promise<Commitment> {
  const item: JsonObject = { year: String(year), ...CONTRACT, reference: `C-${year}-001` };
  const id = idMadeBy(await actAs(town, 'works-1', 'treasury.commit', { items: [item] }));
  await actAs(town, 'budget-1', 'treasury.commit.post', { items: [{ commitment: id }] });
  const { line, money } = CONTRACT;
  return { id, state: 'posted', line: `${year}.${CONTRACT.fund}.${line}`, money, certified: '0', payables: 0 };
}

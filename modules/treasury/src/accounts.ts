/**
 * Accounts as state keeps them, and transfers between them. Every euro of a budget line stands in exactly one of its
 * accounts, and each step of the chain is one transfer to the next:
 *
 *     B ─enact→ A ─allot→ L ─commit→ C ─certify→ P ─pay→ K        R ─estimate→ B
 *
 * A appropriation, L allotment, C commitment, P payable, K paid from cash; all five refuse debits beyond their credits,
 * so that A ≥ L ≥ C ≥ P ≥ paid holds by itself. B is the fund's budget account, the other side of what the law
 * enacts; R the estimated revenue of a revenue line, which reaches B and no expense line.
 */
import { formatAmount, type JsonObject } from '@tabularium/protocol';
import { type Balances, EMPTY, type LedgerFault, type Limit, move, type Phase } from './ledger.ts';

export type Level = 'A' | 'B' | 'C' | 'K' | 'L' | 'P' | 'R';

/** `treasury/account/<year>.<fund>.<line>.<level>`; of a fund's B the third part is the currency. */
export type AccountRecord = {
  readonly currency: string;
  readonly debits: string;
  readonly debitsPending: string;
  readonly credits: string;
  readonly creditsPending: string;
};

/** One transfer as events carry it; its currency is that of the event's money. */
export type Transfer = {
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
  readonly phase: Phase;
};

/** What transfers need to read. */
export interface AccountReader {
  get<T extends JsonObject>(collection: 'account', id: string): T | undefined;
}

const LIMITS: Readonly<Record<Level, Limit>> = { A: 'debits', B: 'none', C: 'debits', K: 'debits', L: 'debits', P: 'debits', R: 'credits' };

export function lineId(year: string, fund: string, line: string): string {
  return `${year}.${fund}.${line}`;
}

export function accountId(line: string, level: Level): string {
  return `${line}.${level}`;
}

/** The fund's budget account of the year and currency. */
export function budgetAccount(year: string, fund: string, currency: string): string {
  return `${year}.${fund}.${currency}.B`;
}

export function levelOf(account: string): Level {
  return account.slice(-1) as Level;
}

/** The parts of a line's id; a fund has no `.`, a line may. */
export function splitLine(id: string): { readonly year: string; readonly fund: string; readonly line: string } {
  const [year = '', fund = '', ...rest] = id.split('.');
  return { year, fund, line: rest.join('.') };
}

/** The balances of an account; one never written to is empty. */
export function balancesOf(record: AccountRecord | undefined): Balances {
  if (record === undefined) return EMPTY;
  return {
    debitsPosted: BigInt(record.debits),
    debitsPending: BigInt(record.debitsPending),
    creditsPosted: BigInt(record.credits),
    creditsPending: BigInt(record.creditsPending),
  };
}

/** A fault names the account whose limit or range was hit. */
export type TransferFault = LedgerFault & { readonly account: string; readonly asked: bigint };

/**
 * Carries out transfers one after the other and gives the accounts they changed, or the first fault. All or nothing:
 * writes nothing itself.
 */
export function carryOut(
  transfers: readonly Transfer[],
  currency: string,
  reader: AccountReader,
): ReadonlyMap<string, AccountRecord> | TransferFault {
  const changed = new Map<string, AccountRecord>();
  const read = (id: string): AccountRecord | undefined => {
    const record = changed.get(id) ?? reader.get<AccountRecord>('account', id);
    if (record !== undefined && record.currency !== currency) throw new Error(`Account ${id} holds ${record.currency}, not ${currency}.`);
    return record;
  };
  for (const transfer of transfers) {
    const amount = BigInt(transfer.amount);
    const limits = { debit: LIMITS[levelOf(transfer.debit)], credit: LIMITS[levelOf(transfer.credit)] };
    const moved = move(balancesOf(read(transfer.debit)), balancesOf(read(transfer.credit)), limits, amount, transfer.phase);
    if ('fault' in moved) {
      const account = moved.fault === 'limit-exceeded' && moved.side === 'credit' ? transfer.credit : transfer.debit;
      return { ...moved, account, asked: amount };
    }
    changed.set(transfer.debit, accountRecord(currency, moved.debit));
    changed.set(transfer.credit, accountRecord(currency, moved.credit));
  }
  return changed;
}

function accountRecord(currency: string, balances: Balances): AccountRecord {
  return {
    currency,
    debits: formatAmount(balances.debitsPosted),
    debitsPending: formatAmount(balances.debitsPending),
    credits: formatAmount(balances.creditsPosted),
    creditsPending: formatAmount(balances.creditsPending),
  };
}

/** A transfer from one account of a line to another of the same line: a step of the chain, or its reverse. */
export function step(line: string, from: Level, to: Level, amount: string, phase: Phase): Transfer {
  return { debit: accountId(line, from), credit: accountId(line, to), amount, phase };
}

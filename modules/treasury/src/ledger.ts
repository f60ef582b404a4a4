/**
 * Double entry: the only arithmetic of the treasury. A transfer writes one amount twice, and a limit is a property of
 * an account, not a question somebody asks (after TigerBeetle's `debits_must_not_exceed_credits` and two-phase transfers:
 * what is pending counts against the limit at once). No rule, role or court reaches into this file.
 */
import { MAX_AMOUNT } from '@tabularium/protocol';

/** Four counters that only grow, but for pending ones, which shrink when posted or voided. Minor units. */
export interface Balances {
  readonly debitsPosted: bigint;
  readonly debitsPending: bigint;
  readonly creditsPosted: bigint;
  readonly creditsPending: bigint;
}

/** `debits`: debits, pending ones included, never exceed posted credits. `credits`: the mirror image. */
export type Limit = 'debits' | 'credits' | 'none';

/**
 * `posted`: moves at once. `pending`: reserves on both sides. `post`: turns a reservation into a movement.
 * `void`: drops a reservation.
 */
export type Phase = 'posted' | 'pending' | 'post' | 'void';

export type LedgerFault =
  | { readonly fault: 'amount-not-positive' }
  | { readonly fault: 'amount-overflow' }
  | { readonly fault: 'limit-exceeded'; readonly side: 'debit' | 'credit'; readonly available: bigint }
  /** Less is pending than is to be posted or voided: never the answer to a person, always a broken record. */
  | { readonly fault: 'pending-missing' };

export type Moved = { readonly debit: Balances; readonly credit: Balances };

export const EMPTY: Balances = { debitsPosted: 0n, debitsPending: 0n, creditsPosted: 0n, creditsPending: 0n };

/** What may still be debited (limit `debits`) or credited (limit `credits`); undefined without a limit. */
export function available(balances: Balances, limit: Limit): bigint | undefined {
  if (limit === 'debits') return balances.creditsPosted - balances.debitsPosted - balances.debitsPending;
  if (limit === 'credits') return balances.debitsPosted - balances.creditsPosted - balances.creditsPending;
  return undefined;
}

/** Credits minus debits, posted only. */
export function balance(balances: Balances): bigint {
  return balances.creditsPosted - balances.debitsPosted;
}

/** Moves one amount from the debited to the credited account (two different ones), or says why it may not. Changes nothing in place. */
export function move(
  debit: Balances,
  credit: Balances,
  limits: { readonly debit: Limit; readonly credit: Limit },
  amount: bigint,
  phase: Phase,
): Moved | LedgerFault {
  if (amount <= 0n) return { fault: 'amount-not-positive' };
  if (amount > MAX_AMOUNT) return { fault: 'amount-overflow' };
  const [pending, posted] = { posted: [0n, 1n], pending: [1n, 0n], post: [-1n, 1n], void: [-1n, 0n] }[phase] as [bigint, bigint];
  const after: Moved = {
    debit: { ...debit, debitsPending: debit.debitsPending + pending * amount, debitsPosted: debit.debitsPosted + posted * amount },
    credit: { ...credit, creditsPending: credit.creditsPending + pending * amount, creditsPosted: credit.creditsPosted + posted * amount },
  };
  if (after.debit.debitsPending < 0n || after.credit.creditsPending < 0n) return { fault: 'pending-missing' };
  if (after.debit.debitsPosted + after.debit.debitsPending > MAX_AMOUNT) return { fault: 'amount-overflow' };
  if (after.credit.creditsPosted + after.credit.creditsPending > MAX_AMOUNT) return { fault: 'amount-overflow' };
  if (phase === 'posted' || phase === 'pending') {
    const left = limits.debit === 'debits' ? available(debit, 'debits') : undefined;
    if (left !== undefined && left < amount) return { fault: 'limit-exceeded', side: 'debit', available: left };
    const room = limits.credit === 'credits' ? available(credit, 'credits') : undefined;
    if (room !== undefined && room < amount) return { fault: 'limit-exceeded', side: 'credit', available: room };
  }
  return after;
}

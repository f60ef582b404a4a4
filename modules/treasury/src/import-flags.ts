/** Which defects the ledger sees in an imported row by itself, and by what the row is known. */
import { isDay } from '@tabularium/kernel';
import { IMPORT_FLAGS, type ImportBody, type ImportFlag, type ImportItem, type ImportKind } from './import.ts';

type Row = Omit<ImportItem, '_sd' | 'flags'>;

/** What identifies a row of each kind within its source; undefined where a part is missing. */
export function naturalKey(row: Row): string | undefined {
  const parts: Readonly<Record<ImportKind, readonly (string | undefined)[]>> = {
    line: [row.year, row.fund, row.line],
    account: [row.account],
    activity: [row.year, row.account, row.activity],
    balance: [row.account],
    payment: [row.reference],
  };
  const key = parts[row.kind];
  return key.every((part) => part !== undefined) ? key.join(':') : undefined;
}

/** The id of a row's record: by its natural key; a later row with the same key, or one without, by its number too. */
export function rowId(source: string, row: Row, repeated: boolean): string {
  const key = naturalKey(row);
  if (key === undefined) return `${source}:${row.kind}~${row.row}`;
  return repeated ? `${source}:${row.kind}:${key}~${row.row}` : `${source}:${row.kind}:${key}`;
}

/** The id of the budget line or account a row must find in the source it is checked against. */
export function referredId(against: string, row: Row): string | undefined {
  if (row.kind === 'payment' && row.line !== undefined) return `${against}:line:${row.year}:${row.fund}:${row.line}`;
  if ((row.kind === 'activity' || row.kind === 'balance') && row.account !== undefined) return `${against}:account:${row.account}`;
  return undefined;
}

const NEEDS_MONEY: readonly ImportKind[] = ['line', 'payment', 'balance'];
const NEEDS_YEAR: readonly ImportKind[] = ['line', 'activity', 'payment'];

/** Defects that show in the row alone, in the order of the list of flags. */
export function ownFlags(row: Row): ImportFlag[] {
  const codes: Readonly<Record<ImportKind, readonly (string | undefined)[]>> = {
    line: [row.fund, row.line],
    account: [row.account],
    activity: [row.account, row.activity],
    balance: [row.account],
    payment: [row.reference, row.fund, row.line],
  };
  const amounts = [...(row.money === undefined ? [] : [row.money.amount]), ...(row.amounts ?? []).map(({ amount }) => amount)];
  const found: Partial<Record<ImportFlag, boolean>> = {
    'code-missing': codes[row.kind].includes(undefined),
    'year-missing': NEEDS_YEAR.includes(row.kind) && row.year === undefined,
    'amount-missing': NEEDS_MONEY.includes(row.kind) && amounts.length === 0,
    'amount-zero': row.money?.amount === '0',
    'amount-negative': amounts.some((amount) => amount.startsWith('-')),
    'date-missing': row.kind === 'payment' && row.date === undefined,
    'date-impossible': [row.from, row.to, row.date].some((day) => day?.length === 10 && !isDay(day)),
    'period-inverted': isInverted(row.from, row.to),
    'payee-missing': row.kind === 'payment' && row.payee === undefined,
  };
  return ordered(Object.keys(found).filter((flag) => found[flag as ImportFlag]) as ImportFlag[]);
}

/** Compares as far as both are precise: `2012` does not end before `2012-05`. */
function isInverted(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  const precise = Math.min(from.length, to.length);
  return from.slice(0, precise) > to.slice(0, precise);
}

/** Whether an identity of the bundle fails in a row that has all its figures. */
export function hasSumMismatch(row: Row, sums: ImportBody['sums']): boolean {
  if (row.kind !== 'balance' || sums === undefined) return false;
  const figures = new Map((row.amounts ?? []).map(({ code, amount }) => [code, BigInt(amount)]));
  return sums.some(({ total, parts }) => {
    const known = parts.map((part) => figures.get(part));
    const stated = figures.get(total);
    if (stated === undefined || known.includes(undefined)) return false;
    return known.reduce<bigint>((sum, part) => sum + (part as bigint), 0n) !== stated;
  });
}

/** Each flag once, in the order of the closed list. */
export function ordered(flags: readonly ImportFlag[]): ImportFlag[] {
  const seen = new Set<string>(flags);
  return (Object.keys(IMPORT_FLAGS) as ImportFlag[]).filter((flag) => seen.has(flag));
}

/**
 * The text store follows the ledger (DESIGN §4 "Nothing a human typed is in a leaf"): what state says is withdrawn is withdrawn there too,
 * at opening and after every block. The record of a withdrawn text is `kernel/text/<digest>`.
 */
import type { Clock, Storage } from '@tabularium/engine-port';
import { type StateReader, WITHDRAWN_TEXTS } from '@tabularium/kernel';
import type { SqliteStorage } from '@tabularium/store';
import { openTexts, type Texts, type Withdrawal } from '@tabularium/texts';

const TEXT_END = 'kernel/text0';
const PAGE = 1_000;

/** Open the text store of a directory against its ledger. `nowSeconds`: what is pending and past its time is shredded. */
export function openSettledTexts(dir: string, storage: Storage, nowSeconds: number): Texts {
  return openTexts(dir, { isAccepted: (tx) => storage.findName(tx) !== undefined, withdrawals: withdrawals(storage), nowSeconds });
}

/**
 * The time by which a text whose transaction is not in the ledger may be past hope, NumericDate. Where several nodes order (`shared`), a
 * transaction that this one handed over may stand in a block that has not come here yet: then it is the time of the newest block, and nothing
 * is past hope while entries before that are missing.
 */
export function textTime(storage: Pick<SqliteStorage, 'head' | 'missing'>, clock: Clock, shared: boolean): number {
  const time = !shared ? clock() : storage.missing() === undefined ? storage.head().time : 0;
  return Math.floor(time / 1_000);
}

/** Carry out the withdrawals among a block's changed records. */
export function settleTexts(changed: readonly string[], state: StateReader, texts: Texts): void {
  for (const key of changed) {
    const value = key.startsWith(WITHDRAWN_TEXTS) ? state.get(key) : undefined;
    if (value !== undefined) texts.withdraw(withdrawal(key, value));
  }
}

/** Every withdrawal in state. */
export function* withdrawals(state: StateReader): Generator<Withdrawal> {
  for (let start = WITHDRAWN_TEXTS; ; ) {
    const page = state.scan(start, TEXT_END, PAGE);
    for (const [key, value] of page) yield withdrawal(key, value);
    if (page.length < PAGE) return;
    start = `${page.at(-1)![0]}\u0000`;
  }
}

function withdrawal(key: string, value: string): Withdrawal {
  const { ground, case: number, time } = JSON.parse(value) as { readonly ground: string; readonly case: string; readonly time: number };
  return { digest: key.slice(WITHDRAWN_TEXTS.length), time, ground, case: number };
}

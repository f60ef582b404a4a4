/** Double entry: vectors, and properties over random transfers between accounts with every kind of limit. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MAX_AMOUNT } from '@tabularium/protocol';
import fc from 'fast-check';
import { available, type Balances, balance, EMPTY, type Limit, move, type Phase } from './ledger.ts';

interface Vector {
  readonly name: string;
  readonly transfers: readonly {
    readonly debit: string;
    readonly credit: string;
    readonly amount: string;
    readonly phase: Phase;
    readonly fault?: string;
  }[];
  readonly then: Readonly<Record<string, string>>;
}
const { vectors } = JSON.parse(readFileSync(new URL('../vectors/ledger.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly Vector[];
};

const limitOf = (name: string): Limit => (name.startsWith('B') ? 'none' : name.startsWith('R') ? 'credits' : 'debits');
const told = ({ debitsPosted, debitsPending, creditsPosted, creditsPending }: Balances): string =>
  [debitsPosted, debitsPending, creditsPosted, creditsPending].join(' ');

for (const { name, transfers, then } of vectors) {
  test(`ledger: ${name}`, () => {
    const accounts = new Map<string, Balances>();
    for (const { debit, credit, amount, phase, fault } of transfers) {
      const limits = { debit: limitOf(debit), credit: limitOf(credit) };
      const moved = move(accounts.get(debit) ?? EMPTY, accounts.get(credit) ?? EMPTY, limits, BigInt(amount), phase);
      assert.equal('fault' in moved ? moved.fault : undefined, fault);
      if ('fault' in moved) continue;
      accounts.set(debit, moved.debit);
      accounts.set(credit, moved.credit);
    }
    for (const [account, balances] of Object.entries(then)) assert.equal(told(accounts.get(account) ?? EMPTY), balances);
  });
}

const NAMES = ['A', 'A2', 'B', 'L', 'C', 'R'] as const;
const transfer = fc.record({
  debit: fc.constantFrom(...NAMES),
  credit: fc.constantFrom(...NAMES),
  amount: fc.oneof(fc.bigInt(-2n, 200n), fc.bigInt(MAX_AMOUNT - 2n, MAX_AMOUNT + 2n)),
  phase: fc.constantFrom<Phase>('posted', 'posted', 'pending', 'post', 'void'),
});

test('whatever is tried: debits equal credits, limits hold, no counter leaves its range, a fault changes nothing', () => {
  fc.assert(
    fc.property(fc.array(transfer, { maxLength: 120, size: 'max' }), (transfers) => {
      const accounts = new Map<string, Balances>(NAMES.map((name) => [name, EMPTY]));
      for (const { debit, credit, amount, phase } of transfers) {
        if (debit === credit) continue;
        const moved = move(accounts.get(debit)!, accounts.get(credit)!, { debit: limitOf(debit), credit: limitOf(credit) }, amount, phase);
        if (!('fault' in moved)) {
          accounts.set(debit, moved.debit);
          accounts.set(credit, moved.credit);
        }
        let posted = 0n;
        let pending = 0n;
        for (const [name, balances] of accounts) {
          posted += balance(balances);
          pending += balances.creditsPending - balances.debitsPending;
          for (const counter of Object.values(balances)) assert.ok(counter >= 0n && counter <= MAX_AMOUNT);
          assert.ok((available(balances, limitOf(name)) ?? 0n) >= 0n, `${name}: ${told(balances)}`);
        }
        assert.equal(posted, 0n);
        assert.equal(pending, 0n);
      }
    }),
    { numRuns: 300 },
  );
});

test('pending then post is posted; pending then void is nothing', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 1_000n), fc.bigInt(1n, 1_000n), (held, amount) => {
      const source: Balances = { ...EMPTY, creditsPosted: held };
      const limits = { debit: 'debits', credit: 'debits' } as const;
      const direct = move(source, EMPTY, limits, amount, 'posted');
      const pending = move(source, EMPTY, limits, amount, 'pending');
      assert.equal('fault' in direct, 'fault' in pending);
      if ('fault' in direct || 'fault' in pending) return;
      assert.deepEqual(move(pending.debit, pending.credit, limits, amount, 'post'), direct);
      assert.deepEqual(move(pending.debit, pending.credit, limits, amount, 'void'), { debit: source, credit: EMPTY });
    }),
  );
});

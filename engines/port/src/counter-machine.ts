/**
 * A small deterministic machine for the contract tests: named counters that may not fall below zero, and deadlines that reset them. It
 * has everything an engine must cope with (acceptance, refusal, repetition, deadlines, removal of records) and no law.
 */
import type { BlockInput, BlockResult, StateReader, StoredEvent, Validator, Verdict } from '@tabularium/kernel';
import { type Crypto, canonicalJson, encodeTransaction, type JsonObject, type Transaction } from '@tabularium/protocol';
import type { MachinePort } from './engine.ts';
import type { Genesis } from './genesis.ts';

const TOTAL = 'counter/total/';
const DEADLINE = 'counter/deadline/';
const FIRED_AT_ONCE = 1_000;

/** Origin of a ledger of counters. */
export const COUNTER_ORIGIN = 'counters.example/0123456789abcdef';

/** The block that founds one at `time`, ms UTC. */
export function counterGenesis(time: number, { utf8 }: Crypto): Genesis {
  return { charterLeaf: utf8.encode('{"name":"counters.example"}'), time, writes: new Map([['kernel/charter/current', '{"v":1}']]) };
}

/** `amount` is added to the counter; `resetAt` (ms UTC) sets a deadline that removes it. `throw` breaks an invariant. */
export interface CounterBody {
  readonly counter: string;
  readonly amount: number;
  readonly resetAt?: number;
  readonly throw?: true;
}

export function totalKey(counter: string): string {
  return TOTAL + counter;
}

export class CounterMachine implements MachinePort {
  execute(input: BlockInput, state: StateReader): BlockResult {
    const writes = new Map<string, string | null>();
    const events: StoredEvent[] = [];
    const read = (key: string): string | undefined => (writes.has(key) ? (writes.get(key) ?? undefined) : state.get(key));
    const due = state.scan(DEADLINE, `${DEADLINE}~`, FIRED_AT_ONCE).filter(([key]) => dueOf(key) <= input.time);
    for (const [key] of due) {
      const counter = key.slice(DEADLINE.length + 16 + 1);
      writes.set(key, null);
      writes.set(totalKey(counter), null);
      events.push({
        type: 'counter.total.reset',
        data: { counter },
        tx: `deadline:${key}`,
        entry: -1,
        action: 'counter.reset',
        signers: [],
        keys: [key, totalKey(counter)],
      });
    }
    const seen = new Map<string, string>();
    let entry = 0;
    const verdicts = input.transactions.map((transaction): Verdict => {
      const { name, kid, payload } = transaction;
      const before = input.accepted(kid, payload.id) ?? seen.get(`${kid} ${payload.id}`);
      if (before === name) return { kind: 'repeated', name };
      if (before !== undefined) return { kind: 'refused', name, refusal: { code: 'kernel.id-reused', rule: 'kernel.id' } };
      const { counter, amount, resetAt, throw: broken } = payload.body as unknown as CounterBody;
      if (broken) throw new Error('the counter machine was asked to break');
      const total = (JSON.parse(read(totalKey(counter)) ?? '{"total":0}') as { total: number }).total + amount;
      if (total < 0) return { kind: 'refused', name, refusal: { code: 'counter.below-zero', rule: 'counter.floor', facts: { total } } };
      const keys = [totalKey(counter)];
      writes.set(totalKey(counter), canonicalJson({ total, tx: name }));
      if (resetAt !== undefined) {
        const deadline = `${DEADLINE}${String(resetAt).padStart(16, '0')}:${counter}`;
        keys.push(deadline);
        writes.set(deadline, canonicalJson({ counter }));
      }
      seen.set(`${kid} ${payload.id}`, name);
      events.push({
        type: 'counter.total.changed',
        data: { counter, total },
        tx: name,
        entry: entry++,
        action: payload.action,
        signers: [],
        keys,
      });
      return { kind: 'accepted', name };
    });
    return { verdicts, deadlines: due.length, events, writes, policy: this.policy() };
  }

  nextDeadline(state: StateReader): number | undefined {
    const [first] = state.scan(DEADLINE, `${DEADLINE}~`, 1);
    return first === undefined ? undefined : dueOf(first[0]);
  }

  policy(): string {
    return 'log counters\nquorum none\n';
  }

  validators(): readonly Validator[] {
    return [];
  }
}

function dueOf(key: string): number {
  return Number(key.slice(DEADLINE.length, DEADLINE.length + 16));
}

export interface CounterTransaction {
  readonly ledger: string;
  readonly kid: string;
  /** ULID. */
  readonly id: string;
  /** NumericDate, seconds. */
  readonly exp: number;
  readonly body: CounterBody;
}

/** The bytes of a transaction for this machine, well formed, under a signature that nobody checks here. */
export function counterTransaction({ ledger, kid, id, exp, body }: CounterTransaction): Uint8Array {
  const payload = { ledger, id, action: 'counter.total.add', exp, body: body as unknown as JsonObject };
  return encodeTransaction(payload satisfies Transaction['payload'], kid, () => new Uint8Array(64).fill(1)) as Uint8Array;
}

/** Every refusal of an action, provoked as data (`vectors/refusals.json`): given a town, when one asks, then refused so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TestLedger } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import { treasury } from './module.ts';

interface Step {
  readonly action: string;
  readonly by: string;
  readonly body: JsonObject;
  readonly name?: string;
  readonly on?: string;
}
interface Vector {
  readonly name: string;
  readonly town: string;
  readonly given?: readonly Step[];
  readonly when: Step;
  readonly then: { readonly code: string; readonly rule?: string; readonly facts?: JsonObject };
}
interface Town {
  readonly today?: string;
  readonly after?: string;
  readonly steps: readonly Step[];
}

const { towns, vectors } = JSON.parse(readFileSync(new URL('../vectors/refusals.json', import.meta.url), 'utf8')) as {
  readonly towns: Readonly<Record<string, Town>>;
  readonly vectors: readonly Vector[];
};

function stepsOf(name: string): { today: string; steps: readonly Step[] } {
  const { today = '', after, steps } = towns[name]!;
  if (after === undefined) return { today, steps };
  const before = stepsOf(after);
  return { today: before.today, steps: [...before.steps, ...steps] };
}

function fill<T>(value: T, ids: ReadonlyMap<string, string>): T {
  return JSON.parse(
    JSON.stringify(value).replace(/\$\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? assert.fail(`no step ${name}`)),
  ) as T;
}

for (const { name, town, given = [], when, then } of vectors) {
  test(`refused: ${name}`, () => {
    const { today, steps } = stepsOf(town);
    const ledger = new TestLedger(treasury, { today });
    const ids = new Map<string, string>();
    for (const step of [...steps, ...given]) {
      if (step.on !== undefined) ledger.on(step.on);
      const { id } = ledger.do(step.action, fill(step.body, ids), step.by);
      if (step.name !== undefined) ids.set(step.name, id());
    }
    if (when.on !== undefined) ledger.on(when.on);
    const before = ledger.state;
    const { refused } = ledger.submit(when.action, fill(when.body, ids), when.by);
    assert.equal(refused?.code, then.code);
    if (then.rule !== undefined) assert.equal(refused?.rule, then.rule);
    if (then.facts !== undefined) assert.deepEqual(refused?.facts, fill(then.facts, ids));
    assert.deepEqual(ledger.state, before, 'a refusal changes nothing');
  });
}

test('every rule a vector names is in the table of rules, every code in the list', () => {
  const rules = new Set(treasury.rules.map(({ id }) => id));
  for (const { then } of vectors) {
    if (then.rule !== undefined) assert.ok(rules.has(then.rule), then.rule);
    if (then.code !== 'malformed') assert.ok(then.code.slice('treasury.'.length) in treasury.refusals, then.code);
  }
});

/** Codes that actions refuse with; the others belong to standing actions, bundles and imports, and are provoked there. */
const PROVOKED = [
  'amount-not-positive',
  'amount-overflow',
  'backdated',
  'before-commitment',
  'commitment-exceeded',
  'currency-mismatch',
  'day-impossible',
  'day-in-future',
  'day-outside-year',
  'limit-exceeded',
  'line-exists',
  'not-pending',
  'payable-exceeded',
  'payment-early',
  'pending-expired',
  'period-wrong',
  'revenue-line',
  'roles-alike',
  'same-person',
  'unknown-commitment',
  'unknown-line',
  'unknown-payable',
  'unknown-payment',
  'unknown-year',
  'year-closed',
  'year-exists',
  'year-not-begun',
  'year-not-over',
  'year-over',
  'year-unsettled',
];

test('the vectors provoke these codes, all of them', () => {
  const found = new Set(vectors.map(({ then }) => then.code).filter((code) => code !== 'malformed'));
  assert.deepEqual([...found].sort(), PROVOKED.map((code) => `treasury.${code}`).sort());
});

/** Every refusal, provoked as data (`vectors/refusals.json`): given a town, when one asks, then refused so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { StandingVerb, TestLedger } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import { privacy } from './module.ts';
import { town as founded } from './stories.ts';

interface Step {
  readonly action: string;
  readonly by: string;
  readonly body: JsonObject;
  readonly name?: string;
  readonly on?: string;
}
interface StandingStep {
  readonly standing: StandingVerb;
  readonly collection: string;
  readonly id: string;
  readonly by: string;
}
interface Vector {
  readonly name: string;
  readonly town: string;
  readonly given?: readonly Step[];
  readonly when: Step | StandingStep;
  readonly then: { readonly code: string; readonly rule?: string; readonly facts?: JsonObject };
}

const { towns, vectors } = JSON.parse(readFileSync(new URL('../vectors/refusals.json', import.meta.url), 'utf8')) as {
  readonly towns: Readonly<Record<string, { readonly after?: string; readonly steps: readonly Step[] }>>;
  readonly vectors: readonly Vector[];
};

function stepsOf(name: string): readonly Step[] {
  const { after, steps } = towns[name]!;
  return after === undefined ? steps : [...stepsOf(after), ...steps];
}

function fill<T>(value: T, ids: ReadonlyMap<string, string>): T {
  return JSON.parse(
    JSON.stringify(value).replace(/\$\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? assert.fail(`no step ${name}`)),
  ) as T;
}

function ask(ledger: TestLedger, when: Step | StandingStep) {
  if ('standing' in when) return ledger.standing(when.standing, when.collection, when.id, {}, when.by);
  return ledger.submit(when.action, when.body, when.by);
}

for (const { name, town, given = [], when, then } of vectors) {
  test(`refused: ${name}`, () => {
    const ledger = founded();
    const ids = new Map<string, string>();
    for (const step of [...stepsOf(town), ...given]) {
      if (step.on !== undefined) ledger.on(step.on);
      const { id } = ledger.do(step.action, fill(step.body, ids), step.by);
      if (step.name !== undefined) ids.set(step.name, id());
    }
    if ('on' in when && when.on !== undefined) ledger.on(when.on);
    const before = ledger.state;
    const { refused } = ask(ledger, fill(when, ids));
    assert.equal(refused?.code, then.code);
    if (then.rule !== undefined) assert.equal(refused?.rule, then.rule);
    if (then.facts !== undefined) assert.deepEqual(refused?.facts, fill(then.facts, ids));
    assert.deepEqual(ledger.state, before, 'a refusal changes nothing');
  });
}

/** Named here one by one, so that whoever takes one out does so twice. */
const CODES = [
  'already-attested',
  'already-extended',
  'already-standing',
  'basis-mismatch',
  'case-erased',
  'case-held',
  'day-impossible',
  'day-past',
  'decision-unclear',
  'log-changed',
  'log-shrunk',
  'not-a-holder',
  'not-open',
  'not-own-act',
  'outside-signer',
  'same-person',
  'scope-unclear',
  'term-over',
  'term-too-long',
  'too-many',
  'unknown-agency',
  'unknown-purpose',
  'unknown-record',
];

test('the vectors provoke every code and every rule, and no others', () => {
  const codes = new Set(vectors.map(({ then }) => then.code).filter((code) => code !== 'malformed'));
  assert.deepEqual(
    [...codes].sort(),
    CODES.map((code) => `privacy.${code}`),
  );
  assert.deepEqual(Object.keys(privacy.refusals).sort(), CODES);
  const provoked = new Set(vectors.flatMap(({ then }) => then.rule ?? []));
  assert.deepEqual([...provoked].sort(), privacy.rules.map(({ id }) => id).sort());
});

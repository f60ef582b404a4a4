/** Random stories for the machine's properties: what anyone may try on a small ledger, mostly what they may, sometimes what they may not. */
import type { JsonObject } from '@tabularium/protocol';
import fc from 'fast-check';
import { DAY, HOUR, KEYS, START, UNTIL } from './ledger-rig.test.ts';

export interface Ask {
  readonly officer: string;
  readonly action: string;
  /** From the time and the proposals made so far. */
  readonly body: (time: number, proposals: readonly string[]) => JsonObject;
  /** Under the first mandate the officer has, if any. */
  readonly mandated: boolean;
}
/** Groups of asks; each group happens at one time, so many hours after the one before. */
export type Story = readonly (readonly [hours: number, asks: readonly Ask[]])[];

const anybody = Object.keys(KEYS);
const TOWN = ['clara', 'conrad', 'mira'];
const COURT = ['judith', 'jonas'];
const mostly = (officers: readonly string[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...officers) }, { weight: 1, arbitrary: fc.constantFrom(...anybody) });

function ask(officers: readonly string[], action: string, body: fc.Arbitrary<Ask['body'] | JsonObject>): fc.Arbitrary<Ask> {
  const mandated = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
  return fc.record({ officer: mostly(officers), body, mandated }).map(({ body: made, ...rest }) => ({
    ...rest,
    action,
    body: typeof made === 'function' ? (made as Ask['body']) : () => made as JsonObject,
  }));
}

const propose = (officers: readonly string[], action: string, body: fc.Arbitrary<JsonObject>) =>
  ask(
    officers,
    'kernel.propose',
    body.map((one) => ({ action, body: one })),
  );

const id = fc.constantFrom('a', 'b', 'c');
const days = fc.integer({ min: -5, max: 110 });
const key = id.map((one) => `permit/permit/${one}`);
const verb = fc.constantFrom('suspend', 'annul', 'reinstate', 'set', 'reopen');
const officer = fc.constantFrom(...anybody);

const write = fc
  .record({ permit: id, days, hours: fc.integer({ min: 1, max: 60 * 24 }) })
  // A deadline that is due already would fire in the next block, wherever that begins.
  .map(({ permit, days: length, hours }): Ask['body'] => (time) => ({ permit, days: length, lapse: time + hours * HOUR }));
const document = fc.record({ key, n: fc.integer({ min: 0, max: 9 }), day: fc.integer({ min: 0, max: 9 }) }).map((one) => ({
  key: one.key,
  document: String(one.n).repeat(64),
  validation: { validatedBy: 'v.example', indication: 'indeterminate', on: `2026-03-0${one.day}`, form: 'PAdES', report: '0'.repeat(64) },
}));
const approve = fc.integer({ min: 1, max: 3 }).map((n): Ask['body'] => (_time, proposals) => ({
  proposal: proposals.at(-n) ?? 'A'.repeat(43),
}));
const pay = fc.record({ permit: id, amount: fc.integer({ min: 1, max: 600 }).map(String), times: fc.integer({ min: 1, max: 3 }) });
const mandate = fc
  .record({ to: officer, until: fc.integer({ min: START + DAY, max: UNTIL }) })
  .map((one) => ({ ...one, kind: 'deputy', role: 'clerk', office: 'hall', actions: [] }));
const grant = fc.record({ officer, role: fc.constantFrom('clerk', 'mayor') }).map((one) => ({ ...one, office: 'hall', until: UNTIL }));

const asks: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 4, arbitrary: ask(['clara', 'conrad'], 'permit.permit.write', write) },
  { weight: 4, arbitrary: ask([...TOWN, ...COURT], 'kernel.approve', approve) },
  ask(['clara', 'conrad'], 'permit.permit.remove', fc.record({ permit: id })),
  ask(['clara'], 'permit.permit.count', fc.constant({})),
  ask(['clara'], 'permit.permit.numbers', fc.record({ n: fc.integer({ min: 0, max: 4 }) })),
  ask(['clara', 'conrad'], 'permit.permit.pay', pay),
  ask(['clara', 'conrad'], 'kernel.withdraw', fc.record({ key })),
  ask(['clara', 'conrad'], 'kernel.mandate.give', mandate),
  ask(['clara', 'judith'], 'kernel.document.attach', document),
  propose(TOWN, 'permit.permit.grant', fc.record({ permit: id })),
  propose(
    TOWN,
    'kernel.correct',
    fc.record({ key, days }).map((one) => ({ key: one.key, reason: 'typing-error', change: { days: one.days } })),
  ),
  propose(
    TOWN,
    'kernel.annul',
    key.map((one) => ({ key: one, reason: 'not-valid', dependents: [] })),
  ),
  propose(
    COURT,
    'kernel.order.execute',
    fc
      .record({ key, verb, days })
      .map((one) => ({ key: one.key, verb: one.verb, change: { days: one.days }, case: 'C1', document: '0'.repeat(64) })),
  ),
  propose(TOWN, 'kernel.role.grant', grant),
);

export const stories: fc.Arbitrary<Story> = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 10 * 24 }), fc.array(asks, { minLength: 1, maxLength: 8, size: 'max' })),
  { minLength: 1, maxLength: 8, size: 'max' },
);

/**
 * The simulator's short form: some seeds, each with crashes, full disks and hostile submissions, must stay clean; a seed must
 * repeat itself to the last byte; and the defects it exists to find must be found. The long form is `npm run simulate`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runMutants } from './mutants.ts';
import { SimulatedOffice } from './simulated-office.ts';
import { simulate, type Tally } from './simulation.ts';

const SEEDS = 10;
const STEPS = 250;

test(`${SEEDS} seeds of ${STEPS} steps are clean and have seen every kind of trouble`, async () => {
  const office = new SimulatedOffice();
  const tallies: Tally[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) tallies.push(await simulate(seed, STEPS, office));
  const sum = (member: 'accepted' | 'refused' | 'malformed' | 'repeated' | 'crashes' | 'fullDisks'): number =>
    tallies.reduce((total, tally) => total + tally[member], 0);
  for (const member of ['accepted', 'refused', 'malformed', 'repeated', 'crashes', 'fullDisks'] as const) {
    assert.ok(sum(member) > 0, `no ${member} in ${SEEDS} seeds`);
  }
  assert.ok(sum('accepted') > SEEDS * 30, `${sum('accepted')} accepted`);
  const codes = new Set(tallies.flatMap((tally) => [...tally.codes.keys()]));
  assert.ok(codes.size > 25, `${codes.size} refusal codes`);
});

test('a seed repeats itself to the last byte, another one is another', async () => {
  const first = await simulate(77, 120, new SimulatedOffice());
  assert.deepEqual(await simulate(77, 120, new SimulatedOffice()), first);
  assert.notEqual((await simulate(78, 120, new SimulatedOffice())).root, first.root);
});

test('real signatures change bytes and no decision', async () => {
  const { root: _, ...real } = await simulate(5, 150, new SimulatedOffice('real'));
  const { root: __, ...standIn } = await simulate(5, 150, new SimulatedOffice());
  assert.deepEqual(real, standIn);
});

test('each planted defect is caught, and without one the simulation is clean', () => {
  const lines: string[] = [];
  const good = runMutants((line) => lines.push(line));
  assert.ok(good, lines.join('\n'));
  assert.equal(lines.filter((line) => line.startsWith('caught')).length, 6);
});

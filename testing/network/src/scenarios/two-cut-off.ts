/** Two nodes of four are cut off: nothing is decided anywhere, clients are told so, and nothing forks; healed, everything goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Agency } from '../agency.ts';
import type { Cut } from '../link.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { until } from '../until.ts';
import { GRACE_MS, tellsThatNothingIsKnown, tellsToComeAgain } from './cut-off.ts';

/** As a pair, which still hear each other, or each by itself. */
type Way = 'pair' | 'apart';

export const twoCutOff: Scenario = {
  name: 'two-cut-off',
  async run(stage) {
    const { isLong, random } = stage;
    const recovered: number[] = [];
    const cases = (['pair', 'apart'] as const).flatMap((way) => (['reset', 'silent'] as const).map((kind) => ({ way, kind })));
    for (const { way, kind } of isLong ? cases : [random.pick(cases)]) recovered.push(await cutOff(stage, way, kind));
    return { cuts: recovered.length, recoveredSeconds: Math.max(...recovered) };
  },
};

async function cutOff({ agencies, watcher, writers, random, isLong }: Stage, way: Way, kind: Cut): Promise<number> {
  const pair = random.shuffle(agencies.all).slice(0, 2);
  if (way === 'pair') agencies.cut(pair, kind);
  else for (const one of pair) agencies.cut([one], kind);
  await delay(GRACE_MS);
  const sizes = (): string =>
    agencies.all.map((agency: Agency) => `${watcher.size(agency, 'own')}/${watcher.size(agency, 'shown')}`).join(' ');
  const before = sizes();
  const sent = agencies.all.map((agency) => ({ agency, transaction: writers.next() }));
  await Promise.all(sent.map(({ agency, transaction }) => tellsToComeAgain(agency, transaction)));
  if (isLong) await Promise.all(sent.map(({ agency, transaction }) => tellsThatNothingIsKnown(agency, transaction)));
  else await delay(3_000);
  if (sizes() !== before) throw new Error(`without a quorum the nodes went on from ${before} to ${sizes()}`);
  agencies.heal();
  const healed = performance.now();
  const largest = Math.max(...agencies.all.map((agency) => watcher.size(agency, 'shown')));
  await until('all nodes go on', () => agencies.all.every((agency) => watcher.size(agency, 'shown') > largest));
  const seconds = Math.round((performance.now() - healed) / 100) / 10;
  for (const { transaction } of sent) await writers.send(transaction);
  return seconds;
}

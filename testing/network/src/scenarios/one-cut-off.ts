/** One node is cut off: the others go on without it, it shows nothing new, and comes after them once it is back. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cut } from '../link.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { until } from '../until.ts';
import { GRACE_MS, tellsToComeAgain } from './cut-off.ts';

/** Longer than CometBFT calls again every few seconds. */
const LONG_MS = 180_000;
const BACK_SECONDS = 60;

export const oneCutOff: Scenario = {
  name: 'one-cut-off',
  async run(stage) {
    const { random, isLong } = stage;
    const kinds: readonly Cut[] = ['reset', 'silent'];
    const recovered: number[] = [];
    for (const kind of isLong ? kinds : [random.pick(kinds)]) recovered.push(await cutOff(stage, kind, isLong ? 10_000 : 2_000));
    if (isLong) recovered.push(await cutOff(stage, 'reset', LONG_MS));
    return { cuts: recovered.length, recoveredSeconds: Math.max(...recovered) };
  },
};

async function cutOff({ agencies, watcher, writers, random }: Stage, kind: Cut, forMs: number): Promise<number> {
  const lonely = random.pick(agencies.all);
  const [other] = agencies.others(lonely);
  agencies.cut([lonely], kind);
  await delay(GRACE_MS);
  const { own, shown } = { own: watcher.size(lonely, 'own'), shown: watcher.size(other!, 'shown') };
  const transaction = writers.next();
  await tellsToComeAgain(lonely, transaction);
  await writers.send(transaction, () => other!);
  await delay(forMs);
  if (watcher.size(lonely, 'own') !== own)
    throw new Error(`${lonely.id} was cut off at size ${own} and signed ${watcher.size(lonely, 'own')}`);
  const reached = watcher.size(other!, 'shown');
  if (reached === shown) throw new Error(`${other!.id} did not go on from size ${shown} while ${lonely.id} was cut off`);
  agencies.heal();
  const healed = performance.now();
  await until(`${lonely.id} comes after the others`, () => watcher.size(lonely, 'shown') >= reached, BACK_SECONDS);
  // The same bytes as before, and the same answer as elsewhere.
  await writers.send(transaction, () => lonely);
  return Math.round((performance.now() - healed) / 100) / 10;
}

/** A ledger at rest: all nodes but one are away, that one is given a transaction, and they come back. Nobody writes anything else meanwhile. */
import type { Scenario } from '../scenario.ts';
import { until } from '../until.ts';
import { tellsToComeAgain } from './cut-off.ts';

/** Less than a node tells its sender that nothing is known; sent again, it waits once more. */
const SECONDS = 60;

export const leftAlone: Scenario = {
  name: 'left-alone',
  async run({ agencies, writers, random }) {
    const alone = random.pick(agencies.all);
    const others = agencies.others(alone);
    await writers.pause();
    await Promise.all(others.map((other) => other.stop()));
    const transaction = writers.next();
    await tellsToComeAgain(alone, transaction);
    await Promise.all(others.map((other) => other.start()));
    const back = performance.now();
    let decided = false;
    const sending = writers
      .send(transaction, () => alone)
      .then(() => {
        decided = true;
      });
    await until(`${alone.id} gets its transaction decided`, () => decided, SECONDS);
    await sending;
    return { decidedSeconds: Math.round((performance.now() - back) / 100) / 10 };
  },
};

/** A node proposes what is no block, of every kind, and votes for it: the others do not, and go on. */
import type { Scenario } from '../scenario.ts';
import { SPOILS } from '../spoiled-proposals.ts';
import { until } from '../until.ts';

/** In the short form so many kinds are enough. */
const SOME = 4;

export const garbage: Scenario = {
  name: 'garbage',
  async run({ agencies, random, writers, isLong, settle }) {
    const crook = random.pick(agencies.all);
    const seen = new Map<string, number>();
    await crook.stop();
    crook.onLine = ({ event, name }) => {
      if (event === 'spoiled') seen.set(String(name), (seen.get(String(name)) ?? 0) + 1);
    };
    await crook.start({ proposesGarbage: true });
    const before = writers.acknowledged.size;
    const kinds = isLong ? Object.keys(SPOILS).length : SOME;
    await until(`${crook.id} has proposed ${kinds} kinds of garbage`, () => seen.size >= kinds, 300);
    await settle();
    await crook.stop();
    crook.onLine = undefined;
    await crook.start();
    const written = writers.acknowledged.size - before;
    if (written === 0) throw new Error('nothing was written beside the garbage');
    return { proposals: [...seen.values()].reduce((sum, count) => sum + count, 0), kinds: seen.size };
  },
};

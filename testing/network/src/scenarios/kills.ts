/** One node after the other is killed at a random moment, mostly while it runs, at times while it starts, at times only its CometBFT. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';

const RUNS_MS = 1_500;
const DOWN_MS = 800;

export const kills: Scenario = {
  name: 'kills',
  async run({ agencies, random, kills: count, writers }) {
    let [nodes, comets, starting] = [0, 0, 0];
    const before = writers.acknowledged.size;
    for (let kill = 0; kill < count; kill++) {
      const victim = agencies.all[kill % agencies.all.length]!;
      await delay(random.below(RUNS_MS));
      // Every fourth time its CometBFT alone, which the node starts again.
      if (kill % 5 === 3 && victim.killComet()) {
        comets++;
        continue;
      }
      await victim.kill();
      nodes++;
      await delay(random.below(DOWN_MS));
      if (random.chance(1, 6)) {
        const start = victim.start().catch(() => {});
        await delay(random.below(RUNS_MS));
        await victim.kill();
        await start;
        starting++;
      }
      await victim.start();
    }
    const written = writers.acknowledged.size - before;
    if (written < count) throw new Error(`only ${written} transactions were acknowledged over ${count} kills`);
    return { kills: nodes + comets + starting, comets, starting };
  },
};

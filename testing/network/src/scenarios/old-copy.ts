/** A node's machine is laid back as a copy of it was: it has forgotten what it signed, learns it from the others, and votes again later. */
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario, Stage } from '../scenario.ts';
import { until } from '../until.ts';

export const oldCopy: Scenario = {
  name: 'old-copy',
  async run(stage) {
    await layBack(stage, false);
    // Whoever was started since then has what others signed on its disk, or not at all.
    if (stage.isLong) await layBack(stage, true);
    return { copies: stage.isLong ? 2 : 1 };
  },
};

async function layBack({ agencies, watcher, random, dir, isLong }: Stage, restartOthers: boolean): Promise<void> {
  const rolled = random.pick(agencies.all);
  await rolled.stop();
  const copy = join(dir, 'copy');
  cpSync(rolled.dir, copy, { recursive: true });
  await rolled.start();
  const before = watcher.size(rolled, 'own');
  await until(`${rolled.id} signs what the copy lacks`, () => watcher.size(rolled, 'own') > before);
  await delay(isLong ? 10_000 : 1_000);
  await rolled.kill();
  const signed = watcher.size(rolled, 'own');
  if (restartOthers) {
    for (const other of agencies.others(rolled)) {
      await other.stop();
      await other.start();
    }
  }
  rmSync(rolled.dir, { recursive: true });
  renameSync(copy, rolled.dir);
  watcher.forget(rolled);
  await rolled.start();
  if (!rolled.hasSaid('laid back from an older copy'))
    throw new Error(
      `${rolled.id} was laid back to before ${signed} leaves and does not know it${restartOthers ? ' (the others have begun anew)' : ''}`,
    );
  await until(`${rolled.id} comes after what it had signed`, () => watcher.size(rolled, 'shown') >= signed);
  // Before the next one loses its votes: two of four without one could not go on.
  await until(`${rolled.id} votes again`, () => !existsSync(join(rolled.dir, 'voteless.json')));
}

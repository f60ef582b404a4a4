/** A node's disk is lost: a backup of before is restored, which says that it cannot go on by itself, and the node comes to the others anew. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Agency } from '../agency.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { until } from '../until.ts';

export const oldBackup: Scenario = {
  name: 'old-backup',
  async run(stage) {
    const ways = ['log', 'snapshot'] as const;
    const chosen = stage.isLong ? ways : [stage.random.pick(ways)];
    for (const way of chosen) await restore(stage, way === 'snapshot');
    return { by: chosen.join(' ') };
  },
};

async function restore({ agencies, watcher, writers, random, dir }: Stage, bySnapshot: boolean): Promise<void> {
  const lost = random.pick(agencies.all);
  const from = agencies.others(lost)[0]!.entry.validator.exchange;
  const backup = join(dir, 'backup');
  await expectEnd(lost, ['backup', '--data', lost.dir, '--keys', backup], 0);
  const before = watcher.size(lost, 'own');
  await until(`${lost.id} signs what the backup lacks`, () => watcher.size(lost, 'own') > before);
  await lost.kill();
  const signed = watcher.size(lost, 'own');
  renameSync(lost.dir, `${lost.dir}.lost`);
  watcher.forget(lost);
  await expectEnd(lost, ['restore', backup, '--data', lost.dir], 0);
  const said = await lost.start().then(
    () => 'it started',
    (error: Error) => error.message,
  );
  if (!said.includes('network rejoin')) throw new Error(`${lost.id} was restored from a backup, and: ${said}`);
  await expectEnd(lost, ['network', 'rejoin', '--data', lost.dir, '--from', from, ...(bySnapshot ? ['--snapshot'] : [])], 0);
  await lost.start();
  await until(`${lost.id} comes after what it had signed`, () => watcher.size(lost, 'shown') >= signed);
  await until(`${lost.id} has its past`, async () => (await fetch(`${lost.url}/api/v1/transactions?limit=1`)).ok);
  await writers.send(writers.next(), () => lost);
  await until(`${lost.id} votes again`, () => !existsSync(join(lost.dir, 'voteless.json')));
  for (const folder of [`${lost.dir}.lost`, backup]) rmSync(folder, { recursive: true });
}

async function expectEnd(agency: Agency, command: readonly string[], code: number): Promise<void> {
  const ended = await agency.command(command);
  if (ended.code !== code) throw new Error(`${command.join(' ')} of ${agency.id} ended with ${ended.code}: ${ended.said}`);
}

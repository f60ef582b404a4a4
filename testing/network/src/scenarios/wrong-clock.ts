/** A node whose machine's clock is an hour ahead, or behind, is of no harm: blocks have the others' time, and receipts are as good. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Agency } from '../agency.ts';
import type { Scenario, Stage } from '../scenario.ts';

const HOUR_MS = 3_600_000;
/** Far more than three right clocks of one machine differ by, and far less than an hour. */
const NEAR_MS = 60_000;

export const wrongClock: Scenario = {
  name: 'wrong-clock',
  async run(stage) {
    const { isLong, random } = stage;
    const offsets = isLong ? [HOUR_MS, -HOUR_MS] : [random.pick([HOUR_MS, -HOUR_MS])];
    for (const clockOffsetMs of offsets) await live(stage, clockOffsetMs);
    return { clocks: offsets.map((offset) => offset / HOUR_MS).join(' ') };
  },
};

async function live({ agencies, writers, random, isLong, settle }: Stage, clockOffsetMs: number): Promise<void> {
  const wrong = random.pick(agencies.all);
  await wrong.stop();
  await wrong.start({ clockOffsetMs });
  for (const agency of agencies.all) await writers.send(writers.next(), () => agency);
  await delay(isLong ? 20_000 : 2_000);
  await settle();
  for (const agency of agencies.all) {
    const time = await newestTime(agency);
    if (Math.abs(time - Date.now()) > NEAR_MS)
      throw new Error(`with the clock of ${wrong.id} wrong, blocks of ${agency.id} are of ${new Date(time)}`);
  }
  await wrong.stop();
  await wrong.start();
}

async function newestTime(agency: Agency): Promise<number> {
  const { rows } = JSON.parse(await agency.text('/api/v1/blocks?limit=1')) as { readonly rows: readonly { readonly time: number }[] };
  return rows[0]!.time;
}

/** One scenario after the other over one ledger; after each, everything is compared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@tabularium/scenarios';
import { Agencies } from './agencies.ts';
import { Alarm } from './alarm.ts';
import type { Scenario, Stage } from './scenario.ts';
import { equivocation } from './scenarios/equivocation.ts';
import { garbage } from './scenarios/garbage.ts';
import { kills } from './scenarios/kills.ts';
import { leftAlone } from './scenarios/left-alone.ts';
import { oldBackup } from './scenarios/old-backup.ts';
import { oldCopy } from './scenarios/old-copy.ts';
import { oneCutOff } from './scenarios/one-cut-off.ts';
import { twoCutOff } from './scenarios/two-cut-off.ts';
import { wrongClock } from './scenarios/wrong-clock.ts';
import { Settling } from './settling.ts';
import { Watcher } from './watcher.ts';
import { Writers } from './writers.ts';

export const SCENARIOS: readonly Scenario[] = [
  kills,
  oneCutOff,
  twoCutOff,
  leftAlone,
  wrongClock,
  garbage,
  equivocation,
  oldCopy,
  oldBackup,
];

export interface FaultRun {
  readonly seed: number;
  readonly scenarios: readonly Scenario[];
  readonly kills: number;
  readonly isLong: boolean;
  /** Told of each scenario that went well, and of what is worth knowing. */
  readonly report: (told: Readonly<Record<string, unknown>>) => void;
}

/** Throws what must never happen; the error's `cause` is what the nodes said last. */
export async function runFaults({ seed, scenarios, kills: count, isLong, report }: FaultRun): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-faults-'));
  const alarm = new Alarm();
  const random = seededRandom(seed);
  const agencies = await Agencies.found(join(dir, 'ledger'), alarm);
  let watcher: Watcher | undefined;
  try {
    watcher = await Watcher.start(agencies, alarm);
    const writers = new Writers(agencies, watcher, random.fork(), alarm);
    const settling = new Settling(agencies, watcher, writers, random.fork());
    const settle: Stage['settle'] = async () => {
      const settled = await settling.settle();
      writers.resume();
      return settled;
    };
    const tell = (what: string): void => report({ note: what });
    const stage = { agencies, watcher, writers, alarm, dir, isLong, kills: count, settle, tell };
    // Whoever has just begun asks the others first whether there is more.
    for (const agency of agencies.all) await alarm.during(writers.send(writers.next(), () => agency));
    for (const { name, run } of scenarios) {
      const started = performance.now();
      writers.resume();
      const told = await alarm.during(run({ ...stage, random: random.fork() }));
      const settled = await alarm.during(settling.settle());
      const seconds = Math.round((performance.now() - started) / 1_000);
      report({ scenario: name, ...told, ...settled, ...writers.takeAnswers(), looks: watcher.looks, seconds });
    }
  } catch (error) {
    const said = agencies.all.map(({ id, said: lines }) => `── ${id}\n${lines.slice(-40).join('\n')}`).join('\n');
    throw new Error(error instanceof Error ? (error.stack ?? error.message) : String(error), { cause: said });
  } finally {
    alarm.raise(new Error('the run is over'));
    await watcher?.close();
    await agencies.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

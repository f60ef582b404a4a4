/** What a scenario of trouble is given, and what it tells. */
import type { SeededRandom } from '@tabularium/scenarios';
import type { Agencies } from './agencies.ts';
import type { Alarm } from './alarm.ts';
import type { Settled } from './settling.ts';
import type { Watcher } from './watcher.ts';
import type { Writers } from './writers.ts';

export interface Stage {
  readonly agencies: Agencies;
  readonly watcher: Watcher;
  /** They write from the beginning to the end. */
  readonly writers: Writers;
  readonly random: SeededRandom;
  readonly alarm: Alarm;
  /** For scratch. */
  readonly dir: string;
  /** The long form takes its time. */
  readonly isLong: boolean;
  readonly kills: number;
  /** Everything is compared, with whatever trouble there is now; the writers go on after it. */
  settle(): Promise<Settled>;
  /** Something worth knowing. */
  tell(what: string): void;
}

export type Told = Readonly<Record<string, number | string>>;

export interface Scenario {
  readonly name: string;
  /** Ends with links as they are and nodes down or up: what follows heals and starts them. Nodes that misbehave have ended by then. */
  run(stage: Stage): Promise<Told>;
}

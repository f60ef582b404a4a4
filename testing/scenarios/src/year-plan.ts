/**
 * The diary in which the town's year is written before it is sorted: each office notes what it will do, on which business day
 * and at which hour. What two neighbouring hours bring is submitted together, in the order of the hours, four times a day, so that
 * a year has hundreds of blocks and not thousands. What the diary cannot know while it is being written, the numbers of payables,
 * is filled in once everything stands in order.
 */
import type { JsonObject } from '@tabularium/protocol';
import type { SeededRandom } from './seeded-random.ts';
import type { Earlier, Step } from './step.ts';
import { businessDays, civilDate, dayNumber, instant } from './town-calendar.ts';

/** Hours of the day at which offices act, in order, and the local time at which their work is submitted. */
const HOURS = {
  open: { rank: 0, at: [9, 30] },
  morning: { rank: 1, at: [9, 30] },
  order: { rank: 2, at: [11, 30] },
  noon: { rank: 3, at: [11, 30] },
  cash: { rank: 4, at: [14, 30] },
  post: { rank: 5, at: [14, 30] },
  approve: { rank: 6, at: [16, 30] },
  evening: { rank: 7, at: [16, 30] },
} as const;
export type Hour = keyof typeof HOURS;

/** Index into `YearPlan.days`. */
export type DayIndex = number;

/** How an earlier step is read while bodies are made; `payable` also knows the number a payable got. */
export interface Records extends Earlier {
  payable(key: string): string;
}

export interface Note {
  readonly key: string;
  readonly officer: string;
  readonly as: string;
  readonly action: string;
  readonly body: (records: Records) => JsonObject;
  readonly expect?: string;
  readonly story?: string | undefined;
  /** For an accepted `payable.certify`: commitment step and payable key of each item, in order. */
  readonly certifies?: readonly { readonly commitment: string; readonly payable: string }[];
}

interface Planned {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
  readonly note: Note;
}

export class YearPlan {
  readonly year: number;
  readonly random: SeededRandom;
  /** Business days as day numbers: from mid-December before the year to the end of the February after it. */
  readonly days: readonly number[];
  readonly #planned: Planned[] = [];

  constructor(year: number, random: SeededRandom) {
    this.year = year;
    this.random = random;
    this.days = [
      ...businessDays(year - 1).filter((day) => day >= dayNumber(year - 1, 12, 10)),
      ...businessDays(year),
      ...businessDays(year + 1).filter((day) => day < dayNumber(year + 1, 3, 1)),
    ];
  }

  /** The first business day on or after a date; month from 1, day may overflow its month. */
  on(month: number, day: number, year: number = this.year): DayIndex {
    return this.from(dayNumber(year, month, 1) + day - 1);
  }

  /** The first business day on or after a day number. */
  from(day: number): DayIndex {
    const index = this.days.findIndex((candidate) => candidate >= day);
    if (index === -1) throw new RangeError(`${civilDate(day)} is after the plan's end`);
    return index;
  }

  /** Last business day of the year. */
  get lastDay(): DayIndex {
    return this.from(dayNumber(this.year + 1, 1, 1)) - 1;
  }

  date(day: DayIndex): string {
    return civilDate(this.days[day]!);
  }

  dayNumber(day: DayIndex): number {
    return this.days[day]!;
  }

  instant(day: DayIndex, hour: Hour): number {
    const number = this.days[day];
    if (number === undefined) throw new RangeError(`day ${day} is outside the plan`);
    const [hours, minutes] = HOURS[hour].at;
    return instant(number, hours, minutes);
  }

  add(day: DayIndex, hour: Hour, note: Note): void {
    this.#planned.push({ at: this.instant(day, hour), rank: HOURS[hour].rank, order: this.#planned.length, note });
  }

  /** A 16-byte handle of one case. */
  handle(): string {
    return [...this.random.bytes(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** All steps in order of time; steps of one hour in the order in which they were noted. */
  steps(): Step[] {
    const sorted = [...this.#planned].sort((a, b) => a.at - b.at || a.rank - b.rank || a.order - b.order);
    const payables = new Map<string, { readonly commitment: string; readonly number: number }>();
    const counts = new Map<string, number>();
    const keys = new Set<string>();
    for (const { note } of sorted) {
      if (keys.has(note.key)) throw new Error(`two steps are called ${note.key}`);
      keys.add(note.key);
      if (note.expect !== undefined) continue;
      for (const { commitment, payable } of note.certifies ?? []) {
        const number = (counts.get(commitment) ?? 0) + 1;
        counts.set(commitment, number);
        payables.set(payable, { commitment, number });
      }
    }
    return sorted.map(({ at, note }) => ({
      key: note.key,
      at,
      officer: note.officer,
      as: note.as,
      action: note.action,
      expect: note.expect ?? 'accepted',
      ...(note.story === undefined ? {} : { story: note.story }),
      body: (earlier: Earlier): JsonObject =>
        note.body({
          name: (key) => earlier.name(key),
          id: (key, n) => earlier.id(key, n),
          text: (key, n) => earlier.text(key, n),
          payable: (key) => {
            const found = payables.get(key);
            if (found === undefined) throw new Error(`nothing certifies ${key}`);
            return `${earlier.id(found.commitment)}.${found.number}`;
          },
        }),
    }));
  }
}

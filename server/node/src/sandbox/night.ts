/** When the next night has come, in an office's own time. */
import type { Charter } from '@tabularium/kernel';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type Offsets = Charter['calendar']['offsets'];

/** ms UTC: the first time after `after` at which the office's clocks show `hour`:00. */
export function nextNight(after: number, hour: number, offsets: Offsets): number {
  const day = Math.floor((after + minutesAt(offsets, after) * MINUTE_MS) / DAY_MS) * DAY_MS;
  for (let ahead = 0; ; ahead++) {
    const civil = day + ahead * DAY_MS + hour * HOUR_MS;
    // On the day that clocks change, the hours after the change count by the new offset.
    const guess = civil - minutesAt(offsets, civil - minutesAt(offsets, after) * MINUTE_MS) * MINUTE_MS;
    if (guess > after) return guess;
  }
}

function minutesAt(offsets: Offsets, time: number): number {
  return offsets.findLast(({ from }) => from <= time)?.minutes ?? offsets[0]!.minutes;
}

/**
 * The transitions of a time zone as a charter holds them (DESIGN §4 "Time"): computed once, at founding, from the time-zone data of the
 * machine that founds, and from then on a plain table that every node agrees on.
 */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface ZoneOffset {
  /** From this instant (ms UTC) on … */
  readonly from: number;
  /** … civil time is UTC + minutes. */
  readonly minutes: number;
}

/** Offsets of an IANA zone from the start of one year to the end of another; the first holds from the beginning of time. Throws RangeError on an unknown zone. */
export function zoneOffsets(zone: string, firstYear: number, lastYear: number): ZoneOffset[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const at = (time: number): number => offsetMinutes(format, time);
  const start = Date.UTC(firstYear, 0, 1);
  const end = Date.UTC(lastYear + 1, 0, 1);
  const offsets: { from: number; minutes: number }[] = [{ from: 0, minutes: at(start) }];
  for (let day = start; day < end; day += DAY_MS) {
    const minutes = at(day + DAY_MS);
    if (minutes === offsets.at(-1)!.minutes) continue;
    offsets.push({ from: changeBetween(at, day, day + DAY_MS), minutes });
  }
  return offsets;
}

/** The first whole minute after `low` at which the offset is that of `high`. */
function changeBetween(at: (time: number) => number, low: number, high: number): number {
  const after = at(high);
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (at(middle) === after) high = middle;
    else low = middle;
  }
  return high;
}

/** `GMT`, `GMT+2` or `GMT-03:30` as minutes. */
function offsetMinutes(format: Intl.DateTimeFormat, time: number): number {
  const text = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT(?:([+-])(\d{1,2})(?::(\d{2}))?(?::\d{2})?)?$/.exec(text);
  if (match === null) throw new RangeError(`an offset written ${text}`);
  const [, sign, hours = '0', minutes = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

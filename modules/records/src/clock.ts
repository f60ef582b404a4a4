/**
 * The time for an answer to a request for information, in business days of the charter's calendar. It runs from the day the request came.
 * It stands still once, while the office waits for the person to say what is meant, and not for ever; it is made longer once. Nothing else
 * moves it: who closes a request and opens it again finds the clock where it would have been.
 */
import { type Act, civilDate, dayNumber } from '@tabularium/kernel';
import { parameter, today } from './checks.ts';
import type { Deadlines, RequestRecord } from './state.ts';

/** Fires when the time is over, and while the clock stands still, when it goes on. */
export const CLOCK = 'request.clock';

const MOST_DAYS = 250;

/** Business days of the charter's parameters. */
export const terms = {
  answer: (act: Act) => parameter(act, 'request-days', 20, 1, MOST_DAYS),
  extension: (act: Act) => parameter(act, 'request-extension-days', 10, 1, MOST_DAYS),
  clarification: (act: Act) => parameter(act, 'request-clarification-days', 20, 1, MOST_DAYS),
  review: (act: Act) => parameter(act, 'request-review-days', 20, 1, MOST_DAYS),
} as const;

/** The instant at which a day is over. */
function endOf(day: string, act: Act): number {
  return act.charter.startOf(civilDate(dayNumber(day) + 1));
}

export function running(due: string, act: Act): Deadlines {
  return { [CLOCK]: endOf(due, act) };
}
export const stopped: Deadlines = { [CLOCK]: null };

/** Business days from today until the day it is due. */
function daysLeft(due: string, act: Act): number {
  const from = today(act);
  let left = 0;
  while (act.charter.addBusinessDays(from, left) < due && left < 1_000) left++;
  return left;
}

/** The request with its clock stopped, and the deadline that sets it going again. */
export function pause(request: RequestRecord, act: Act): { readonly request: RequestRecord; readonly deadlines: Deadlines } {
  const resumes = act.charter.addBusinessDays(today(act), terms.clarification(act));
  return {
    request: { ...request, state: 'clarification', paused: true, left: daysLeft(request.due, act) },
    deadlines: { [CLOCK]: endOf(resumes, act) },
  };
}

/** The request with its clock going on, on that day, where it stopped; one that was not stopped as it is. Never earlier than it was due before. */
export function resume(request: RequestRecord, act: Act, day = today(act)): RequestRecord {
  const { left, ...rest } = request;
  if (left === undefined) return request;
  const due = act.charter.addBusinessDays(day, left);
  return { ...rest, due: due > request.due ? due : request.due };
}

/** The state of a request that waits: late from the day after its due day on, and marked so for ever. */
export function waiting(
  request: RequestRecord,
  state: 'waiting' | 'review',
  act: Act,
): { readonly request: RequestRecord; readonly deadlines: Deadlines } {
  const day = today(act);
  if (day <= request.due) return { request: { ...request, state }, deadlines: running(request.due, act) };
  return { request: { ...request, state: 'overdue', overdueOn: request.overdueOn ?? day }, deadlines: stopped };
}

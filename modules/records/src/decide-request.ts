/** Requests for information: filed, paused and extended once, answered or overdue in the open, reviewed once, withdrawn, opened again. */
import type { Accepted, Act, Decision, View } from '@tabularium/kernel';
import { civilDate, dayNumber, isDay } from '@tabularium/kernel';
import {
  type Found,
  live,
  mustAllow,
  mustBeIn,
  nextNumber,
  office,
  officers,
  otherPersons,
  type Refused,
  standingOf,
  today,
} from './checks.ts';
import { pause, resume, running, stopped, terms, waiting } from './clock.ts';
import { told } from './events.ts';
import { no } from './refusals.ts';
import { classOf, keptFrom, RETENTION } from './retention.ts';
import { changed, made, type RequestRecord, read, unstamped } from './state.ts';

const MOST_DAYS_BACK = 30;
/** Class under which requests are kept; the charter may name another (`request-retention`). */
const REQUESTS_KEPT = 'CORRESPONDENCE';

export interface RequestFiling {
  readonly request: string;
  readonly form: RequestRecord['form'];
  readonly received?: string;
  readonly _sd: string[];
}
interface RequestStep {
  readonly request: string;
}

export function fileRequest({ request: id, form, received = '', _sd }: RequestFiling, act: Act, view: View): Decision {
  const day = received === '' ? today(act) : received;
  const wrong = (read(view, 'request', id) ?? read(view, 'record', id)) === undefined ? mustBeReceived(day, act) : caseKnown(id);
  if (wrong !== undefined) return wrong;
  if (standingOf(id, view).erased) return no('record-erased', 'records.erased', { case: id });
  const stated = act.charter.parameter('records', 'request-retention');
  const kept = keptFrom(typeof stated === 'string' ? stated : REQUESTS_KEPT, act);
  if ('refused' in kept) return kept;
  const { number, counter } = nextNumber('request', act, view);
  const due = act.charter.addBusinessDays(day, terms.answer(act));
  const request: RequestRecord = {
    ...{ number, office: office(act), form, state: 'waiting', received: day, due, paused: false, extended: false, reviewed: false },
    ...{ filedBy: officers(act), texts: [..._sd], retention: kept.found.kept.retention },
  };
  return told('request.filed', { request: id, number, due }, made('request', id, request, running(due, act)), counter);
}

const caseKnown = (id: string): Refused => no('case-known', 'records.identity', { request: id });

function mustBeReceived(received: string, act: Act): Refused | undefined {
  if (!isDay(received)) return no('day-impossible', 'records.request.received', { received });
  if (received > today(act)) return no('day-in-future', 'records.request.received', { received });
  const earliest = civilDate(dayNumber(today(act)) - MOST_DAYS_BACK);
  return received < earliest ? no('backdated', 'records.request.received', { received, earliest }) : undefined;
}

type States = readonly RequestRecord['state'][];
const OPEN: States = ['waiting', 'clarification', 'overdue', 'review'];

function requestIn(states: States, id: string, view: View): Found<RequestRecord> {
  const stored = live(view, 'request', id);
  if ('refused' in stored) return stored;
  const request = unstamped<RequestRecord>(stored.found);
  return mustBeIn(states, request.state, id) ?? { found: request };
}

function openRequest(id: string, view: View, ...states: States): Found<RequestRecord> {
  return mustAllow(id, view, 'any') ?? requestIn(states, id, view);
}

export function pauseRequest({ request: id }: RequestStep, act: Act, view: View): Decision {
  const found = openRequest(id, view, 'waiting', 'overdue');
  if ('refused' in found) return found;
  const before = found.found;
  const wrong =
    (before.state === 'overdue' ? no('time-over', 'records.request.clock', { request: id, due: before.due }) : undefined) ??
    (before.paused ? no('once-only', 'records.request.clock', { request: id }) : undefined);
  if (wrong !== undefined) return wrong;
  const { request, deadlines } = pause(before, act);
  return told('request.paused', { request: id }, changed('request', id, request, deadlines));
}

export function resumeRequest({ request: id }: RequestStep, act: Act, view: View): Decision {
  const found = openRequest(id, view, 'clarification');
  return 'refused' in found ? found : goOn(id, found.found, act);
}

/** The clock goes on, because the person has answered or because it has stood still long enough. */
export function goOn(id: string, before: RequestRecord, act: Act, day = today(act)): Decision {
  const { request, deadlines } = waiting(resume(before, act, day), 'waiting', act);
  return told('request.resumed', { request: id, due: request.due }, changed('request', id, request, deadlines));
}

export function extendRequest({ request: id, reason }: RequestStep & { readonly reason: string }, act: Act, view: View): Decision {
  const found = openRequest(id, view, 'waiting', 'overdue');
  if ('refused' in found) return found;
  const before = found.found;
  const wrong =
    (before.state === 'overdue' ? no('time-over', 'records.request.clock', { request: id, due: before.due }) : undefined) ??
    (before.extended ? no('once-only', 'records.request.clock', { request: id }) : undefined);
  if (wrong !== undefined) return wrong;
  const due = act.charter.addBusinessDays(before.due, terms.extension(act));
  const request: RequestRecord = { ...before, extended: true, due };
  return told('request.extended', { request: id, reason, due }, changed('request', id, request, running(due, act)));
}

export interface Answer {
  readonly request: string;
  readonly outcome: NonNullable<RequestRecord['outcome']>;
  readonly ground?: NonNullable<RequestRecord['ground']>;
  readonly answer: string;
}

/** The answer to a request, or to its review: then by somebody who did not give the first. */
export function answerRequest({ request: id, outcome, ground, answer }: Answer, act: Act, view: View): Decision {
  const found = openRequest(id, view, ...OPEN);
  if ('refused' in found) return found;
  const { ground: _, ...before } = resume(found.found, act);
  const keepsBack = outcome === 'refused' || outcome === 'partly';
  const wrong =
    (keepsBack === (ground !== undefined) ? undefined : no('ground-unfit', 'records.request.ground', { request: id, outcome })) ??
    (before.reviewed ? otherPersons(act, before.answeredBy, 'records.request.review') : undefined);
  if (wrong !== undefined) return wrong;
  const kept = keptFrom(before.retention, act);
  if ('refused' in kept) return kept;
  const why = ground === undefined ? {} : { ground };
  const answered: RequestRecord = {
    ...{ ...before, ...kept.found.kept, ...why, state: 'answered', outcome, answer, answeredBy: officers(act) },
  };
  const ended = told(
    'request.answered',
    { request: id, outcome, ...why },
    changed('request', id, answered, { ...stopped, ...kept.found.deadlines }),
  );
  return thenErased(ended, id, answered, act, view);
}

export function reviewRequest({ request: id }: RequestStep, act: Act, view: View): Decision {
  const found = openRequest(id, view, 'answered');
  if ('refused' in found) return found;
  if (found.found.reviewed) return no('once-only', 'records.request.review', { request: id });
  const due = act.charter.addBusinessDays(today(act), terms.review(act));
  const request: RequestRecord = { ...found.found, state: 'review', reviewed: true, due };
  return told('request.reviewed', { request: id, due }, changed('request', id, request, { ...running(due, act), [RETENTION]: null }));
}

export function withdrawRequest({ request: id }: RequestStep, act: Act, view: View): Decision {
  // Also where its case was erased: nobody waits for that answer any more.
  const found = requestIn(OPEN, id, view);
  if ('refused' in found) return found;
  const kept = keptFrom(found.found.retention, act);
  if ('refused' in kept) return kept;
  const request: RequestRecord = { ...resume(found.found, act), ...kept.found.kept, state: 'withdrawn' };
  const ended = told('request.withdrawn', { request: id }, changed('request', id, request, { ...stopped, ...kept.found.deadlines }));
  return thenErased(ended, id, request, act, view);
}

/** What no archive waits for falls due for erasure on the day until which it is kept: the neighbour is told. */
function thenErased(ended: Accepted, id: string, { retention, until: due }: RequestRecord, act: Act, view: View): Decision {
  if (due === undefined || classOf(retention, act)?.archive !== false || standingOf(id, view).erased) return ended;
  return { ...ended, orders: [{ port: 'cases', order: 'retention.set', body: { case: id, class: retention, due } }] };
}

/** Opened again where it stood: the days since it was closed count. */
export function reopenRequest({ request: id, reason }: RequestStep & { readonly reason: string }, act: Act, view: View): Decision {
  const found = openRequest(id, view, 'answered', 'withdrawn');
  if ('refused' in found) return found;
  const { until: _, over: _over, ...before } = found.found;
  const { request, deadlines } = waiting(before, before.reviewed ? 'review' : 'waiting', act);
  return told(
    'request.reopened',
    { request: id, reason, due: request.due },
    changed('request', id, request, { ...deadlines, [RETENTION]: null }),
  );
}

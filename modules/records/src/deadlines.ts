/** What happens when nobody acts: a request is late in the open, its clock goes on, and the time for which something must be kept ends. */
import { accept, type DeadlineHandler } from '@tabularium/kernel';
import { CLOCK, stopped } from './clock.ts';
import { goOn } from './decide-request.ts';
import { told } from './events.ts';
import { RETENTION } from './retention.ts';
import { type Collection, changed, type RequestRecord, read, type Shapes, unstamped } from './state.ts';

/** What is counted from is the instant it was due, not the block that came to it: an idle ledger gives nobody days. */
const clock: DeadlineHandler = ({ id, due }, act, view) => {
  const stored = read(view, 'request', id);
  if (stored === undefined) throw new Error(`A clock runs for ${id}, which is not there.`);
  const request = unstamped<RequestRecord>(stored);
  if (request.state === 'clarification') return goOn(id, request, act, act.charter.date(due - 1));
  const late: RequestRecord = { ...request, state: 'overdue', overdueOn: request.overdueOn ?? act.charter.date(due) };
  return told('request.overdue', { request: id }, changed('request', id, late, stopped));
};

/** Members of an event's facts that name what is kept. */
const KEPT = { record: 'record', document: 'document', request: 'request' } as const;

const retention: DeadlineHandler = ({ collection, id }, _act, view) => {
  const kept = KEPT[collection as keyof typeof KEPT];
  const stored = view.get<Shapes[typeof kept]>(collection, id);
  if (stored === undefined) throw new Error(`What is kept, ${collection}/${id}, is not there.`);
  if (stored.standing === 'annulled' || stored.standing === 'withdrawn') return accept([]);
  const over = { ...unstamped(stored), over: true } as Shapes[typeof kept];
  return told('retention.due', { [kept]: id }, changed(kept as Collection, id, over as Shapes[Collection], { [RETENTION]: null }));
};

export const deadlines = { [CLOCK]: clock, [RETENTION]: retention };

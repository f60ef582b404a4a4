/** So that whoever tries the town out finds something to decide: an accountant proposes to open a year that is not open yet. */
import type { RunningNode } from '@tabularium/node';
import type { DemoPlace } from './found-demo.ts';
import { submitAs } from './steady-writer.ts';

const PROPOSALS = { start: 'kernel/proposal/', end: 'kernel/proposal0' };
const YEARS = { start: 'treasury/year/', end: 'treasury/year0' };
const MANY = 1_000;

/** Where none waits already. */
export async function proposeNextYear(place: DemoPlace, { engine, origin }: RunningNode): Promise<void> {
  const open = engine.records.scan(PROPOSALS.start, PROPOSALS.end, MANY).filter(([, record]) => {
    const { status } = JSON.parse(record) as { readonly status?: string };
    return status === undefined || status === 'open';
  });
  if (open.length > 0) return;
  const years = engine.records.scan(YEARS.start, YEARS.end, MANY).map(([key]) => Number(key.slice(YEARS.start.length)));
  const year = Math.max(...years) + 1;
  const body = { year: String(year), from: `${year}-01-01`, to: `${year}-12-31` };
  await submitAs(place, engine, 'accounts-1', { ledger: origin, action: 'kernel.propose', body: { action: 'treasury.year.open', body } });
}

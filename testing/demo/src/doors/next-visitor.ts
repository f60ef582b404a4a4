/**
 * So that each visitor finds something true to sign, the tenth like the first: before a step, invented officers propose what it is about,
 * unless it waits already. Nothing is undone for that; the town goes on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpApp } from '@tabularium/api';
import type { JsonObject } from '@tabularium/protocol';
import { actAs, idMadeBy, type OpenTown, recordsOf } from '../act-as.ts';
import { yearOpening } from '../open-year.ts';

const OPEN_YEAR = 'treasury.year.open';
const ANNUL = 'kernel.annul';
const CORRECT = 'kernel.correct';

/** How often, and how far apart, the lists are asked whether they have it. */
const TRIES = 100;
const TRY_MS = 20;

const FUND = 'GEN';
const PLAYGROUND = '6-171-01';
/** What is bought for it, and what is entered a second time by mistake. */
const SAND = { money: { amount: '3500', currency: 'EUR' }, purpose: 'Sand for the playground by the weir' };
const SAND_AGAIN = { ...SAND, purpose: 'Sand for the playground by the weir, entered twice' };

/** What can be prepared. */
const PREPARED = { decision, typo } as const;

/** `POST /api/demo/prepare`, `{"what": "decision" | "typo"}`; one after the other. `town` answers undefined until the node has opened. */
export function addNextVisitor(app: HttpApp, town: () => OpenTown | undefined): void {
  let last: Promise<void> = Promise.resolve();
  app.post('/api/demo/prepare', { schema: { hide: true } }, async (request, reply) => {
    const { what } = (request.body ?? {}) as { readonly what?: unknown };
    const open = town();
    if (what !== 'decision' && what !== 'typo') return reply.code(400).send({ code: 'step-unknown' });
    if (open === undefined) return reply.code(503).send({ code: 'not-open' });
    const mine = last.then(() => PREPARED[what](open));
    last = mine.catch(() => undefined);
    await mine;
    await listed(app, open);
    return reply.code(200).send({});
  });
}

/** Until the lists tell what waits: they follow the ledger, and whoever is led to them must not read that nothing does. */
async function listed(app: HttpApp, town: OpenTown): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { body } = await app.inject({ url: '/api/v1/kernel/proposals?status=open&limit=100' });
    const { rows = [] } = JSON.parse(body) as { readonly rows?: readonly JsonObject[] };
    const known = new Set(rows.map(({ proposal }) => proposal));
    if (recordsOf(town, 'kernel/proposal').every(({ id, status }) => status !== 'open' || known.has(id))) return;
    await delay(TRY_MS);
  }
}

interface Proposed {
  readonly action: string;
  readonly body: JsonObject;
}

function waiting(town: OpenTown): readonly Proposed[] {
  return recordsOf(town, 'kernel/proposal').filter(({ status }) => status === 'open') as unknown as readonly Proposed[];
}

/** Next year to be opened, once; from then on a contract that was entered twice, to be annulled. */
export async function decision(town: OpenTown): Promise<void> {
  const years = new Set(recordsOf(town, 'treasury/year').map(({ id }) => id));
  // What was opened meanwhile otherwise can be opened no more.
  const isGood = ({ action, body }: Proposed): boolean => action === ANNUL || (action === OPEN_YEAR && !years.has(String(body.year)));
  if (waiting(town).some(isGood)) return;
  const next = new Date(town.clock()).getUTCFullYear() + 1;
  if (!years.has(String(next))) {
    await actAs(town, 'accounts-1', 'kernel.propose', { action: OPEN_YEAR, body: yearOpening(next) });
    return;
  }
  const { key } = await contract(town, SAND_AGAIN, (year) => year);
  await actAs(town, 'council-1', 'kernel.propose', { action: ANNUL, body: { key, reason: 'duplicate', dependents: [] } });
}

/** A contract whose number has its year mistyped, and the correction that accounting asks for. */
async function typo(town: OpenTown): Promise<void> {
  if (waiting(town).some(({ action }) => action === CORRECT)) return;
  const { key, right } = await contract(town, SAND, mistyped);
  const body = { key, reason: 'typing-error', change: { reference: right } };
  await actAs(town, 'accounts-1', 'kernel.propose', { action: CORRECT, body });
}

/** Makes one for the playground. `right`: its number; it is entered with the year as `written` has it. */
async function contract(
  town: OpenTown,
  what: typeof SAND,
  written: (year: string) => string,
): Promise<{ readonly key: string; readonly right: string }> {
  const year = String(new Date(town.clock()).getUTCFullYear());
  const line = `${year}.${FUND}.${PLAYGROUND}`;
  const count = recordsOf(town, 'treasury/commitment').filter((one) => one.line === line).length;
  const numbered = (as: string): string => `C-${as}-${String(401 + count)}`;
  const item = { year, fund: FUND, line: PLAYGROUND, ...what, reference: numbered(written(year)) };
  const id = idMadeBy(await actAs(town, 'works-1', 'treasury.commit', { items: [item] }));
  return { key: `treasury/commitment/${id}`, right: numbered(year) };
}

/** Two neighbouring digits in the wrong order: `2062` for 2026. */
function mistyped(year: string): string {
  const at = [2, 1, 0].find((n) => year[n] !== year[n + 1]) ?? 0;
  return `${year.slice(0, at)}${year[at + 1]}${year[at]}${year.slice(at + 2)}`;
}

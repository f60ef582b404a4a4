/**
 * So that each visitor finds something true to sign, the tenth like the first: before a step, invented officers propose what it is about,
 * unless it waits already. Nothing is undone for that; the town goes on.
 */
import type { HttpApp } from '@tabularium/api';
import type { JsonObject } from '@tabularium/protocol';
import { actAs, idMadeBy, type OpenTown, recordsOf } from '../act-as.ts';
import { yearOpening } from '../open-year.ts';

const OPEN_YEAR = 'treasury.year.open';
const ENACT = 'treasury.budget.enact';
export const CORRECT = 'kernel.correct';

const FUND = 'GEN';
/** The playground's: what is wished for is entered beside it, and sand for it is what a contract is mistyped for. */
const PLAYGROUND = '6-171-01';
const WISHES: readonly (readonly [title: string, euro: number])[] = [
  ['A bench by the mill pond', 2_400],
  ['A drinking fountain on the market square', 5_800],
  ['Bicycle stands at the station', 3_600],
  ['A shelter at the Hollow Lane bus stop', 9_500],
  ['Apple trees along the school path', 1_900],
  ['A hearing loop for the council chamber', 4_300],
  ['A swing for toddlers by the weir', 2_200],
  ['New signs for the town trail', 1_700],
  ['A ramp at the library', 6_400],
  ['A book box for the market', 900],
];
const WISH_LINE = /^6-171-1\d{2}$/;
const SAND = { money: { amount: '3500', currency: 'EUR' }, purpose: 'Sand for the playground by the weir' };

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
    return reply.code(200).send({});
  });
}

interface Proposed {
  readonly action: string;
  readonly body: JsonObject;
}

function waiting(town: OpenTown): readonly Proposed[] {
  return recordsOf(town, 'kernel/proposal').filter(({ status }) => status === 'open') as unknown as readonly Proposed[];
}

/** Next year to be opened, once; from then on a small sum that the council grants in this one. */
export async function decision(town: OpenTown): Promise<void> {
  const years = new Set(recordsOf(town, 'treasury/year').map(({ id }) => id));
  const year = new Date(town.clock()).getUTCFullYear();
  // What was proposed in another year, or opened meanwhile otherwise, can be carried out no more.
  const isGood = ({ action, body }: Proposed): boolean =>
    action === OPEN_YEAR ? !years.has(String(body.year)) : action === ENACT && JSON.stringify(body).includes(`"year":"${year}"`);
  if (waiting(town).some(isGood)) return;
  if (!years.has(String(year + 1))) {
    await actAs(town, 'accounts-1', 'kernel.propose', { action: OPEN_YEAR, body: yearOpening(year + 1) });
    return;
  }
  const granted = recordsOf(town, 'treasury/line').filter(
    ({ year: of, line }) => of === String(year) && WISH_LINE.test(String(line)),
  ).length;
  const [title, euro] = WISHES[granted % WISHES.length]!;
  const item = {
    ...{ year: String(year), fund: FUND, line: `6-171-${101 + granted}`, economic: '6', functional: '171', administrative: 'WORKS' },
    ...{ money: { amount: String(euro * 100), currency: 'EUR' }, title },
  };
  await actAs(town, 'council-1', 'kernel.propose', { action: ENACT, body: { law: `COUNCIL-${year}-${101 + granted}`, items: [item] } });
}

/** A contract whose number has its year mistyped, and the correction that accounting asks for. */
async function typo(town: OpenTown): Promise<void> {
  if (waiting(town).some(({ action }) => action === CORRECT)) return;
  const year = String(new Date(town.clock()).getUTCFullYear());
  const line = `${year}.${FUND}.${PLAYGROUND}`;
  const count = recordsOf(town, 'treasury/commitment').filter((one) => one.line === line).length;
  const numbered = (as: string): string => `C-${as}-${String(401 + count)}`;
  const item = { year, fund: FUND, line: PLAYGROUND, ...SAND, reference: numbered(mistyped(year)) };
  const key = `treasury/commitment/${idMadeBy(await actAs(town, 'works-1', 'treasury.commit', { items: [item] }))}`;
  const body = { key, reason: 'typing-error', change: { reference: numbered(year) } };
  await actAs(town, 'accounts-1', 'kernel.propose', { action: CORRECT, body });
}

/** Two neighbouring digits in the wrong order: `2062` for 2026. */
function mistyped(year: string): string {
  const at = [2, 1, 0].find((n) => year[n] !== year[n + 1]) ?? 0;
  return `${year.slice(0, at)}${year[at + 1]}${year[at]}${year.slice(at + 2)}`;
}

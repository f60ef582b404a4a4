/** What the demo's guided pages lead to: looked up in the ledger, so that a town of a few weeks is guided through like one of a whole year. */
import type { HttpApp } from '@tabularium/api';
import type { OpenTown } from '../act-as.ts';

/** The roof of Linden School; the repair of roads. */
const ROOF = 'GEN.6-321-01';
const ROADS = 'GEN.2-153-01';
/** What a citizen asks for. */
const REPAIR = 'kerb repair';
/** A euro. */
const TOO_MUCH = 100n;
/** What the integrator's program does, with how much, in cents, and how many entries ago. */
const ALLOT = 'treasury.allot';
const ONE_EURO = '100';
const LATELY = 100;

type Row = Readonly<Record<string, unknown>>;

export interface DemoStory {
  /** The roof's budget line of the year in which it is built; the newest payment from it (of any, before there is one), and its entry. */
  readonly roof: { readonly line: string; readonly payment: string; readonly entry: number };
  /** A payment for a street: what it was for, in words that the search finds, and the entry that ordered it with its name. */
  readonly street: { readonly words: string; readonly payment: string; readonly entry: number; readonly name: string };
  /** One euro more than what is left of a line; who would commit it. `amount`: minor units. */
  readonly over: {
    readonly officer: string;
    readonly year: string;
    readonly fund: string;
    readonly line: string;
    readonly amount: string;
    readonly currency: string;
  };
  /** The newest euro that was allotted, as the integrator's program does; the roof's payment where nobody did lately. */
  readonly allotted: number;
}

/** `GET /api/demo/story`. `town` answers undefined until the node has opened. */
export function addDemoStory(app: HttpApp, town: () => OpenTown | undefined): void {
  app.get('/api/demo/story', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await demoStory(app, town())),
  );
}

/** Throws where the town has paid nothing yet. */
async function demoStory(app: HttpApp, town: OpenTown | undefined): Promise<DemoStory> {
  const firstYear = String((await rows(app, 'years?limit=100')).at(-1)?.year);
  const line = `${firstYear}.${ROOF}`;
  const paid = (await newest(app, `payments?state=paid&line=${line}`)) ?? (await newest(app, 'payments?state=paid'));
  if (paid === undefined) throw new Error('the town has paid nothing yet');
  const [street, over, allotted] = await Promise.all([
    streetOf(app, `payments?state=paid&line=${firstYear}.${ROADS}`, paid),
    oneEuroOver(app, town),
    allottedLately(app),
  ]);
  return {
    roof: { line, payment: String(paid.id), entry: Number(paid.entry) },
    street,
    over,
    allotted: allotted ?? Number(paid.entry),
  };
}

/** The payment that the search finds first; of a town that has mended no kerb yet, the newest for its roads, or `paid`. */
async function streetOf(app: HttpApp, roads: string, paid: Row): Promise<DemoStory['street']> {
  const { hits } = (await read(app, `search?q=${encodeURIComponent(REPAIR)}&limit=1`)) as { readonly hits: readonly Row[] };
  const isPayment = hits[0]?.module === 'treasury' && hits[0].list === 'payments';
  const payment = isPayment ? ((await read(app, `treasury/payments/${hits[0]?.id}`)) as Row) : ((await newest(app, roads)) ?? paid);
  const { name, purpose = '' } = (await read(app, `stories/${payment.entry}`)) as { readonly name: string; readonly purpose?: string };
  const words = isPayment ? REPAIR : purpose.replaceAll(/[^\p{L}\p{N} ]/gu, '');
  return { words, payment: String(payment.id), entry: Number(payment.entry), name };
}

/** In this year, which has a budget (`openYears`): in the next nothing can be committed yet. */
async function oneEuroOver(app: HttpApp, town: OpenTown | undefined): Promise<DemoStory['over']> {
  const [fund, code] = ROOF.split('.');
  const thisYear = new Date((town?.clock ?? Date.now)()).getUTCFullYear();
  const [line] = await rows(app, `lines?fund=${fund}&code=${code}&year=${thisYear}&state=enacted&limit=1`);
  if (line === undefined) throw new Error(`the town has no budget for ${thisYear} yet`);
  const { year, currency, ...sums } = line;
  const left = BigInt(String(sums.allotted)) - BigInt(String(sums.committed)) - BigInt(String(sums.committed_pending));
  const place = { year: String(year), fund: String(fund), line: String(code), currency: String(currency) };
  return { officer: 'schools-1', ...place, amount: String(left + TOO_MUCH) };
}

async function allottedLately(app: HttpApp): Promise<number | undefined> {
  const { rows: lately } = (await read(app, `stories?limit=${LATELY}`)) as { readonly rows: readonly Row[] };
  const found = lately.find(({ action, money }) => action === ALLOT && (money as Row | undefined)?.amount === ONE_EURO);
  return found === undefined ? undefined : Number(found.index);
}

async function newest(app: HttpApp, query: string): Promise<Row | undefined> {
  return (await rows(app, `${query}&limit=1`))[0];
}

/** Of a list of the treasury, as everybody reads it. */
async function rows(app: HttpApp, query: string): Promise<readonly Row[]> {
  return ((await read(app, `treasury/${query}`)) as { readonly rows: readonly Row[] }).rows;
}

async function read(app: HttpApp, path: string): Promise<unknown> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/${path}` });
  if (statusCode !== 200) throw new Error(`${path} was answered ${statusCode}`);
  return JSON.parse(body);
}

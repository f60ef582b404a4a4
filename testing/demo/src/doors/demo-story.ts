/** What the demo's guided pages lead to: looked up in the ledger, so that a town of a few weeks is guided through like one of a whole year. */
import type { HttpApp } from '@tabularium/api';

/** The roof of Linden School; the repair of roads. */
const ROOF = 'GEN.6-321-01';
const ROADS = 'GEN.2-153-01';
/** A euro. */
const TOO_MUCH = 100n;

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
  /** A contract's number with two digits in the wrong order, and as it should be. */
  readonly typo: { readonly key: string; readonly right: string };
  /** The year after the newest that is open. */
  readonly nextYear: string;
}

/** `GET /api/demo/story`. */
export function addDemoStory(app: HttpApp): void {
  app.get('/api/demo/story', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await demoStory(app)),
  );
}

/** Throws where the town has paid nothing yet. */
async function demoStory(app: HttpApp): Promise<DemoStory> {
  const years = (await rows(app, 'years?limit=100')).map(({ year }) => String(year));
  const [newestYear = '', firstYear = ''] = [years.at(0), years.at(-1)];
  const line = `${firstYear}.${ROOF}`;
  const paid = (await newest(app, `payments?state=paid&line=${line}`)) ?? (await newest(app, 'payments?state=paid'));
  if (paid === undefined) throw new Error('the town has paid nothing yet');
  const [street, over, typo] = await Promise.all([
    streetOf(app, (await newest(app, `payments?state=paid&line=${firstYear}.${ROADS}`)) ?? paid),
    oneEuroOver(app),
    typoOf(app),
  ]);
  return {
    roof: { line, payment: String(paid.id), entry: Number(paid.entry) },
    street,
    over,
    typo,
    nextYear: String(Number(newestYear) + 1),
  };
}

async function streetOf(app: HttpApp, payment: Row): Promise<DemoStory['street']> {
  const key = `treasury/commitment/${String(payment.payable).split('.')[0]}`;
  const { titles } = (await read(app, `titles?keys=${encodeURIComponent(key)}`)) as { readonly titles: Readonly<Record<string, string>> };
  const { name } = (await read(app, `stories/${payment.entry}`)) as { readonly name: string };
  // Search asks for words; the id in brackets is none.
  const words = (titles[key] ?? '').replace(/ \([^()]*\)$/, '').replaceAll(/[^\p{L}\p{N} ]/gu, '');
  return { words, payment: String(payment.id), entry: Number(payment.entry), name };
}

/** In the newest year that has a budget: one that was just opened has none. */
async function oneEuroOver(app: HttpApp): Promise<DemoStory['over']> {
  const [fund, code] = ROOF.split('.');
  const lines = await rows(app, `lines?fund=${fund}&code=${code}&state=enacted&limit=100`);
  const { year, currency, ...sums } = lines.toSorted((a, b) => Number(b.year) - Number(a.year))[0] ?? {};
  const left = BigInt(String(sums.allotted)) - BigInt(String(sums.committed)) - BigInt(String(sums.committed_pending));
  const place = { year: String(year), fund: String(fund), line: String(code), currency: String(currency) };
  return { officer: 'schools-1', ...place, amount: String(left + TOO_MUCH) };
}

/** The newest contract: one of a year that is closed cannot be corrected. */
async function typoOf(app: HttpApp): Promise<DemoStory['typo']> {
  const contract = await newest(app, 'commitments?state=posted');
  if (contract === undefined) throw new Error('the town has no contract yet');
  const right = String(contract.reference).replace(/(\d)(\d)$/, '$2$1');
  return { key: `treasury/commitment/${contract.id}`, right };
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

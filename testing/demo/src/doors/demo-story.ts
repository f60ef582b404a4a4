/** What the demo's guided pages lead to: looked up in the ledger, so that a town of a few weeks is guided through like one of a whole year. */
import type { HttpApp } from '@tabularium/api';

/** The roof of Linden School. */
const ROOF = 'GEN.6-321-01';

type Row = Readonly<Record<string, unknown>>;

export interface DemoStory {
  /** The roof's budget line of the year in which it is built; the newest payment from it (of any, before there is one), and its entry. */
  readonly roof: { readonly line: string; readonly payment: string; readonly entry: number };
}

/** `GET /api/demo/story`. */
export function addDemoStory(app: HttpApp): void {
  app.get('/api/demo/story', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await demoStory(app)),
  );
}

/** Throws where the town has paid nothing yet. */
async function demoStory(app: HttpApp): Promise<DemoStory> {
  const line = `${await firstYear(app)}.${ROOF}`;
  const paid = (await newest(app, `payments?state=paid&line=${line}`)) ?? (await newest(app, 'payments?state=paid'));
  if (paid === undefined) throw new Error('the town has paid nothing yet');
  return { roof: { line, payment: String(paid.id), entry: Number(paid.entry) } };
}

/** Later years have lines of the same code. */
async function firstYear(app: HttpApp): Promise<string> {
  return String((await rows(app, 'years?limit=100')).at(-1)?.year);
}

async function newest(app: HttpApp, query: string): Promise<Row | undefined> {
  return (await rows(app, `${query}&limit=1`))[0];
}

/** Of a list of the treasury, as everybody reads it. */
async function rows(app: HttpApp, query: string): Promise<readonly Row[]> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/treasury/${query}` });
  if (statusCode !== 200) throw new Error(`${query} was answered ${statusCode}`);
  return (JSON.parse(body) as { readonly rows: readonly Row[] }).rows;
}

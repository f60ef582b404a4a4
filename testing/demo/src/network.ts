/**
 * `npm run demo:network`: the demo town's ledger run by four agencies, each with a node of its own. Somebody writes all the time; one node
 * is killed, nobody notices; it comes back and catches up.
 */
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { nodeCrypto } from '@tabularium/crypto';
import { bodyOf, LocalNetwork, type LocalNode, layOutNetwork, localNodes } from '@tabularium/node/network';
import { verifyReceipt } from '@tabularium/verify';
import { writeFirstYear } from './first-year.ts';
import { type DemoPlace, demoPlace, isFounded, loadNotes } from './found-demo.ts';
import { shown } from './shown-path.ts';
import { SteadyWriter, submitAs } from './steady-writer.ts';

const DEFAULT_DIR = 'data/network';
const AGENCIES = [
  { agency: 'vellmere', folder: 'town' },
  { agency: 'court-of-audit', folder: 'court-of-audit-node' },
  { agency: 'district-court', folder: 'district-court-node' },
  { agency: 'county', folder: 'county-node' },
];
/** Whose signatures amend the charter. */
const AMENDERS = ['mayor-1', 'council-1', 'audit-1'] as const;
const BEFORE_MS = 4_000;
const WITHOUT_MS = 8_000;
const CATCH_UP_TRIES = 300;

const { values } = parseArgs({ options: { data: { type: 'string' }, once: { type: 'boolean' } } });
const place = demoPlace(resolve(values.data ?? DEFAULT_DIR));
let ending = false;
let end: () => Promise<void> = async () => {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    void end().then(() => process.exit(0));
  });
}
await run(place, values.once === true);

async function run(demo: DemoPlace, once: boolean): Promise<void> {
  if (!isFounded(demo)) {
    const first = writeFirstYear(demo);
    end = () => first.stop();
    await first.written;
  }
  const nodes = localNodes(demo.dir) ?? (await layOut(demo));
  const network = new LocalNetwork(nodes, { onLine: () => {}, onEnd: () => {} });
  end = () => network.stop();
  try {
    console.log('The other agencies read the whole year, decide everything again, and begin to run the ledger with the town.');
    const origin = await network.start();
    for (const { agency, port } of nodes) console.log(`  ${agency.padEnd(16)} http://127.0.0.1:${port}/`);
    await show(network, demo, origin);
    if (once) return;
    console.log(`\nThe nodes run until Ctrl-C. Try:  npx tabularium network status --data ${shown(nodes[0]!.dir)}`);
    await new Promise(() => {});
  } finally {
    await network.stop();
  }
}

/** Keys of everybody, and the amendment that three officers of the town sign. */
async function layOut(demo: DemoPlace): Promise<readonly LocalNode[]> {
  console.log('Four agencies make keys, each for its own node; three officers sign the amendment that lets them run the ledger together.');
  return layOutNetwork({
    dir: demo.dir,
    agencies: AGENCIES,
    amend: async (change, { engine, charter }) => {
      const [first, ...others] = AMENDERS;
      const act = { action: 'kernel.charter.amend', body: bodyOf(change) };
      const proposal = await submitAs(demo, engine, first, { ledger: charter.origin, action: 'kernel.propose', body: act });
      for (const officer of others) {
        await submitAs(demo, engine, officer, { ledger: charter.origin, action: 'kernel.approve', body: { proposal } });
      }
    },
  });
}

async function show(network: LocalNetwork, demo: DemoPlace, origin: string): Promise<void> {
  const { nodes } = network;
  const victim = nodes[2]!;
  // The victim is this writer's usual node: its first choice each time.
  const writer = new SteadyWriter({ place: demo, origin, urls: [victim, ...nodes.filter((node) => node !== victim)].map(urlOf) });
  console.log(`\nSomebody in the town hall now signs five times a second, and sends it to the node of ${victim.agency}.`);
  await delay(BEFORE_MS);
  console.log(`  ${writer.inWords()}`);
  console.log(`\nThe node of ${victim.agency} is killed (kill -9).`);
  await network.stop(victim.agency, 'SIGKILL');
  await delay(WITHOUT_MS);
  console.log(`  ${writer.inWords()}`);
  await readElsewhere(
    nodes.filter((node) => node !== victim),
    demo,
  );
  console.log(`\nIt is started again.`);
  await network.run(victim);
  const written = await writer.stop();
  for (let tries = 0; tries < CATCH_UP_TRIES && new Set(await Promise.all(nodes.map(heightOf))).size > 1; tries++) await delay(100);
  const heights = await Promise.all(nodes.map(heightOf));
  const caughtUp = new Set(heights).size === 1 ? 'has caught up' : 'is still behind';
  console.log(`  ${victim.agency} ${caughtUp}: ${nodes.map(({ agency }, n) => `${agency} ${heights[n]}`).join(', ')}`);
  const policy = await textOf(urlOf(nodes[0]!), '/log/policy');
  const receipts = await Promise.all(written.map((name) => textOf(urlOf(victim), `/api/v1/receipts/${name}?wait=quorum`)));
  const good = receipts.filter((receipt) => verifyReceipt(receipt, policy, nodeCrypto).ok).length;
  console.log(
    `  ${good} of ${written.length} receipts, taken from the node that was killed, verify offline with three agencies' signatures.`,
  );
  if (good < written.length || written.length === 0) process.exitCode = 1;
}

/** What a citizen looks at meanwhile: the same payment's receipt, the same accounts. */
async function readElsewhere(nodes: readonly LocalNode[], demo: DemoPlace): Promise<void> {
  const [name] = Object.values(loadNotes(demo).names).slice(-1);
  const statuses = await Promise.all(nodes.map(async (node) => (await fetch(`${urlOf(node)}/api/v1/receipts/${name}`)).status));
  console.log(`  a payment of last year, read at the other three: ${statuses.join(', ')}`);
}

function urlOf({ port }: LocalNode): string {
  return `http://127.0.0.1:${port}`;
}

async function heightOf(node: LocalNode): Promise<number> {
  const { height } = JSON.parse(await textOf(urlOf(node), '/health')) as { readonly height: number };
  return height;
}

async function textOf(url: string, path: string): Promise<string> {
  return (await fetch(`${url}${path}`)).text();
}

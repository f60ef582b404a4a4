/**
 * `npm start`: the demo town of Vellmere. At the first start its ledger is founded and its whole budget year written, with the Court of
 * Audit as witness in a second process; from then on it opens as it is. Says where to look and what to try.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeCharter } from '@tabularium/kernel';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { EXIT_CODES, NodeFault } from '@tabularium/node';
import { writeFirstYear } from './first-year.ts';
import { type DemoPlace, demoPlace, isFounded, loadNotes } from './found-demo.ts';
import { holdPort } from './hold-port.ts';
import { reachedAt } from './reached-at.ts';
import { type RunningDemo, runDemo, startCourtOfAudit } from './run-demo.ts';
import { shown } from './shown-path.ts';
import { openTlsFront, type TlsFiles } from './tls-front.ts';

const DEFAULT_DIR = 'data/demo';
const EXIT_INTERRUPTED = 130;

/** What Ctrl-C ends: set anew as the start goes on. */
let end: () => Promise<number>;
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    void end().then((code) => process.exit(code));
  });
}

try {
  await start(settings());
} catch (error) {
  if (!ending) {
    console.error(`The demo cannot start: ${inWords(error)}`);
    process.exit(error instanceof NodeFault ? error.exitCode : EXIT_CODES.unexpected);
  }
}

interface Settings {
  readonly place: DemoPlace;
  readonly host: string;
  readonly port: number;
  /** TLS in front, with these files or with a certificate made now. */
  readonly tls?: { readonly files: TlsFiles | undefined };
}

function settings(): Settings {
  const { values } = parseArgs({
    options: {
      ...{ data: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' } },
      ...{ tls: { type: 'boolean' }, 'tls-cert': { type: 'string' }, 'tls-key': { type: 'string' } },
    },
  });
  const said = values.port ?? process.env.TABULARIUM_PORT ?? '8080';
  const port = /^\d{1,5}$/.test(said) ? Number(said) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`${said} is not a port; name one with  npm start -- --port 8081`);
  const data = values.data ?? process.env.TABULARIUM_DATA ?? DEFAULT_DIR;
  const { 'tls-cert': cert, 'tls-key': key } = values;
  if ((cert === undefined) !== (key === undefined))
    throw new Error('a certificate and its key go together: --tls-cert FILE --tls-key FILE');
  const files = cert === undefined || key === undefined ? undefined : { cert, key };
  const tls = values.tls === true || files !== undefined ? { tls: { files } } : {};
  return { place: demoPlace(resolve(data)), host: values.host ?? '127.0.0.1', port, ...tls };
}

async function start({ place, host, port, tls }: Settings): Promise<void> {
  end = async () => EXIT_INTERRUPTED;
  // A port that is taken is said now, not after the year is written.
  const held = await holdPort(host, port);
  if (!isFounded(place)) await found(place);
  if (ending) return;

  const charter = decodeCharter(readFileSync(join(place.town, 'charter.json')), nodeCrypto);
  const witness = await startCourtOfAudit(place, charter);
  end = () => witness.close().then(() => EXIT_INTERRUPTED);
  await held.letGo();
  // Behind TLS the node itself is reached from this machine alone.
  const demo = await runDemo(place, witness, tls === undefined ? { host, port } : {});
  const front = tls === undefined ? undefined : await openTlsFront({ host, port }, portOf(demo), tls.files).catch(closing(demo));
  if (ending) return demo.close();
  end = async () => {
    console.log('\nVellmere closes its books for today.');
    await front?.close();
    await demo.close();
    return 0;
  };
  await witnessed(demo);
  if (ending) return;
  const reached = await reachedAt({ host, port: front?.port ?? portOf(demo), isTls: front !== undefined });
  if (front !== undefined) console.log(`Over TLS: https://${host === '0.0.0.0' ? '127.0.0.1' : host}:${front.port}/\n`);
  sayWhatToTry(demo, place, reached);
}

function portOf({ node: { url } }: RunningDemo): number {
  return Number(new URL(url).port);
}

/** Nothing is left running by a start that fails. */
function closing(demo: RunningDemo): (error: unknown) => Promise<never> {
  return async (error) => {
    await demo.close();
    throw error;
  };
}

async function found(place: DemoPlace): Promise<void> {
  const first = writeFirstYear(place);
  end = () => first.stop().then(() => EXIT_INTERRUPTED);
  await first.written;
}

/** Wait a moment for the witness to have seen the newest checkpoint. */
async function witnessed({ node: { storage } }: RunningDemo): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { size, witnessed: note } = storage.head();
    if (note !== undefined && parseCheckpoint(parseNote(note)?.text ?? '')?.size === size) return;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

function sayWhatToTry({ node: { url, origin, storage } }: RunningDemo, place: DemoPlace, reached: string): void {
  const { size, witnessed: note } = storage.head();
  const { year, names } = loadNotes(place);
  const payment =
    Object.entries(names).findLast(([key]) => key.startsWith('school-roof') && key.endsWith('treasury.payment.release'))?.[1] ??
    Object.values(names).at(-1);
  const seen = note === undefined ? 'not yet witnessed outside this office' : 'witnessed by the Court of Audit';
  const data = shown(place.dir) === DEFAULT_DIR ? '' : ` -- --data ${shown(place.dir)}`;
  const tries = [
    [`npx tabularium audit ${url}`, 'executes the whole year again and compares every root'],
    [`npm run cheat${data}`, 'changes, deletes, backdates, replaces, on copies: see what gives it away'],
  ] as const;
  console.log(`Vellmere's ledger is open: ${origin}

  look            ${url}/
                  what was recorded, where the money goes, search; each record checked in your browser
  decide          ${url}/desk
                  as any of the town's invented officers: one signature, one receipt
  checkpoint      ${url}/log/checkpoint
                  ${size.toLocaleString('en')} entries, ${seen}
  for programs    ${url}/api/openapi.json

Take the last payment for the school roof (budget year ${year}) away, then check it without this node, offline
(in earnest, policy.txt comes from somebody else than the office):

  curl -s ${url}/log/policy -o policy.txt -s ${url}/api/v1/receipts/${payment} -o payment.tlog-proof
  npx tabularium verify payment.tlog-proof --policy policy.txt

Then, in another terminal:

${tries.map(([command, what]) => `  ${command.padEnd(Math.max(...tries.map(([one]) => one.length)))}    ${what}`).join('\n')}

The keys of all officers lie in ${shown(place.officers)}, for trying things out (a real office's officers keep theirs).${reached}
Ctrl-C ends the town and its witness.`);
}

function inWords(error: unknown): string {
  if (error instanceof NodeFault && error.code === 'directory-in-use') return `${error.message}.`;
  return error instanceof Error ? error.message : String(error);
}

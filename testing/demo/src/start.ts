/**
 * `npm start`: the demo town of Vellmere. At the first start its ledger is founded and its whole budget year written, with the Court of
 * Audit as witness in a second process; from then on it opens as it is. Says where to look and what to try.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeCharter } from '@tabularium/kernel';
import { parseCheckpoint, parseNote } from '@tabularium/log';
import { demoPlace, foundDemo, isFounded, loadNotes, wholeYear } from './found-demo.ts';
import { progressBar } from './progress-bar.ts';
import { runDemo, startCourtOfAudit } from './run-demo.ts';
import { writeYear } from './write-year.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.TABULARIUM_DATA ?? 'data/demo' },
    port: { type: 'string', default: process.env.TABULARIUM_PORT ?? '8080' },
    host: { type: 'string', default: '127.0.0.1' },
  },
});
const place = demoPlace(resolve(values.data));
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port`);

if (!isFounded(place)) {
  const year = wholeYear(Date.now());
  const begun = performance.now();
  // A first start that was interrupted left a part of a year: begin again.
  for (const part of [place.town, place.witness, place.officers]) rmSync(part, { recursive: true, force: true });
  console.log(`Vellmere, a town of 8,000, opens its books: the budget year ${year} is written into a new ledger.`);
  const founded = foundDemo(place, year);
  const witness = await startCourtOfAudit(place, founded.charter);
  try {
    const bar = progressBar('signed transactions');
    const { transactions, refused } = await writeYear(place, founded, [witness], bar.update);
    bar.end();
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(
      `${transactions.toLocaleString('en')} transactions in ${seconds} s, of which ${refused} were refused, as they should be.\n`,
    );
  } finally {
    await witness.close();
  }
}

if (!existsSync(join(place.town, 'charter.json'))) throw new Error(`${place.town} holds no ledger; remove ${values.data} and start again`);
const charter = decodeCharter(readFileSync(join(place.town, 'charter.json')), nodeCrypto);
const witness = await startCourtOfAudit(place, charter);
const demo = await runDemo(place, witness, { port, host: values.host });
await witnessed(demo.node.storage);
say();

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    void demo.close().then(() => process.exit(0));
  });
}

/** Wait a moment for the witness to have seen the newest checkpoint. */
async function witnessed(storage: { head(): { readonly size: number; readonly witnessed?: string | undefined } }): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { size, witnessed: note } = storage.head();
    if (note !== undefined && parseCheckpoint(parseNote(note)?.text ?? '')?.size === size) return;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

function say(): void {
  const { url, origin, storage } = demo.node;
  const { size, witnessed: note } = storage.head();
  const { year, names } = loadNotes(place);
  const payment =
    Object.entries(names).findLast(([key]) => key.startsWith('school-roof') && key.endsWith('treasury.payment.release'))?.[1] ??
    Object.values(names).at(-1);
  const seen = note === undefined ? 'not yet witnessed outside this office' : 'witnessed by the Court of Audit';
  console.log(`Vellmere's ledger is open.

  look            ${url}/                  accounts, newest entries, one entry's life
  proof           ${url}/log/checkpoint    ${size.toLocaleString('en')} entries of ${origin}, ${seen}
  for programs    ${url}/api/openapi.json

Take the last payment for the school roof away (budget year ${year}) and check it without us, offline:

  curl -s ${url}/api/v1/receipts/${payment} -o payment.tlog-proof && curl -s ${url}/log/policy -o policy.txt
  npx tabularium verify payment.tlog-proof --policy policy.txt

Then: npm run cheat (see what gives a cheater away), npx tabularium audit ${url}. Ctrl-C ends the town and its witness.`);
}

/**
 * `npm run cheat`: what gives an operator away who tampers with the ledger. Everything happens on copies; the demo may be running.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TRICKS } from './cheats.ts';
import { demoPlace, isFounded } from './found-demo.ts';
import { playCheats } from './play-cheats.ts';
import type { Word } from './who-notices.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const place = demoPlace(resolve(values.data ?? process.env.TABULARIUM_DATA ?? 'data/demo'));
if (!isFounded(place)) {
  console.error(`There is no demo ledger in ${place.dir}. Where yours lies elsewhere, name its folder:  npm run cheat -- --data DIR
Where there is none yet, start it once:  npm start`);
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'tabularium-cheat-'));
process.once('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const shortened = (text: string): string => text.replace(/[0-9a-f]{64}/g, (digest) => `${digest.slice(0, 12)}…`);
const say = (who: string, { notices, says }: Word): void =>
  console.log(`   ${who.padEnd(9)}${notices ? 'NOTICES' : '   -   '}  ${shortened(says)}`);
const euro = (minor: string): string => `€${(Number(minor) / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`;

let caught = 0;
await playCheats(place, work, {
  onTarget: ({ amount, instead, entries }) =>
    console.log(`Vellmere's operator has the ledger's files and the node's keys, and a payment for the school roof to hide:
${euro(amount)}, ordered, approved and released in entries ${entries.join(', ')}. He would like it to be ${euro(instead)}, or earlier, or gone.
Each trick is played on a copy. Then three are asked: an auditor (tabularium audit), somebody who kept a receipt,
and the witness, once he offers it the checkpoint he shows.`),
  onTrick: ({ title, does }, at) => console.log(`\n${at + 1}. ${title}\n   ${does}`),
  onFinding: ({ auditor, holder, witness }) => {
    say('auditor', auditor);
    say('receipt', holder);
    say('witness', witness);
    if (auditor.notices || holder.notices || witness.notices) caught++;
  },
});
console.log(`\n${caught} of ${TRICKS.length} were caught. What no key of the office can mend: the officers' signatures, the receipts that people hold,
and what a witness outside has seen. The last trick passes every check of the office's own; that is why a ledger needs a witness.`);

/**
 * One trick on a copy of the demo's ledger, in a process of its own, so that the town goes on meanwhile: `cheat-process.ts DATA WORK CODE`.
 * Says who noticed in one line of JSON, and ends with whoever started it.
 */
import { rmSync } from 'node:fs';
import { TRICKS } from '../cheats.ts';
import { demoPlace } from '../found-demo.ts';
import { playCheats } from '../play-cheats.ts';
import type { CheatPlayed, Noticed } from './cheat-played.ts';

const [data, work, code] = process.argv.slice(2);
const trick = TRICKS.find((one) => one.code === code);
if (data === undefined || work === undefined || trick === undefined) throw new Error('usage: cheat-process.ts DATA WORK CODE');
process.stdin.resume();
process.stdin.once('end', () => {
  // Nobody is left who would.
  rmSync(work, { recursive: true, force: true });
  process.exit(1);
});
// The town hears the key stroke too, and ends this.
process.on('SIGINT', () => {});

let target: Pick<CheatPlayed, 'amount' | 'instead' | 'entries'> | undefined;
const onTarget = (told: NonNullable<typeof target>): void => {
  target = told;
};
const [finding] = await playCheats(demoPlace(data), work, { onTarget }, [trick]);
if (finding === undefined || target === undefined) throw new Error('nothing was played');
const seen = ({ notices, code: why, index }: Noticed): Noticed => ({ notices, code: why, ...(index === undefined ? {} : { index }) });
const { auditor, holder, witness } = finding;
const played: CheatPlayed = { way: trick.code, ...target, auditor: seen(auditor), holder: seen(holder), witness: seen(witness) };
process.stdout.write(`${JSON.stringify(played)}\n`, () => process.exit(0));

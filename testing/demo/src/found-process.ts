/**
 * The first start's work as a process of its own: founds the town's ledger and writes its year, with the Court of Audit as witness. What
 * it takes in memory goes with it, and so does it when its parent goes.
 */
import { mkdirSync } from 'node:fs';
import { lockDirectory } from '@tabularium/store';
import { clearPlace, type DemoPlace, demoPlace, foundDemo, requireOwnPlace, wholeYear } from './found-demo.ts';
import { startCourtOfAudit } from './run-demo.ts';
import { type WrittenYear, writeYear } from './write-year.ts';

export type FoundingMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly all: number }
  | ({ readonly kind: 'done' } & WrittenYear)
  | { readonly kind: 'failed'; readonly why: string };

const [dir] = process.argv.slice(2);
if (dir === undefined || process.send === undefined) throw new Error('started by start.ts only: found-process.ts DIR');
const tell = (message: FoundingMessage): void => void process.send?.(message);
process.once('disconnect', () => process.exit());
// The parent hears the key stroke too, and decides.
process.on('SIGINT', () => {});

try {
  tell({ kind: 'done', ...(await found(demoPlace(dir))) });
} catch (error) {
  tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
process.disconnect();

async function found(place: DemoPlace): Promise<WrittenYear> {
  requireOwnPlace(place);
  mkdirSync(place.dir, { recursive: true });
  // Two first starts at once would take the ledger away from under each other.
  const lock = lockDirectory(place.dir);
  // A first start that was interrupted left a part of a year: begin again.
  clearPlace(place);
  const founded = foundDemo(place, wholeYear(Date.now()));
  const witness = await startCourtOfAudit(place, founded.charter);
  try {
    return await writeYear(place, founded, [witness], (done, all) => tell({ kind: 'progress', done, all }));
  } finally {
    await witness.close();
    lock.release();
  }
}

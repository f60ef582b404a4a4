/**
 * The town as it was when its year was whole, kept beside it, so that whoever tries things out can begin anew. What no real office could do
 * is done here to its witness as well: it forgets what it has seen since.
 */
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DemoPlace } from './found-demo.ts';

/** Keep it, once. Nobody writes to either directory meanwhile. */
export function keepBeginning(place: DemoPlace): void {
  const { town, witness, beginning, run } = place;
  if (!existsSync(run)) nameRun(place);
  if (existsSync(beginning)) return;
  const unfinished = `${beginning}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const dir of [town, witness]) cpSync(dir, join(unfinished, basename(dir)), { recursive: true, filter: isKept });
  renameSync(unfinished, beginning);
}

/** Lay it back. Nobody has either directory open. */
export function layBack(place: DemoPlace): void {
  const { town, witness, beginning } = place;
  // First: a town laid back under its old name would look falsified to whoever remembers it.
  nameRun(place);
  for (const dir of [town, witness]) {
    rmSync(dir, { recursive: true, force: true });
    cpSync(join(beginning, basename(dir)), dir, { recursive: true });
  }
}

/** What browsers know this run by: what they remember of another is no evidence against it. */
export function runOf({ run }: DemoPlace): string {
  return readFileSync(run, 'utf8').trim();
}

function nameRun({ run }: DemoPlace): void {
  writeFileSync(`${run}.new`, `${randomUUID()}\n`);
  renameSync(`${run}.new`, run);
}

/** A socket is no file, and belongs to a process. */
function isKept(path: string): boolean {
  return !path.endsWith('.sock');
}

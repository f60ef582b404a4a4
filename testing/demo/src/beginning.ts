/**
 * The town as it was when its year was whole, kept beside it, so that whoever tries things out can begin anew. What no real office could do
 * is done here to its witness as well: it forgets what it has seen since.
 */
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DemoPlace } from './found-demo.ts';

/** Keep it, once. Nobody writes to either directory meanwhile. */
export function keepBeginning({ town, witness, beginning }: DemoPlace): void {
  if (existsSync(beginning)) return;
  const unfinished = `${beginning}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const dir of [town, witness]) cpSync(dir, join(unfinished, basename(dir)), { recursive: true, filter: isKept });
  renameSync(unfinished, beginning);
}

/** Lay it back. Nobody has either directory open. */
export function layBack({ town, witness, beginning }: DemoPlace): void {
  for (const dir of [town, witness]) {
    rmSync(dir, { recursive: true, force: true });
    cpSync(join(beginning, basename(dir)), dir, { recursive: true });
  }
}

/** A socket is no file, and belongs to a process. */
function isKept(path: string): boolean {
  return !path.endsWith('.sock');
}

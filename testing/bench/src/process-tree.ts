/** What processes and their children have used of the processors so far (Linux, proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

interface Stat {
  readonly parent: number;
  readonly seconds: number;
}

/** CPU-seconds of these processes, and of everything below them, all threads. */
export function cpuSeconds(pids: readonly number[]): { readonly own: number; readonly below: number } {
  const stats = new Map(
    readdirSync('/proc').flatMap((name) => {
      const stat = /^[0-9]+$/.test(name) ? statOf(name) : undefined;
      return stat === undefined ? [] : [[Number(name), stat] as const];
    }),
  );
  const isBelow = (pid: number): boolean => {
    const parent = stats.get(pid)?.parent ?? 0;
    return parent !== 0 && (pids.includes(parent) || isBelow(parent));
  };
  let own = 0;
  let below = 0;
  for (const [pid, { seconds }] of stats) {
    if (pids.includes(pid)) own += seconds;
    else if (isBelow(pid)) below += seconds;
  }
  return { own, below };
}

function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ');
    return {
      parent: Number(fields[1]),
      seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

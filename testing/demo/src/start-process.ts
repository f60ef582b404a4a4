/** `npm start` as a test sees it: a process with its output, its children and its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('./start.ts', import.meta.url));
const READY = 'Ctrl-C ends the town and its witness.';
const POLL_MS = 50;

export interface StartedDemo {
  readonly pid: number;
  /** What it printed so far, both streams. */
  output(): string;
  /** Resolves when it says that it runs. */
  ready(): Promise<void>;
  /** Processes that it started and that live. */
  children(): readonly number[];
  signal(signal: 'SIGINT' | 'SIGKILL'): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export function startDemo(args: readonly string[]): StartedDemo {
  const child: ChildProcess = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(signal ?? code ?? 0)));
  let over = false;
  void ended.then(() => (over = true));
  const pid = child.pid!;
  return {
    pid,
    output: () => output,
    ended,
    async ready() {
      while (!output.includes(READY)) {
        if (over) throw new Error(`the demo ended before it ran:\n${output}`);
        await sleep();
      }
    },
    children: () => descendants(pid),
    signal: (signal) => void child.kill(signal),
  };
}

export function lives(pid: number): boolean {
  try {
    // A zombie is dead; it waits for whoever adopted it to hear so.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when none of them lives any more. */
export async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(lives)) await sleep();
}

function descendants(pid: number): number[] {
  let own: string;
  try {
    own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return [];
  }
  return own
    .split(' ')
    .filter((text) => text !== '')
    .flatMap((text) => [Number(text), ...descendants(Number(text))]);
}

function sleep(): Promise<void> {
  return new Promise((wake) => setTimeout(wake, POLL_MS));
}

/**
 * Commands on a data directory run the node itself (`server/node`) as a child process: the command line never imports the
 * server (DESIGN §3), and whatever the node prints and whichever code it ends with is handed on unchanged.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliFault } from './exit-codes.ts';

/** Verbs that `server/node/src/main.ts` answers, with the line that help shows. */
export const NODE_VERBS = {
  init: 'found a ledger: charter, keys and officers in one go',
  start: 'run a node on a data directory',
  sandbox: 'a place to train: your charter, invented people, laid back every night',
  audit: 'read the whole log of a ledger (address or data directory), repeat every decision, name the first difference',
  backup: 'copy a ledger, running or not',
  restore: 'lay a backup down as a data directory',
  resume: 'go on after a loss, in a successor ledger',
  rebuild: 'throw the lists away and build them anew from the log',
  network: 'one ledger of several agencies: keys, nodes coming and going, a local network to try it out',
  webhook: 'programs that are told what happens: name, list, remove them, send again what they missed',
  witness: 'run a witness for other people’s ledgers',
} as const;

/** What a write makes dies young in a nursery of this size; in a smaller one a tenth of its time goes to moving it on. */
const NODE_FLAGS = ['--max-semi-space-size=32'];

/** The C library gives each thread a heap of its own, whose free memory nobody else uses; with four heaps in all a node rests in less. */
const NODE_ENVIRONMENT = { MALLOC_ARENA_MAX: '4' };

/** Where the node's entry point is: installed as a package, or beside this one in the workspace. */
export function nodeEntry(): string {
  try {
    return fileURLToPath(import.meta.resolve('@tabularium/node/main'));
  } catch {
    const beside = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'server', 'node', 'src', 'main.ts');
    if (existsSync(beside)) return beside;
    throw new CliFault('unexpected', 'the node is not installed beside this command', 'run npm ci in the Tabularium folder');
  }
}

/** Runs the node with these arguments and gives its exit code. Signals that end this process go to the child first. */
export function runNode(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...NODE_FLAGS, nodeEntry(), ...args], {
    stdio: 'inherit',
    env: { ...NODE_ENVIRONMENT, ...process.env },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // A terminal sends Ctrl-C to both; the node may then end in its own time.
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const one of signals) process.off(one, forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

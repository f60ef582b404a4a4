/**
 * The node's entry point: one command on a data directory, `main.ts <verb> [options]`. The command line (`tabularium <verb>`) starts it as a
 * child process and hands on what it prints and the code it ends with (docs/operate/exit-codes.md).
 */
import { mkdirSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { NodeConsole } from './node-console.ts';
import { EXIT_CODES, NodeFault } from './node-fault.ts';
import type { Verb } from './verbs/verb.ts';

const FLUSH_MS = 10_000;

/** Each verb's code is read when it is asked for: a backup need not load what a witness needs. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import('./verbs/init-verb.ts')).initVerb,
  start: async () => (await import('./verbs/start-verb.ts')).startVerb,
  audit: async () => (await import('./verbs/audit-verb.ts')).auditVerb,
  backup: async () => (await import('./verbs/copy-verbs.ts')).backupVerb,
  restore: async () => (await import('./verbs/copy-verbs.ts')).restoreVerb,
  resume: async () => (await import('./verbs/resume-verb.ts')).resumeVerb,
  rebuild: async () => (await import('./verbs/copy-verbs.ts')).rebuildVerb,
  network: async () => (await import('./verbs/network-verb.ts')).networkVerb,
  sandbox: async () => (await import('./verbs/sandbox-verb.ts')).sandboxVerb,
  webhook: async () => (await import('./verbs/webhook-verb.ts')).webhookVerb,
  witness: async () => (await import('./verbs/witness-verb.ts')).witnessVerb,
};

keepCompiled();
process.exitCode = await main(process.argv.slice(2));
// Node's own clean-up has been seen to wait for ever for a connection's handle, where nothing else was left to do.
process.once('beforeExit', () => process.exit());

/**
 * What Node compiled at one start it need not compile at the next: that halves the time to be ready and saves memory. In the user's own cache
 * folder, which nobody else may write to; where there is none, nothing is kept.
 */
function keepCompiled(): void {
  if (process.env.NODE_COMPILE_CACHE !== undefined || process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) return;
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  if (!isAbsolute(base)) return;
  const folder = join(base, 'tabularium');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  enableCompileCache(folder);
  // Threads started later look here.
  process.env.NODE_COMPILE_CACHE = folder;
  // A node that is killed has kept what it compiled all the same.
  setTimeout(flushCompileCache, FLUSH_MS).unref();
}

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const console = new NodeConsole({ out: process.stdout, err: process.stderr, json: args.includes('--json') });
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (load === undefined) {
    const asked = name === '--help' || name === '';
    process[asked ? 'stdout' : 'stderr'].write(`usage: tabularium <verb> [options]; the verbs are ${Object.keys(VERBS).join(', ')}\n`);
    return asked ? 0 : EXIT_CODES.usage;
  }
  try {
    const verb = await load();
    const { values, positionals } = parsed(name, verb, args);
    if (values.help === true) {
      process.stdout.write(`${verb.help}\n`);
      return 0;
    }
    return (await verb.run({ values, positionals, env: process.env, console })) ?? 0;
  } catch (error) {
    return console.fault(error);
  }
}

function parsed(name: string, { options }: Verb, args: readonly string[]): Pick<ReturnType<typeof parseArgs>, 'values' | 'positionals'> {
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (cause) {
    throw new NodeFault('usage', (cause as Error).message, { next: `${name} --help`, cause });
  }
}

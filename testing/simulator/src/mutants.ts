/**
 * `npm run mutants`: does the simulator see what it is for? Six defects (issue 3, "Done when") are planted one at a time in a
 * copy of the sources, and the copy is simulated until a check fails. A copy without a defect must stay clean. A defect whose
 * place in the sources has changed is an error, not a success, so this list cannot grow stale unseen.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check } from './observer.ts';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const WINGS = ['core', 'modules', 'engines', 'server', 'testing'];

export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Checks of the observer of which one must fail. */
  readonly caughtBy: readonly Check[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'drop an fsync',
    file: 'testing/simulator/src/journal-storage.ts',
    from: '    this.#disk.sync();\n',
    to: '',
    caughtBy: ['acknowledged-lost'],
  },
  {
    name: 'answer before durable',
    file: 'engines/embedded/src/embedded-engine.ts',
    from: `    const block = accepted.length === 0 && result.deadlines === 0 ? this.#nothing(result) : this.#append(time, accepted, result);
    this.#answer(taken, result, block, time);
`,
    to: `    const { height, size } = this.#storage.head();
    let next = size;
    taken.forEach(({ pending, transaction: { name } }, i) => {
      if (result.verdicts[i]!.kind === 'accepted') this.#queue.settle(pending, { kind: 'accepted', name, index: next++, height: height + 1, time });
    });
    const block = accepted.length === 0 && result.deadlines === 0 ? this.#nothing(result) : this.#append(time, accepted, result);
    this.#answer(taken, result, block, time);
`,
    caughtBy: ['acknowledged-lost', 'answer-wrong'],
  },
  {
    name: 'skip a limit',
    file: 'modules/treasury/src/ledger.ts',
    from: 'if (left !== undefined && left < amount) return',
    to: 'if (left !== undefined && left < amount && amount % 2n === 0n) return',
    caughtBy: ['books-broken'],
  },
  {
    name: 'unstable order in a fold',
    file: 'core/kernel/src/run.ts',
    from: 'keys: [...draft.keys].sort(),',
    to: 'keys: [...draft.keys].sort(() => Math.random() - 0.5),',
    caughtBy: ['events-differ'],
  },
  {
    name: 'off by one in a proof',
    file: 'core/log/src/log-tree.ts',
    from: '      if (index < middle) {\n',
    to: '      if (index <= middle) {\n',
    caughtBy: ['proof-broken'],
  },
  {
    name: 'clock read',
    file: 'core/kernel/src/run.ts',
    from: '    evolve(event.data, draft, { name: cause.name, time: this.time });\n',
    to: `    evolve(event.data, draft, { name: cause.name, time: this.time });
    for (const key of draft.keys) {
      const record = this.overlay.get(key);
      if (record !== undefined) this.overlay.put(key, { ...record, time: Date.now() });
    }
`,
    caughtBy: ['replay-differs', 'state-differs'],
  },
];

/** The file with the defect in it; throws where its place is not found exactly once. */
export function plant(text: string, { name, file, from, to }: Mutant): string {
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`"${name}": its place in ${file} is there ${places} times; mend the list of mutants`);
  return text.replace(from, () => to);
}

/** A copy of the sources under a temporary folder, with its own links between workspaces and the libraries as they are. */
function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'tabularium-mutants-'));
  for (const wing of WINGS) {
    cpSync(join(ROOT, wing), join(copy, wing), {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules') && !path.endsWith('.test.ts'),
    });
  }
  cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
  const libraries = join(copy, 'node_modules');
  mkdirSync(join(libraries, '@tabularium'), { recursive: true });
  for (const entry of readdirSync(join(ROOT, 'node_modules'))) {
    if (entry !== '@tabularium' && !entry.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', entry), join(libraries, entry));
  }
  for (const wing of WINGS) {
    for (const folder of readdirSync(join(copy, wing))) {
      const manifest = join(copy, wing, folder, 'package.json');
      if (!existsSync(manifest)) continue;
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name: string };
      symlinkSync(join(copy, wing, folder), join(libraries, name));
    }
  }
  return copy;
}

interface Run {
  readonly clean: boolean;
  /** The check that failed, if one did. */
  readonly check: string | undefined;
  readonly said: string;
}

function simulateCopy(copy: string, seeds: number, steps: number): Run {
  const arguments_ = ['testing/simulator/src/main.ts', '--seeds', String(seeds), '--steps', String(steps)];
  const { status, stdout, stderr } = spawnSync(process.execPath, arguments_, { cwd: copy, encoding: 'utf8' });
  const said = `${stdout}${stderr}`;
  return { clean: status === 0, check: /Fault: ([a-z-]+):.*/.exec(said)?.[1], said };
}

/** Plants each defect in turn; true when all were caught and the copy without one was clean. */
export function runMutants(say: (line: string) => void): boolean {
  const copy = copySources();
  let good = true;
  try {
    const control = simulateCopy(copy, 4, 300);
    say(`${control.clean ? 'clean ' : 'FAULTY'}  no defect${control.clean ? '' : `\n${control.said}`}`);
    good &&= control.clean;
    for (const mutant of MUTANTS) {
      const path = join(copy, mutant.file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, plant(text, mutant));
      const { check, said } = simulateCopy(copy, 24, 300);
      writeFileSync(path, text);
      const caught = mutant.caughtBy.some((one) => one === check);
      const how = caught
        ? ` (${check})`
        : `
${said}`;
      say(`${caught ? 'caught' : 'MISSED'}  ${mutant.name}${how}`);
      good &&= caught;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return good;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = runMutants((line) => console.log(line)) ? 0 : 1;

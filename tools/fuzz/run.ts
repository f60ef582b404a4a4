/**
 * `npm run fuzz:api -- [URL] [options of Schemathesis]`: asks every operation of the API, as its own description has it, with thousands of
 * right and wrong requests (Schemathesis, all checks). Without a URL, a small town is founded for it. Installed once, into `.judges/`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSmallTown } from '@tabularium/demo';

const VERSION = '4.32.5';
const ROOT = join(import.meta.dirname, '..', '..');
const TOOL = join(ROOT, '.judges', `schemathesis-${VERSION}`);
const CONFIG = join(import.meta.dirname, 'schemathesis.toml');
/** Enough of the town's year that each list has rows. */
const STEPS = 1_500;
const MISSING = 77;

install();
const [given, ...options] = process.argv.slice(2);
const url = given?.startsWith('http') === true ? given : undefined;
const asked = url === undefined ? process.argv.slice(2) : options;
process.exitCode = url === undefined ? await withTown((at) => fuzz(at, asked)) : await fuzz(url, asked);

function install(): void {
  if (existsSync(join(TOOL, 'bin', 'st'))) return;
  rmSync(TOOL, { recursive: true, force: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', TOOL]],
    [join(TOOL, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]],
  ];
  for (const [command, args] of steps) {
    if (spawnSync(command, args, { stdio: 'inherit' }).status === 0) continue;
    rmSync(TOOL, { recursive: true, force: true });
    console.error('Schemathesis cannot be installed here; it needs python3 with venv, and PyPI.');
    process.exit(MISSING);
  }
}

async function withTown(run: (url: string) => Promise<number>): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-fuzz-'));
  const { node } = await openSmallTown(dir, { steps: STEPS });
  try {
    return await run(node.url);
  } finally {
    await node.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function fuzz(at: string, more: readonly string[]): Promise<number> {
  const args = ['--config-file', CONFIG, 'run', `${at}/api/openapi.json`, '--checks', 'all', '--max-examples', '30', ...more];
  const child = spawn(join(TOOL, 'bin', 'st'), args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * `npm run bench:vault -- --search N --access N [--postgres] --document 1GiB [--bucket URL]`: the vault's figures over so many cases, rows and
 * bytes, one JSON line a figure, each with
 * R (ES256 verifications per CPU-second of one core) and the fsync time of the same run. Nobody in it exists.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { VaultPlace } from '@tabularium/vault';
import { benchVaultAccess } from './bench-vault-access.ts';
import { benchVaultDocument } from './bench-vault-document.ts';
import { benchVaultSearch } from './bench-vault-search.ts';
import { fsyncMicroseconds, verifyRate } from './ruler.ts';

const { values } = parseArgs({
  options: {
    search: { type: 'string' },
    access: { type: 'string' },
    document: { type: 'string' },
    bucket: { type: 'string' },
    postgres: { type: 'boolean', default: false },
  },
});
const SETUP = fileURLToPath(new URL('../../../tools/setup-postgres.sh', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'tabularium-bench-vault-'));
const R = Math.round(verifyRate());
const fsync = Math.round(fsyncMicroseconds(dir));
let cluster = '';

function say(figure: string, told: Record<string, unknown>): void {
  console.log(JSON.stringify({ figure, ...told, R, fsync_us: fsync }));
}

/** `1GiB`, `256MiB` or a number of bytes. */
function bytesOf(size: string): number {
  const [, count = '', unit = ''] = /^([0-9]+)(GiB|MiB|)$/.exec(size) ?? [];
  if (count === '') throw new Error(`--document ${size} is no size`);
  return Number(count) * (unit === 'GiB' ? 1024 ** 3 : unit === 'MiB' ? 1024 ** 2 : 1);
}

function place(): VaultPlace {
  if (!values.postgres) return { dir };
  const [url = '', folder = ''] = execFileSync('bash', [SETUP, 'start'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    .trim()
    .split('\n');
  cluster = folder;
  return { url };
}

try {
  const at = place();
  if (values.search !== undefined) await benchVaultSearch(Number(values.search), at, say);
  if (values.document !== undefined) await benchVaultDocument(bytesOf(values.document), values.bucket, say);
  if (values.access !== undefined) await benchVaultAccess(Number(values.access), at, say);
} finally {
  if (cluster !== '') execFileSync('bash', [SETUP, 'stop', cluster], { stdio: ['ignore', 'inherit', 'inherit'] });
  rmSync(dir, { recursive: true, force: true });
}

/** Where the vault's tests lay their rows: a folder of their own, and a database of their own in a PostgreSQL started for them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { VaultPlace } from './database.ts';

const SETUP = fileURLToPath(new URL('../../../tools/setup-postgres.sh', import.meta.url));

export interface TestPlace {
  readonly name: 'sqlite' | 'postgres';
  readonly place: VaultPlace;
  remove(): Promise<void>;
}

export function sqlitePlace(): TestPlace {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-vault-'));
  return { name: 'sqlite', place: { dir }, remove: async () => rmSync(dir, { recursive: true, force: true }) };
}

let cluster: { readonly url: string; readonly dir: string } | undefined;
let made = 0;

/** Of the first call the cluster; each call a database of its own. `endPostgres` ends it. */
export async function postgresPlace(): Promise<TestPlace> {
  if (cluster === undefined) {
    const [url = '', dir = ''] = execFileSync(SETUP, ['start'], { encoding: 'utf8' }).trim().split('\n');
    cluster = { url, dir };
  }
  made++;
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  await client.query(`CREATE DATABASE vault_${made}`);
  await client.end();
  return { name: 'postgres', place: { url: cluster.url.replace(/postgres$/, `vault_${made}`) }, remove: async () => {} };
}

export function endPostgres(): void {
  if (cluster !== undefined) execFileSync(SETUP, ['stop', cluster.dir]);
  cluster = undefined;
}

/** Where a node's vault is, and how long backups are kept (docs/operate/vault.md). */
import { resolve } from 'node:path';
import { BACKUP_DAYS, type VaultSettings } from '../vault-settlement.ts';
import { numberOf, textIn, textOf } from './settings.ts';
import type { VerbCall } from './verb.ts';

export const vaultOptions = {
  'vault-database-url': { type: 'string' },
  'vault-keys': { type: 'string' },
  'backup-days': { type: 'string' },
} as const;

export const VAULT_HELP = `  --vault-database-url URL PostgreSQL for what is known of people (TABULARIUM_VAULT_DATABASE_URL; default: a file in the data directory)
  --vault-keys FOLDER      its keys, best on another medium (TABULARIUM_VAULT_KEYS; default vault-keys in the data directory)
  --backup-days N          how long backups are kept: what was erased is in none after twice that (TABULARIUM_BACKUP_DAYS; default ${BACKUP_DAYS})`;

/** Where the vault is. Throws `NodeFault` `usage`. */
export function vaultOf(call: VerbCall): VaultSettings {
  const databaseUrl = textOf(call, 'vault-database-url') ?? textIn(call.env, 'TABULARIUM_VAULT_DATABASE_URL');
  const keys = textOf(call, 'vault-keys') ?? textIn(call.env, 'TABULARIUM_VAULT_KEYS');
  const backupDays = numberOf(call, 'backup-days', 'TABULARIUM_BACKUP_DAYS', 1, 3_650);
  return {
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(keys === undefined ? {} : { keys: resolve(keys) }),
    ...(backupDays === undefined ? {} : { backupDays }),
  };
}

/** Where a node's vault is, and how long backups are kept (docs/operate/vault.md). */
import { resolve } from 'node:path';
import { s3PlaceOf, virusScanOf } from '@tabularium/vault';
import { NodeFault } from '../node-fault.ts';
import type { DocumentSettings } from '../vault-documents.ts';
import { BACKUP_DAYS, type VaultSettings } from '../vault-settlement.ts';
import { numberOf, textIn, textOf } from './settings.ts';
import type { VerbCall } from './verb.ts';

const MIB = 1024 * 1024;

export const vaultOptions = {
  'vault-database-url': { type: 'string' },
  'vault-keys': { type: 'string' },
  'backup-days': { type: 'string' },
  documents: { type: 'string' },
  'documents-s3': { type: 'string' },
  'document-mib': { type: 'string' },
  'virus-scan': { type: 'string' },
} as const;

export const VAULT_HELP = `  --vault-database-url URL PostgreSQL for what is known of people (TABULARIUM_VAULT_DATABASE_URL; default: a file in the data directory)
  --vault-keys FOLDER      its keys, best on another medium (TABULARIUM_VAULT_KEYS; default vault-keys in the data directory)
  --backup-days N          how long backups are kept: what was erased is in none after twice that (TABULARIUM_BACKUP_DAYS; default ${BACKUP_DAYS})
  --documents FOLDER       documents of cases, encrypted (TABULARIUM_DOCUMENTS; default documents in the data directory)
  --documents-s3 URL       an S3 bucket to keep them in (TABULARIUM_DOCUMENTS_S3, with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION)
  --document-mib N         the largest document, in MiB (TABULARIUM_DOCUMENT_MIB; default 1024)
  --virus-scan WHO         tcp://HOST:PORT or unix:SOCKET of clamd, or command:PROGRAM (TABULARIUM_VIRUS_SCAN; default nobody)`;

/** Where the vault is. Throws `NodeFault` `usage`. */
export function vaultOf(call: VerbCall): VaultSettings {
  const databaseUrl = textOf(call, 'vault-database-url') ?? textIn(call.env, 'TABULARIUM_VAULT_DATABASE_URL');
  const keys = textOf(call, 'vault-keys') ?? textIn(call.env, 'TABULARIUM_VAULT_KEYS');
  const backupDays = numberOf(call, 'backup-days', 'TABULARIUM_BACKUP_DAYS', 1, 3_650);
  return {
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(keys === undefined ? {} : { keys: resolve(keys) }),
    ...(backupDays === undefined ? {} : { backupDays }),
    documents: documentsOf(call),
  };
}

function documentsOf(call: VerbCall): DocumentSettings {
  const dir = textOf(call, 'documents') ?? textIn(call.env, 'TABULARIUM_DOCUMENTS');
  const address = textOf(call, 'documents-s3') ?? textIn(call.env, 'TABULARIUM_DOCUMENTS_S3');
  const who = textOf(call, 'virus-scan') ?? textIn(call.env, 'TABULARIUM_VIRUS_SCAN');
  const mib = numberOf(call, 'document-mib', 'TABULARIUM_DOCUMENT_MIB', 1, 65_536);
  const bucket = address === undefined ? undefined : s3PlaceOf(address, call.env);
  const scan = who === undefined ? undefined : virusScanOf(who);
  if (address !== undefined && bucket === undefined)
    throw new NodeFault('usage', '--documents-s3 wants https://HOST/BUCKET, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  if (who !== undefined && scan === undefined)
    throw new NodeFault('usage', '--virus-scan wants tcp://HOST:PORT, unix:SOCKET or command:PROGRAM');
  return {
    ...(dir === undefined ? {} : { dir: resolve(dir) }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(scan === undefined ? {} : { scan }),
    ...(mib === undefined ? {} : { sizeMax: mib * MIB }),
  };
}

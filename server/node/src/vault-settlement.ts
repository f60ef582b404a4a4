/**
 * The vault follows the ledger (docs/adr/0017 "Erasure"): what state says is erased is erased there too, at opening, before anything is served,
 * and after every block. The record of a case is `privacy/case/<handle>`; it has `erased: true` once an erasure was granted.
 */
import type { StateReader } from '@tabularium/kernel';
import type { SqliteStorage } from '@tabularium/store';
import { KeyFileInvalid, openFolderKeys, openVault, type Vault, VaultKeysMissing, type VaultPart } from '@tabularium/vault';
import type { DataDirectory } from './data-directory.ts';
import { NodeFault } from './node-fault.ts';
import type { DocumentSettings } from './vault-documents.ts';

/** Where the vault of a node is. */
export interface VaultSettings {
  /** PostgreSQL; default `vault.db` in the data directory. */
  readonly databaseUrl?: string;
  /** Folder of the key-encryption keys; default `vault-keys` in the data directory, which is not where they should stay. */
  readonly keys?: string;
  /** How long backups are kept, and so how long it takes until what was erased is in none; default 35. */
  readonly backupDays?: number;
  readonly documents?: DocumentSettings;
}

export const BACKUP_DAYS = 35;
/** In state, what is known of cases. */
export const CASES = 'privacy/case/';
const CASES_END = 'privacy/case0';
const DAY_MS = 86_400_000;
const PAGE = 1_000;

export interface OpenVaultOptions {
  readonly place: DataDirectory;
  readonly storage: Pick<SqliteStorage, 'findName' | 'scan' | 'get'>;
  readonly origin: string;
  readonly settings: VaultSettings;
  readonly nowMs: number;
  /** NumericDate by which what is pending may be past hope. */
  readonly settledSeconds: number;
  /** All that have keys in it: a part that is left out would lose them with its epoch. */
  readonly parts: readonly VaultPart[];
  readonly report: (error: unknown) => void;
}

/** Throws `NodeFault` `vault-keys` where the keys are not those of the vault. */
export async function openSettledVault({ place, storage, settings, ...others }: OpenVaultOptions): Promise<Vault> {
  const { databaseUrl, backupDays = BACKUP_DAYS } = settings;
  try {
    return await openVault({
      ...others,
      place: databaseUrl === undefined ? { dir: place.dir } : { url: databaseUrl },
      keys: openFolderKeys(vaultKeysOf(place, settings)),
      retentionMs: backupDays * DAY_MS,
      isAccepted: (tx) => storage.findName(tx) !== undefined,
      erasedCases: erasedCases(storage),
    });
  } catch (cause) {
    if (cause instanceof VaultKeysMissing || cause instanceof KeyFileInvalid) {
      const next = 'put your copy of the keys there, or start --vault-keys FOLDER (docs/operate/vault.md)';
      throw new NodeFault('vault-keys', cause.message, { next, cause });
    }
    throw cause;
  }
}

export function vaultKeysOf({ vaultKeys }: DataDirectory, { keys = vaultKeys }: VaultSettings): string {
  return keys;
}

/** Carries out the erasures among a block's changed records; what fails is reported, and done at the next tick. */
export function settleVault(changed: readonly string[], state: StateReader, vault: Vault, report: (error: unknown) => void): void {
  for (const key of changed) {
    if (key.startsWith(CASES) && isErased(state.get(key))) vault.erase(key.slice(CASES.length)).catch(report);
  }
}

/** Every case that state says is erased. */
export function* erasedCases(state: StateReader): Generator<string> {
  for (let start = CASES; ; ) {
    const page = state.scan(start, CASES_END, PAGE);
    for (const [key, value] of page) if (isErased(value)) yield key.slice(CASES.length);
    if (page.length < PAGE) return;
    start = `${page.at(-1)![0]}\u0000`;
  }
}

export function isErased(value: string | undefined): boolean {
  // Most cases are not, and need not be parsed.
  return value?.includes('"erased":true') === true && (JSON.parse(value) as { readonly erased?: unknown }).erased === true;
}

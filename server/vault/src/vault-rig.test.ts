/** What the vault's tests stand on: a vault over a folder of its own or a PostgreSQL, with keys in another folder and a ledger made of names. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFolderKeys } from './folder-keys.ts';
import type { NewHolding } from './holdings.ts';
import { postgresPlace, sqlitePlace, type TestPlace } from './places.test.ts';
import { openVault, type Vault, type VaultOptions } from './vault.ts';

export const ORIGIN = 'town.example/0123456789abcdef';
export const NOW = 1_800_000_000;
export const DAY_MS = 86_400_000;
export const RETENTION_MS = 35 * DAY_MS;

export const newTx = (): string => randomBytes(32).toString('base64url');
export const newHandle = (): string => randomBytes(16).toString('hex');
export const disclose = (value: string): string =>
  Buffer.from(JSON.stringify([randomBytes(16).toString('base64url'), 'name', value])).toString('base64url');
export const holding = (of: string, ...values: readonly string[]): NewHolding => ({
  path: '/items/0',
  case: of,
  disclosures: values.map(disclose),
});

export interface Rig {
  readonly place: TestPlace;
  readonly keysDir: string;
  /** Names of the ledger's entries. */
  readonly accepted: Set<string>;
  readonly reports: unknown[];
  open(change?: Partial<VaultOptions>): Promise<Vault>;
  /** Opened vaults are closed, folders removed. */
  end(): Promise<void>;
}

export const PLACES = [async () => sqlitePlace(), postgresPlace];
export const nameOf = (make: (typeof PLACES)[number]): string => (make === postgresPlace ? 'in PostgreSQL' : 'in SQLite');

export async function newRig(make: () => Promise<TestPlace>): Promise<Rig> {
  const place = await make();
  const keysDir = join(mkdtempSync(join(tmpdir(), 'tabularium-keys-')), 'vault-keys');
  const accepted = new Set<string>();
  const reports: unknown[] = [];
  const opened: Vault[] = [];
  return {
    place,
    keysDir,
    accepted,
    reports,
    open: async (change = {}) => {
      const vault = await openVault({
        place: place.place,
        keys: change.keys ?? openFolderKeys(keysDir),
        origin: ORIGIN,
        isAccepted: (tx) => accepted.has(tx),
        erasedCases: [],
        retentionMs: RETENTION_MS,
        nowMs: NOW * 1_000,
        settledSeconds: NOW,
        report: (error) => reports.push(error),
        ...change,
      });
      opened.push(vault);
      return vault;
    },
    end: async () => {
      for (const vault of opened) await vault.close();
      await place.remove();
      rmSync(join(keysDir, '..'), { recursive: true, force: true });
    },
  };
}

/** Held and live. */
export async function hold(rig: Rig, vault: Vault, ...holdings: readonly NewHolding[]): Promise<string> {
  const tx = newTx();
  await vault.holdings.putPending({ tx, exp: NOW + 60, holdings });
  rig.accepted.add(tx);
  vault.holdings.activate(tx);
  return tx;
}

/** Whether any file of a SQLite vault has these bytes. */
export function filesHave({ place }: TestPlace, bytes: Uint8Array | string): boolean {
  if (!('dir' in place)) throw new Error('only files can be searched');
  return readdirSync(place.dir).some((name) =>
    readFileSync(join(place.dir, name)).includes(typeof bytes === 'string' ? bytes : Buffer.from(bytes)),
  );
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

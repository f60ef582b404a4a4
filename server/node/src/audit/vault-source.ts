/** The vault beside a data directory, as an audit reads it: with the keys that are at hand, and the ledger as it is by then. */
import { openLedgerReader } from '@tabularium/store';
import { AuditedHoldings, KeyFileInvalid, openFolderKeys } from '@tabularium/vault';
import { dataDirectory } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { type VaultSettings, vaultKeysOf } from '../vault-settlement.ts';
import type { AuditedVault } from './vault-auditor.ts';

/** Throws `NodeFault` `vault-keys` where a key file is damaged, or others may read it. */
export async function openAuditedVault(dir: string, settings: VaultSettings): Promise<AuditedVault & { close(): Promise<void> }> {
  const place = dataDirectory(dir);
  const now = <T>(read: (reader: ReturnType<typeof openLedgerReader>) => T): T => {
    const reader = openLedgerReader(place.ledger);
    try {
      return read(reader);
    } finally {
      reader.close();
    }
  };
  try {
    const keys = openFolderKeys(vaultKeysOf(place, settings), { readOnly: true });
    const { databaseUrl } = settings;
    const holdings = await AuditedHoldings.open(databaseUrl === undefined ? { dir: place.dir } : { url: databaseUrl }, keys);
    return {
      holdings,
      entryNow: (tx) => now((reader) => reader.findName(tx)),
      recordNow: (key) => now((reader) => reader.get(key)),
      close: () => holdings.close(),
    };
  } catch (cause) {
    if (cause instanceof KeyFileInvalid) throw new NodeFault('vault-keys', cause.message, { cause });
    throw cause;
  }
}

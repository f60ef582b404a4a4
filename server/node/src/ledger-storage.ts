/** The store as this house opens it: the same in founding, running, rebuilding and succession. */
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { openSqliteStorage, type SqliteStorage } from '@tabularium/store';

/** Throws `DirectoryInUse` and `StorageDamaged`. */
export function openLedgerStorage(dir: string): SqliteStorage {
  return openSqliteStorage(dir, { sha256: nodeCrypto.sha256, unordered: unorderedKeys() });
}

/** What keys begin with whose records are found by id alone. */
export function unorderedKeys(): readonly string[] {
  const unordered = new Set<string>();
  for (const { name, collections } of catalogue) {
    for (const [collection, definition] of Object.entries(collections)) {
      if (definition.unordered === true) unordered.add(`${name}/${collection}/`);
    }
  }
  return [...unordered];
}

/** The ledger on disk (SQLite) or in memory, readers for other threads, and backup. */
export { type BackupOptions, type BackupReport, backupLedger } from './backup.ts';
export { type DirectoryLock, lockDirectory } from './directory-lock.ts';
export { type BlockEvents, LedgerReader, openLedgerReader } from './ledger-reader.ts';
export { MemoryStorage } from './memory-storage.ts';
export { openSqliteStorage, SqliteStorage, type SqliteStorageOptions } from './sqlite-storage.ts';

/** The ledger on disk (SQLite) or in memory, readers for other threads, and backup. */
export { type BackupOptions, type BackupReport, backupLedger } from './backup.ts';
export { type DirectoryLock, lockDirectory } from './directory-lock.ts';
export type { TileSource } from './fetch-tiles.ts';
export { type BlockEvents, LedgerReader, openLedgerReader } from './ledger-reader.ts';
export { type ChunkVerdict, LedgerRestore, type LedgerRestoreOptions, type OfferVerdict } from './ledger-restore.ts';
export { LogEdge } from './log-edge.ts';
export { MemoryStorage } from './memory-storage.ts';
export { type KeptSnapshot, SNAPSHOT_PACE, SnapshotKeeper, type SnapshotKeeperOptions, type SnapshotPace } from './snapshot-keeper.ts';
export { openSqliteStorage, SqliteStorage, type SqliteStorageOptions } from './sqlite-storage.ts';

/** The door of the vault: what is known of people, beside the ledger (docs/adr/0017). */

export { type AccessAnchor, type AccessAudit, type AccessFault, checkAccessLog } from './access-audit.ts';
export { type AccessHead, AccessLog, AccessLogBusy, type NewAccess, type SeenAccess } from './access-log.ts';
export type { AccessTables } from './access-tables.ts';
export { AccessLogDamaged } from './access-tree.ts';
export { type AuditedHolding, AuditedHoldings } from './audited-holdings.ts';
export { type ColumnTypes, openVaultDatabase, tablesOf, type VaultDatabase, type VaultPlace } from './database.ts';
export { DOCUMENT_CODES, type DocumentCode, DocumentFault } from './documents/document-fault.ts';
export { documentPart } from './documents/document-rows.ts';
export { type DocumentStore, FolderStore } from './documents/document-store.ts';
export {
  type DocumentLimits,
  Documents,
  type DocumentsOptions,
  type KeptDocument,
  type NewDocument,
  type OpenDocument,
  openDocuments,
  type Upload,
} from './documents/documents.ts';
export { mayBeShown } from './documents/first-bytes.ts';
export { type S3Place, S3Store, s3PlaceOf } from './documents/s3-store.ts';
export { DocumentDamaged } from './documents/sealed-document.ts';
export { type VirusScan, virusScanOf } from './documents/virus-scan.ts';
export { Epochs, type WrappedKey } from './epochs.ts';
export { KeyFileInvalid, openFolderKeys } from './folder-keys.ts';
export {
  HOLDING_REFUSALS,
  type Holding,
  HoldingDamaged,
  HoldingRefused,
  Holdings,
  type NewHolding,
  type PendingHoldings,
  VaultBusy,
} from './holdings.ts';
export { type KeyEpoch, KeyMissing, type KeyVault } from './key-vault.ts';
export {
  type CheckedLook,
  checkPlainLook,
  LOOK_CODES,
  type LookCode,
  type Looker,
  type LookRights,
  type Purpose,
  verifyLook,
} from './looks.ts';
export { DATA_KEY_BYTES, placeBytes, seal, unseal } from './seal.ts';
export { HITS_MAX, type IndexedCase, Search, type SearchHit } from './search/search.ts';
export { type Criteria, SEARCH_CODES, type SearchCode, SearchRefused } from './search/search-terms.ts';
export { openVault, type Vault, VaultKeysMissing, type VaultOptions, type VaultPart } from './vault.ts';

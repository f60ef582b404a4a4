/** The door of the vault: what is known of people, beside the ledger (docs/adr/0017). */
export { type ColumnTypes, openVaultDatabase, type VaultDatabase, type VaultPlace } from './database.ts';
export { type CheckedLook, LOOK_CODES, type LookCode, type Looker, type LookRights, type Purpose, verifyLook } from './looks.ts';

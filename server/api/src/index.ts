/** The HTTP API's door. */
export type { Losses } from '@tabularium/pages';
export { type ApiOptions, buildApi, type HttpApp } from './build-api.ts';
export type { TrackerDoor, TrackerParts } from './data-tracker-routes.ts';
export type { DocumentAct, DocumentGuard, DocumentParts } from './document-routes.ts';
export { logSerializers } from './http-server.ts';
export type { InventedOfficer } from './invented-officers.ts';
export type { CheckRequest, CheckWarning, LedgerDoor } from './ledger-door.ts';
export type { NodeFigures } from './node-watch.ts';
export { type StaffDemand, staffOnly } from './staff-guard.ts';
export { VaultGuard, type VaultGuardParts } from './vault-guard.ts';
export type { VaultRouteParts } from './vault-routes.ts';

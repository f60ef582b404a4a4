/** The doors of this module: the module, and what a vault reads of state and signs. */
export type { AccessAnchorBody, ErasureAttestBody } from './actions.ts';
export { BASES } from './codes.ts';
export { privacy } from './module.ts';
export type { CaseStanding } from './offers.ts';
export { type AnchorRecord, type CaseRecord, caseKey, type ErasureRecord, type GrantRecord, type WithholdingRecord } from './state.ts';

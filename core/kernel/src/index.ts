/** The kernel: the module contract, the charter, and the machine that decides blocks. */
export { kernelRefusal } from './authority.ts';
export { charterView, civilDate, dayNumber, isDay } from './calendar.ts';
export type { Charter, CharterDraft, EnrolledKey } from './charter.ts';
export { CharterFault, CharterSchema, decodeCharter, EnrolledKeySchema, encodeCharter, makeCharter } from './charter.ts';
export { type Entitled, type Entitlement, entitlementsOf } from './entitlements.ts';
export { type Genesis, genesis } from './genesis.ts';
export { kernelModule } from './kernel-module.ts';
export { MAX_DEADLINES, Machine, type MachineOptions } from './machine.ts';
export type { BlockInput, BlockResult, RecordChange, StateReader, StoredEvent, Validator, Verdict } from './machine-types.ts';
export { type MissingVersion, missingVersions } from './missing-versions.ts';
export type {
  Accepted,
  Act,
  ActionDefinition,
  Cell,
  CharterView,
  CollectionDefinition,
  ColumnType,
  DeadlineHandler,
  Decide,
  Decision,
  Draft,
  EventDefinition,
  EventMeta,
  Evolve,
  Facts,
  Fold,
  FormPick,
  FormView,
  ListView,
  ModuleDefinition,
  ModuleEvent,
  ModuleView,
  Offer,
  Order,
  Port,
  ProjectionDefinition,
  Question,
  Refusal,
  RefusalCode,
  Rule,
  Signer,
  Stamp,
  StandingHandler,
  Stored,
  Table,
  Upsert,
  View,
} from './module.ts';
export { accept, isRefused, refuse, STAMPED, STANDING } from './module.ts';
export { cosignerName, countsInQuorum, policyText } from './policy-text.ts';
export { type ReachOptions, type Unreachable, unreachableActions } from './reach.ts';
export type {
  CharterRecord,
  DocumentRecord,
  FoundingRecord,
  KeyRecord,
  MandateRecord,
  OfficerRecord,
  ProposalRecord,
  RecoveryRecord,
} from './records.ts';
export {
  CHARTER_KEY,
  DEADLINES,
  DEADLINES_END,
  FOUNDING_KEY,
  keyKey,
  mandateKey,
  officerKey,
  splitKey,
  WITHDRAWN_TEXTS,
} from './records.ts';
export { type Bindings, VersionMissing } from './run.ts';
export { disclosedBody } from './submission.ts';
export { possibleFounders, type SuccessorDraft, successorDraft, successorGenesis } from './succession.ts';

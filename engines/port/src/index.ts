/** The doors between engines, stores and the machine: types, and the errors a store may throw. */
export type { Admission, Admit, Clock, Engine, MachinePort, NodeSigner, Outcome, Placed, SealedBlock } from './engine.ts';
export { ENGINE_LIMITS, type EngineLimits, SEAL_BYTES } from './limits.ts';
export type { AcceptedId, BlockCommit, Head, KeptRefusal, StateChange, StateLeaves, Storage, StoredBlock } from './storage.ts';
export { DirectoryInUse, StorageDamaged, StorageFull } from './storage.ts';
export { nodeTimers, type Timers } from './timers.ts';

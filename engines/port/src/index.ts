export type { Admission, Admit, Clock, Engine, NodeSigner, Outcome, Placed, SealedBlock } from './engine.ts';
export type { AcceptedId, BlockCommit, Head, KeptRefusal, StateChange, StateLeaf, Storage, StoredBlock } from './storage.ts';
export { StorageFull } from './storage.ts';

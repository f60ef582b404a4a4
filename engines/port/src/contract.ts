/** The door for those who test a store or an engine: contract tests, the small machine that they run, and an audit of the outcome. */
export { COUNTER_ORIGIN, type CounterBody, CounterMachine, counterGenesis, counterTransaction, totalKey } from './counter-machine.ts';
export { CounterClient, counterAdmit, counterKid, type EngineContract, type EngineSubject, engineContract } from './engine-contract.ts';
export { type AuditedLog, auditLog } from './log-audit.ts';
export { type StorageContract, type StorageSubject, seeded, storageContract } from './storage-contract.ts';
export { settled, VirtualTime } from './virtual-time.ts';

/** The door for those who test a store or an engine: contract tests, and the small machine that they run. */
export { type CounterBody, CounterMachine, counterTransaction, totalKey } from './counter-machine.ts';
export { type StorageContract, type StorageSubject, seeded, storageContract } from './storage-contract.ts';

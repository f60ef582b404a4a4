/** The embedded engine: one node that orders by itself. */
export { EmbeddedEngine, type EmbeddedEngineOptions, openEmbeddedEngine } from './embedded-engine.ts';
export { type Genesis, type GenesisOptions, initialise } from './genesis.ts';
export { DEFAULT_LIMITS, type Limits, type Timers } from './limits.ts';
export type { KeyOf } from './proofs.ts';
export type { ReceiptParts } from './receipt-text.ts';

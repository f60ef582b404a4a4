/** The embedded engine: one node that orders by itself. */
export { EmbeddedEngine, type EmbeddedEngineOptions, openEmbeddedEngine } from './embedded-engine.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';

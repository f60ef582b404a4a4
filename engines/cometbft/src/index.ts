/** The engine of many nodes: CometBFT orders, the same machine decides. */
export { type AbciServer, serveAbci } from './abci-server.ts';
export { CometEngine, type CometEngineOptions, type Orderer, openCometEngine } from './comet-engine.ts';
export { type CometLimits, DEFAULT_LIMITS } from './limits.ts';

/** The engine of many nodes: CometBFT orders, the same machine decides. */
export { type AbciServer, serveAbci } from './abci-server.ts';
export { CometEngine, type CometEngineOptions, type Orderer, openCometEngine } from './comet-engine.ts';
export {
  type CometHome,
  type ConsensusIdentity,
  forgetBlocks,
  genesisPath,
  makeIdentity,
  voteFrom,
  writeConfiguration,
} from './comet-home.ts';
export { CometRpc } from './comet-rpc.ts';
export { Consensus } from './consensus.ts';
export { type CometLimits, DEFAULT_LIMITS } from './limits.ts';
export { chainIdIn, chainIdOf, genesisOf, type TermBegin } from './term.ts';

/** The engine of many nodes: CometBFT orders, the same machine decides. */
export { type AbciServer, serveAbci } from './abci-server.ts';
export { formatAnchor, readAnchor } from './block-application.ts';
export { CometEngine, type CometEngineOptions, openCometEngine } from './comet-engine.ts';
export {
  type CometHome,
  type ConsensusIdentity,
  forgetBlocks,
  genesisPath,
  KEY_FILES,
  makeIdentity,
  readIdentity,
  type StateSync,
  voteFrom,
  writeConfiguration,
} from './comet-home.ts';
export { CometRpc } from './comet-rpc.ts';
export { Consensus } from './consensus.ts';
export type { Orderer } from './hand-over.ts';
export { type JoinBySnapshotOptions, joinBySnapshot } from './join-by-snapshot.ts';
export { type CometLimits, DEFAULT_LIMITS } from './limits.ts';
export { type OfferedSnapshot, type SnapshotSource, type SnapshotTarget, snapshotHandlers } from './snapshots.ts';
export { chainIdIn, chainIdOf, genesisOf, type TermBegin } from './term.ts';

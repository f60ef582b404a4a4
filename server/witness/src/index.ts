/** The door of the witness: run one, push checkpoints to one, watch a ledger with one. */
export { type PushCode, type PushResult, pushToWitness, type WitnessPush } from './push-to-witness.ts';
export {
  type OpenedWitness,
  type OpenWitnessOptions,
  openWitness,
  type RunningWitness,
  type StartWitnessOptions,
  startWitness,
  WitnessName,
} from './start-witness.ts';
export { type FetchTile, tileConsistency } from './tile-consistency.ts';
export { type Sighting, type WatchOptions, watchLedger, watchOnce } from './watch-ledger.ts';
export { Witness, type WitnessAnswer, type WitnessOptions, type WitnessStatus } from './witness.ts';
export { type Evidence, type Seen, WitnessRunning } from './witness-book.ts';
export {
  type Cosigned,
  type PushTrouble,
  startWitnessPusher,
  type WitnessAddress,
  type WitnessPusher,
  type WitnessPusherOptions,
} from './witness-pusher.ts';

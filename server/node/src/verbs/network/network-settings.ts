/** What a node of a ledger of many agencies listens on and whom it asks, where that is not what the charter's addresses say. */
import type { NetworkSettings } from '../../network/network.ts';
import { numberOf, textIn, textOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';

const BLOCKS_MAX = 10_000_000;

export function networkOf(call: VerbCall): NetworkSettings {
  const peerListen = textOf(call, 'peer-listen') ?? textIn(call.env, 'TABULARIUM_PEER_LISTEN');
  const exchangeListen = textOf(call, 'exchange-listen') ?? textIn(call.env, 'TABULARIUM_EXCHANGE_LISTEN');
  const peers = textIn(call.env, 'TABULARIUM_PEERS');
  const exchanges = textIn(call.env, 'TABULARIUM_EXCHANGES');
  const everyBlocks = numberOf(call, 'snapshot-blocks', 'TABULARIUM_SNAPSHOT_BLOCKS', 1, BLOCKS_MAX);
  return {
    ...(peerListen === undefined ? {} : { peerListen }),
    ...(exchangeListen === undefined ? {} : { exchangeListen }),
    ...(peers === undefined ? {} : { peers: peers.split(',') }),
    ...(exchanges === undefined ? {} : { exchanges: Object.fromEntries(exchanges.split(',').map((one) => one.split('='))) }),
    ...(everyBlocks === undefined ? {} : { snapshotPace: { everyBlocks } }),
  };
}

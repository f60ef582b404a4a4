/** This node's CometBFT: where it lies, listens and finds the others, and that its keys are those of the charter. */
import { type CometHome, readIdentity } from '@tabularium/engine-cometbft';
import type { CharterRecord } from '@tabularium/kernel';
import type { DataDirectory } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { socketPath } from '../socket-path.ts';
import { cometProgram } from './comet-program.ts';
import type { NetworkSettings } from './network.ts';
import { readVoteless } from './voteless.ts';

export interface OwnCometOptions {
  readonly place: DataDirectory;
  readonly settings: NetworkSettings;
  /** This node's id in the charter. */
  readonly node: string;
  readonly charter: CharterRecord;
}

const ANY = '0.0.0.0';

export function ownComet({ place, settings, node, charter }: OwnCometOptions): CometHome {
  const { [node]: own, ...others } = charter.nodes;
  const { peer } = own!.validator!;
  return {
    program: cometProgram(settings.program),
    dir: place.comet,
    abciPath: socketPath(place.dir, 'abci'),
    rpcPath: socketPath(place.dir, 'comet'),
    peerAddress: settings.peerListen ?? listenAddress(addressIn(peer)),
    peers: settings.peers ?? Object.values(others).map(({ validator }) => validator!.peer),
    knownPeersOnly: true,
    followsOnly: readVoteless(place) !== undefined,
  };
}

/** Throws `NodeFault` `node-keys`: CometBFT would make keys of its own where they are missing, and be nobody. */
export function requireCometKeys({ place, node, charter }: Omit<OwnCometOptions, 'settings'>): void {
  const { key, peer } = charter.nodes[node]!.validator!;
  const own = readIdentity(place.comet);
  if (own?.key.value === key && peer.startsWith(`${own.id}@`)) return;
  const what = own === undefined ? 'are missing' : `are not those that the charter names for node ${node}`;
  throw new NodeFault('node-keys', `CometBFT's keys in ${place.comet}/config ${what}`, {
    next: `put your copy of them there; or network new in another folder, and network adopt --node ${node}=FILE`,
  });
}

/** Where to listen for an address in the charter: on this machine alone if it is this machine's alone. */
export function listenAddress(address: string): string {
  const [host, port] = hostAndPort(address);
  return /^127\.|^::1$|^localhost$/.test(host) ? address : `${ANY}:${port}`;
}

export function hostAndPort(address: string): readonly [host: string, port: number] {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), Number(address.slice(at + 1))];
}

function addressIn(peer: string): string {
  return peer.slice(peer.indexOf('@') + 1);
}

/**
 * A ledger from a snapshot of the nodes that run it, put into the directory of one that joins (ADR 0011 "Joining").
 *
 * CometBFT's light client proves what the snapshot leads to, from a block on that a quorum of the nodes name; the records, leaves and hash
 * tiles are held against that, and more than a third of the nodes must have made the same one. Then the quorum that the restored records themselves name must stand by the log. `charter.json` is written
 * last: a directory without it is no ledger to any other command, and joining begins anew.
 */
import { existsSync } from 'node:fs';
import { nodeCrypto } from '@tabularium/crypto';
import { chainIdIn, formatAnchor, genesisPath, joinBySnapshot, type SnapshotTarget } from '@tabularium/engine-cometbft';
import { Chain } from '@tabularium/engine-port/chain';
import { forwardRpc, type RpcForwarder } from '@tabularium/exchange';
import { CHARTER_KEY, type CharterRecord } from '@tabularium/kernel';
import { leafHash, TILE_WIDTH } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import { LedgerRestore, openLedgerReader } from '@tabularium/store';
import { type DataDirectory, writeWhole } from '../data-directory.ts';
import { ledgerMachine } from '../ledger-machine.ts';
import { openLedgerStorage, unorderedKeys } from '../ledger-storage.ts';
import { NodeFault } from '../node-fault.ts';
import { loadIdentity } from '../node-identity.ts';
import { inWords } from '../open-ledger.ts';
import { socketPath } from '../socket-path.ts';
import { tlsOf } from './agency-keys.ts';
import type { NetworkSettings } from './network.ts';
import { OtherNodes } from './other-nodes.ts';
import { ownComet } from './own-comet.ts';
import { trustedBlock } from './trusted-block.ts';
import { requireVouched } from './vouched-log.ts';
import { isVouched } from './vouched-snapshot.ts';

export interface BySnapshotOptions {
  readonly place: DataDirectory;
  readonly origin: string;
  /** Leaf 0, which the origin names. */
  readonly leaf: string;
  /** The charter in force, as a node told, and this node's id in it. */
  readonly told: CharterRecord;
  readonly node: string;
  readonly settings: NetworkSettings;
  readonly report: (error: unknown) => void;
  /** Pieces of the snapshot. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** CometBFT lets nobody speak again who once sent a wrong piece: another run begins with all of them. */
const RUNS = 3;
/** Without a piece of one. Nodes make a snapshot when they are asked. */
const OFFER_MS = 120_000;
/** Whose headers the light client compares. */
const SERVERS = 4;
/** The block was named by a quorum just now, however long ago it was made: the ledger may have been idle since. */
const TRUST_HOURS = 10 * 365 * 24;

/**
 * Throws `NodeFault`: `nodes-unreachable` where too few of the others answer, say the same, or offer a snapshot; `directory-taken` where a
 * ledger lies in the directory that was whole once.
 */
export async function comeBySnapshot(options: BySnapshotOptions): Promise<void> {
  const { place, leaf, told, node, settings, report } = options;
  requireUnfinished(place);
  const others = new OtherNodes({ identity: tlsOf(place), charter: told, node, addresses: settings.exchanges ?? {}, report });
  try {
    const genesis = await others.agreed("CometBFT's genesis", (client) => client.genesis());
    const chainId = chainIdIn(genesis) ?? others.tooFew("CometBFT's chain", 0);
    writeWhole(genesisPath(place.comet), genesis);
    for (let runs = 1; ; runs++) {
      try {
        await restore(options, others, chainId);
        break;
      } catch (cause) {
        const error = inWords(cause);
        if (error instanceof NodeFault || runs === RUNS) throw error;
        report(error);
      }
    }
    await check(options);
  } finally {
    others.close();
  }
  writeWhole(place.charter, leaf);
}

async function restore(options: BySnapshotOptions, others: OtherNodes, chainId: string): Promise<void> {
  const { place, origin, told, node, settings, report, onProgress } = options;
  const { height, hash, nodes } = await trustedBlock(others);
  const forwarders: RpcForwarder[] = [];
  const patience = new Patience();
  try {
    for (const [n, client] of nodes.slice(0, SERVERS).entries())
      forwarders.push(await forwardRpc({ listen: { path: socketPath(place.dir, `node-${n}`) }, client }));
    // CometBFT compares what two say; where there is one alone, it is compared with itself.
    const servers = [...forwarders, ...forwarders].slice(0, Math.max(2, forwarders.length)).map(({ address }) => address);
    const home = { ...ownComet({ place, settings, node, charter: told }), stateSync: { servers, height, hash, trustHours: TRUST_HOURS } };
    const target = new LedgerRestore({
      dir: place.dir,
      crypto: nodeCrypto,
      origin,
      anchorOf: (cometHeight) => formatAnchor(chainId, BigInt(cometHeight)),
      sources: others.clients.map((client) => ({
        name: `node ${client.peer.id}`,
        tile: (level, index) => client.tile(level, index, TILE_WIDTH),
      })),
      unwanted: (record) => whyNot(place, record(CHARTER_KEY)),
      // Unfinished, see `requireUnfinished`.
      replace: true,
      unordered: unorderedKeys(),
      report,
    });
    await joinBySnapshot({ home, target: watched(target, others, patience, onProgress), report, signal: patience.signal });
  } finally {
    patience.hold();
    for (const forwarder of forwarders) await forwarder.close();
  }
}

/** Ends where nothing has come for long: CometBFT would ask on for ever. */
class Patience {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.wait();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  wait(): void {
    this.hold();
    const fault = new NodeFault('nodes-unreachable', 'none of the other nodes has a snapshot of a ledger that names this node');
    this.#timer = setTimeout(() => this.#controller.abort(fault), OFFER_MS);
  }

  hold(): void {
    clearTimeout(this.#timer);
  }
}

function watched(
  target: SnapshotTarget,
  others: OtherNodes,
  patience: Patience,
  onProgress: BySnapshotOptions['onProgress'],
): SnapshotTarget {
  let chunks = 0;
  return {
    offer: async (snapshot, appHash) => {
      if (!(await isVouched(snapshot, others))) return 'reject';
      chunks = snapshot.chunks;
      return target.offer(snapshot, appHash);
    },
    apply: async (index, chunk) => {
      patience.hold();
      const verdict = await target.apply(index, chunk);
      patience.wait();
      if (verdict === 'accept' || verdict === 'whole') onProgress?.(index + 1, chunks);
      return verdict;
    },
    install: () => target.install(),
    close: () => target.close(),
  };
}

/** The restored ledger is of the charter that the origin names, names this node, and a quorum by its own charter stands by it. */
async function check({ place, origin, leaf, node, settings, report }: BySnapshotOptions): Promise<void> {
  const storage = openLedgerStorage(place.dir);
  try {
    const [begin, first] = [leafHash(nodeCrypto.utf8.encode(leaf), nodeCrypto.sha256), storage.leafHashAt(0)];
    if (first === undefined || !equalBytes(first, begin))
      throw new NodeFault('audit-difference', `the log that the nodes have does not begin with the charter of ${origin}`);
    const charter = ledgerMachine().charter(storage);
    const others = new OtherNodes({ identity: tlsOf(place), charter, node, addresses: settings.exchanges ?? {}, report });
    try {
      const { log } = Chain.open({ storage, crypto: nodeCrypto, origin, unsigned: true });
      await requireVouched({ others, charter, size: log.size, root: log.root(), report });
    } finally {
      others.close();
    }
  } finally {
    storage.close();
  }
}

/** A ledger that is in the directory must be one that came by a snapshot and was not checked to its end: nothing was ever signed of it. */
function requireUnfinished({ dir, charter, ledger }: DataDirectory): void {
  const taken = (what: string): NodeFault => new NodeFault('directory-taken', `there is ${what} in ${dir}`, { next: 'network rejoin' });
  if (existsSync(charter)) throw taken('a ledger');
  if (!existsSync(ledger)) return;
  const reader = openLedgerReader(ledger);
  const { checkpoint } = reader.head();
  reader.close();
  if (checkpoint !== undefined) throw taken('a ledger whose charter.json is missing');
}

/** Why a ledger with this charter is not this node's to run. */
function whyNot({ keys }: DataDirectory, charter: string | undefined): string | undefined {
  try {
    loadIdentity(keys, JSON.parse(charter ?? '{"nodes":{}}') as CharterRecord);
    return undefined;
  } catch (error) {
    return `a snapshot is older than this node's keys: ${(error as Error).message}`;
  }
}

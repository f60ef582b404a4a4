/**
 * A ledger of many agencies, as one of its nodes runs it: the engine that CometBFT drives, CometBFT itself, and what the nodes tell each
 * other beside it over the exchange (ADR 0011).
 */
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import {
  type CometEngine,
  type CometEngineOptions,
  type CometHome,
  Consensus,
  openCometEngine,
  voteFrom,
  writeConfiguration,
} from '@tabularium/engine-cometbft';
import { type ExchangeClient, type RunningExchange, serveExchange, type TlsIdentity } from '@tabularium/exchange';
import { CHARTER_KEY, type CharterRecord, type Machine } from '@tabularium/kernel';
import { SnapshotKeeper, type SnapshotPace, type SqliteStorage } from '@tabularium/store';
import type { Texts } from '@tabularium/texts';
import { type DataDirectory, readIfThere, writeWhole } from '../data-directory.ts';
import { NodeFault } from '../node-fault.ts';
import { tlsOf } from './agency-keys.ts';
import { Agreement } from './agreement.ts';
import { Backfill } from './backfill.ts';
import { newestTime } from './comet-question.ts';
import { exchangeDoor } from './exchange-door.ts';
import { FollowTexts } from './follow-texts.ts';
import { LeftBehind } from './left-behind.ts';
import { hostAndPort, listenAddress, ownComet, requireCometKeys } from './own-comet.ts';
import { type PeerState, Peers } from './peers.ts';
import { openTerm, signRestored, type Term } from './term.ts';
import { readVoteless, VOTELESS, writeVoteless } from './voteless.ts';

/** What a machine needs that is not as the charter says; in earnest nothing. */
export interface NetworkSettings {
  /** Path of CometBFT's program. */
  readonly program?: string;
  /** `host:port` for other nodes' CometBFT; default: the port in the charter, on all interfaces unless it names this machine alone. */
  readonly peerListen?: string;
  /** The same for the exchange. */
  readonly exchangeListen?: string;
  /** Peers by another address than the charter's, `id@host:port`. */
  readonly peers?: readonly string[];
  /** Exchanges by another address than the charter's, by node: `https://host:port`. */
  readonly exchanges?: Readonly<Record<string, string>>;
  /** How often snapshots are made for nodes that join, where not at the house's pace. */
  readonly snapshotPace?: Partial<SnapshotPace>;
}

export interface NetworkOptions
  extends Omit<
    CometEngineOptions,
    'machine' | 'chainId' | 'isPeer' | 'snapshots' | 'agreedAt' | 'onSigned' | 'onDurable' | 'onOver' | 'report'
  > {
  readonly place: DataDirectory;
  readonly storage: SqliteStorage;
  readonly machine: Machine;
  /** Leaf 0. */
  readonly charter: string;
  /** This node's id in the charter. */
  readonly node: string;
  readonly charterNow: () => CharterRecord;
  readonly texts: Texts;
  readonly settings: NetworkSettings;
  readonly onDurable: (changedKeys: readonly string[]) => void;
  readonly onOver: () => void;
  /** This node takes nothing new from here on. */
  readonly onStop: (fault: NodeFault) => void;
  readonly report: (error: unknown) => void;
}

/** For whoever looks after the node. */
export interface NetworkStatus {
  /** This node's id in the charter. */
  readonly node: string;
  readonly chainId: string;
  /** Size of the newest checkpoint that the nodes agree on; 0 before there is one. */
  readonly agreed: number;
  readonly peers: readonly PeerState[];
  /** How often a node was found to contradict the ledger or itself. */
  readonly evidence: number;
}

export class Network {
  readonly engine: CometEngine;
  readonly agreement: Agreement;
  readonly texts: FollowTexts;
  /** Told when the blocks are here that were missing after a snapshot; where none are, with the start. */
  onWhole: () => void = () => undefined;
  readonly #options: NetworkOptions;
  readonly #term: Term;
  readonly #identity: TlsIdentity;
  readonly #peers: Peers;
  readonly #snapshots: SnapshotKeeper;
  /** Of the charter in force. */
  #nodes: CharterRecord['nodes'];
  #waking: NodeJS.Timeout | undefined;
  #leaving: NodeJS.Timeout | undefined;
  #exchange: RunningExchange | undefined;
  #consensus: Consensus | undefined;
  #backfill: Backfill | undefined;
  #leftBehind: LeftBehind | undefined;
  #voting: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;
  #isOutvoted = false;

  private constructor(options: NetworkOptions, term: Term) {
    this.#options = options;
    this.#term = term;
    this.#identity = tlsOf(options.place);
    const { origin, place, storage, node, charterNow, settings, report, limits } = options;
    this.#nodes = charterNow().nodes;
    this.#snapshots = new SnapshotKeeper({
      dir: place.dir,
      storage,
      chainId: term.chainId,
      sha256: nodeCrypto.sha256,
      pace: settings.snapshotPace ?? {},
      onChange: () => this.#wakeForSnapshot(),
      report,
    });
    this.agreement = new Agreement({
      origin,
      place,
      charterNow,
      engine: () => this.engine,
      report,
      onOutvoted: (size) => void this.#outvoted(size),
    });
    this.engine = openCometEngine({
      ...options,
      limits: { maxLagMs: charterNow().limits.maxLagMs, ...limits },
      chainId: term.chainId,
      isPeer: (id) => this.#isPeer(id),
      snapshots: this.#snapshots,
      agreedAt: (size) => this.agreement.at(size),
      onSigned: (note) => this.#signed(note),
    });
    this.#peers = new Peers({
      identity: this.#identity,
      node,
      charterNow,
      addresses: settings.exchanges ?? {},
      newest: () => this.engine.ownCheckpoint(),
      report,
    });
    this.texts = new FollowTexts(options);
    this.engine.onBlock((block) => this.texts.block(block));
    this.engine.onBlock(({ time, changedKeys }) => {
      if (changedKeys.includes(CHARTER_KEY)) this.#charterChanged();
      this.#voting = this.#voting.then(() => this.#voteAgain(time)).catch(report);
    });
  }

  /** Lays the term out and opens the engine; nothing listens yet. Throws `NodeFault` `outvoted`, `node-keys`, and what `openTerm` throws. */
  static async open(options: NetworkOptions): Promise<Network> {
    const { place, node, charterNow } = options;
    requireNotOutvoted(place);
    const term = await openTerm(options);
    requireCometKeys({ place, node, charter: charterNow() });
    signRestored(options);
    return new Network(options, term);
  }

  /** Listens for the other nodes, and starts CometBFT. */
  async start(): Promise<void> {
    const { texts, charter, charterNow, node, settings, report } = this.#options;
    const { engine, agreement } = this;
    // The agreed one first, with the others' cosignatures: what was agreed before a restart is agreed after it.
    for (const note of [engine.checkpoint(), engine.ownCheckpoint()]) agreement.signed(note);
    const { exchange } = charterNow().nodes[node]!.validator!;
    const [host, port] = hostAndPort(settings.exchangeListen ?? listenAddress(new URL(exchange).host));
    this.#exchange = await serveExchange({
      host,
      port,
      identity: this.#identity,
      isKnown: (pin) => this.#nodeOf(pin),
      door: exchangeDoor({
        engine,
        agreement,
        texts,
        snapshots: this.#snapshots,
        charter,
        charterNow,
        genesis: this.#term.genesis,
        rpc: () => this.#consensus?.rpc,
      }),
      onFault: report,
    });
    this.#followPeers();
    await this.#askWhatWeSigned();
    await this.#askHowLateItIs();
    if (this.voteless !== undefined) report(new Error(this.voteless));
    const home = this.#home();
    await writeConfiguration(home);
    this.#consensus = await Consensus.start({ home, engine, report, onFailure: (said) => void this.#failed(said) });
    // It was outvoted while CometBFT began.
    if (this.#isOutvoted) await this.#consensus.close();
    this.#wakeForSnapshot();
    const addresses = settings.exchanges ?? {};
    this.#backfill = new Backfill({ ...this.#options, addresses, onWhole: () => this.onWhole() });
    this.#leftBehind = new LeftBehind({
      height: () => engine.cometHeight,
      isBehind: () => agreement.largestHeard > engine.newest().size,
      others: () => ({ identity: this.#identity, charter: charterNow(), node, addresses, report }),
      onLeftBehind: this.#options.onStop,
    });
  }

  get status(): NetworkStatus {
    const { agreement } = this;
    const { node } = this.#options;
    return {
      node,
      chainId: this.#term.chainId,
      agreed: agreement.size,
      peers: this.#peers.states,
      evidence: agreement.evidence.length,
    };
  }

  /** Why this node casts no vote, in words, if so. */
  get voteless(): string | undefined {
    return readVoteless(this.#options.place) === undefined ? undefined : VOTELESS;
  }

  /** Process id of CometBFT. */
  get pid(): number | undefined {
    return this.#consensus?.pid;
  }

  /** The engine first, which waits for what is under way; then CometBFT, then what nodes say to each other. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#waking);
    clearInterval(this.#leaving);
    this.#leftBehind?.close();
    await this.#backfill?.close();
    await this.engine.close();
    await this.#voting;
    await this.#consensus?.close();
    await this.#snapshots.close();
    this.agreement.close();
    await this.#peers.close();
    await this.texts.close();
    await this.#exchange?.close();
  }

  #home(): CometHome {
    return ownComet({ ...this.#options, charter: this.#options.charterNow() });
  }

  /**
   * The other nodes remember what this one signed. If that is more than it has, it was laid back from an older copy, votes included: it
   * follows the others until what it may have voted on is long decided.
   */
  async #askWhatWeSigned(): Promise<void> {
    const { place, report } = this.#options;
    const { size } = this.engine.newest();
    const heard = await this.#hear((client) => client.heard());
    const most = Math.max(0, ...heard.map((note) => this.agreement.signedSizeIn(note)));
    if (most <= size || readVoteless(place) !== undefined) return;
    report(new Error(`this node signed ${most} leaves and has only ${size}: it was laid back from an older copy, and votes again later`));
    this.withholdVote();
  }

  /** From here on this node follows without a vote, until a block is decided that is surely newer than any vote of its own. */
  withholdVote(): void {
    writeVoteless(this.#options.place, this.#options.clock());
  }

  /**
   * A machine whose clock is behind would take blocks of the past for newer than its votes: the newest block that is here counts, too, and
   * the newest that two of the others tell of, so that none of them alone keeps this node from voting by telling of the future. What stays
   * possible: a clock that is behind, and nobody there to say so; then a block that is only as new as those votes may end this.
   */
  async #askHowLateItIs(): Promise<void> {
    const { place, storage } = this.#options;
    const since = readVoteless(place);
    if (since === undefined) return;
    const told = [...(await this.#hear(newestTime))].sort((a, b) => b - a);
    const latest = Math.max(storage.head().time, told[Math.min(1, this.#peers.clients.length - 1)] ?? 0);
    if (latest > since) writeVoteless(place, latest);
  }

  /** `time` of a block that was decided without us, ms UTC. */
  async #voteAgain(time: number): Promise<void> {
    const { place, report } = this.#options;
    const since = readVoteless(place);
    if (since === undefined || time <= since + SURELY_MS || this.#consensus === undefined || this.#closed !== undefined) return;
    const consensus = this.#consensus;
    await consensus.stop();
    await voteFrom(place.comet, this.engine.cometHeight);
    // Ended before this, it still has no vote; after it, none on what is past.
    rmSync(place.voteless);
    await writeConfiguration(this.#home());
    await consensus.restart();
    report(new Error('this node votes again'));
  }

  /** A snapshot that is wanted, or not proven yet, needs blocks, which an idle ledger makes when it is asked. Under load they come by themselves. */
  #wakeForSnapshot(): void {
    clearTimeout(this.#waking);
    if (this.#closed !== undefined) return;
    this.#waking = setTimeout(() => {
      if (this.engine.wakeForSnapshot()) this.#wakeForSnapshot();
    }, WAKE_MS).unref();
  }

  #isPeer(id: string): boolean {
    return Object.values(this.#options.charterNow().nodes).some(({ validator }) => validator?.peer.startsWith(`${id}@`) === true);
  }

  #nodeOf(pin: string): string | undefined {
    return Object.entries(this.#options.charterNow().nodes).find(([, { validator }]) => validator?.tls === pin)?.[0];
  }

  #signed(note: string): void {
    this.agreement.signed(note);
    this.#peers.notify();
  }

  #followPeers(): void {
    this.#peers.follow();
    this.texts.follow(this.#peers.clients);
  }

  /** Other nodes, other keys, other weights: CometBFT has heard of the weights already. */
  #charterChanged(): void {
    const { charterNow, node, onStop } = this.#options;
    const { nodes } = charterNow();
    const before = this.#nodes;
    if (nodes[node]?.log !== before[node]!.log) {
      const what = nodes[node] === undefined ? 'names it no more' : 'gives its place to other keys';
      onStop(new NodeFault('node-keys', `node ${node} has left the ledger: its charter ${what}`));
      this.#leave();
      return;
    }
    this.agreement.charterChanged();
    this.#followPeers();
    this.#nodes = nodes;
    // Whoever was added finds a ledger that names it.
    if (JSON.stringify(nodes) !== JSON.stringify(before)) this.#snapshots.make(this.engine.cometHeight);
  }

  /**
   * Nobody listens to this node any more. The block after the one that says so is decided with its vote still, and the others may hear that
   * vote from here alone: CometBFT ends once they decide without it, or have had time to hear of it.
   */
  #leave(): void {
    if (this.#leaving !== undefined || this.#closed !== undefined) return;
    this.#leftBehind?.close();
    void this.#backfill?.close();
    void this.#peers.close();
    this.texts.follow([]);
    const last = this.engine.cometHeight + 2;
    const end = performance.now() + LEAVE_MS;
    this.#leaving = setInterval(() => {
      if (this.engine.cometHeight < last && performance.now() < end) return;
      clearInterval(this.#leaving);
      void this.#consensus?.close();
    }, WAKE_MS).unref();
  }

  /**
   * CometBFT goes on no more on this node: what the others decided is not what came out here. Where they signed another root for our newest
   * block, which we did not sign, that is why; their notes may come a moment later.
   */
  async #failed(said: string): Promise<void> {
    const { size, body } = this.engine.newest();
    for (let waited = 0; waited < VERDICT_MS && this.#closed === undefined; waited += VERDICT_STEP_MS) {
      if (this.agreement.isOutvoted(size, body)) return this.#outvoted(size);
      await delay(VERDICT_STEP_MS);
    }
    this.#options.onStop(new NodeFault('halted', `CometBFT stopped: ${said.slice(0, 500)}`, { next: 'start' }));
  }

  /**
   * Takes nothing new, votes no more, signs no more, and keeps that in mind over a new start; only then are the others asked where they
   * differ, for they may take their time.
   */
  async #outvoted(size: number): Promise<void> {
    if (this.#isOutvoted) return;
    this.#isOutvoted = true;
    const { place, onStop } = this.#options;
    const { height } = this.engine.newest();
    void this.engine.close();
    const ended = this.#consensus?.close();
    const remember = (at: Outvoted): void => writeWhole(place.outvoted, `${JSON.stringify(at)}\n`);
    try {
      remember({ height, size });
      const key = await this.#differingKey(height);
      if (key !== undefined) remember({ height, size, key });
      onStop(outvotedFault({ height, size, key }));
    } catch (error) {
      // It cannot be written down: this run at least is over.
      this.#options.report(error);
      onStop(outvotedFault({ height, size }));
    }
    await ended;
  }

  /** The first record, in key order, that the block of this height left different here than at a node that contradicts us. */
  async #differingKey(height: number): Promise<string | undefined> {
    const ours = new Map((this.engine.changes(height) ?? []).map(({ key, leafHash }) => [key, leafHash === null ? null : hex(leafHash)]));
    const differing = (await this.#hear((client) => client.changes(height))).map((theirs) => {
      const other = new Map(theirs.map(({ key, leaf }) => [key, leaf]));
      return [...new Set([...ours.keys(), ...other.keys()])].sort().find((key) => ours.get(key) !== other.get(key));
    });
    return differing.find((key) => key !== undefined);
  }

  /** What the others answer, all asked at once and not waited for long. */
  async #hear<T>(ask: (client: ExchangeClient) => Promise<T | undefined>): Promise<readonly T[]> {
    const silence = delay(HEARD_MS, undefined, { ref: false });
    const answers = this.#peers.clients.map((client) => Promise.race([ask(client).catch(() => undefined), silence]));
    return (await Promise.all(answers)).filter((answer) => answer !== undefined);
  }
}

/** Between one request for a block and the next, where a snapshot waits for it. */
const WAKE_MS = 1_000;
/** How long the others have to tell what they remember, or what they have. */
const HEARD_MS = 3_000;
/** Clocks of nodes are no further apart. */
const SURELY_MS = 10_000;
/** So long a vote takes to come to whoever can be reached at all. */
const LEAVE_MS = 30_000;
const VERDICT_MS = 10_000;
const VERDICT_STEP_MS = 100;

/** Where a node was found to be wrong. */
interface Outvoted {
  readonly height: number;
  readonly size: number;
  /** State key of the record; undefined where no other node could be asked. */
  readonly key?: string | undefined;
}

function outvotedFault({ height, size, key }: Outvoted): NodeFault {
  const where = key === undefined ? '' : `, first on the record ${key}`;
  return new NodeFault(
    'outvoted',
    `the other agencies' nodes came to another state at height ${height} (${size} leaves)${where}: this node is wrong`,
    { next: 'audit, to see why; then network rejoin' },
  );
}

/** Throws `NodeFault` `outvoted` where this directory's newest block is not what the others came to. */
function requireNotOutvoted({ outvoted }: DataDirectory): void {
  const file = readIfThere(outvoted);
  if (file !== undefined) throw outvotedFault(JSON.parse(Buffer.from(file).toString('utf8')) as Outvoted);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

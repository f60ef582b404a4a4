/**
 * Opens the ledger in a data directory, whole: lock, charter, machine, witnesses' word, admission, engine, text store. What comes out
 * accepts transactions; the network is `start-node.ts`'s business.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto, nodeSigner } from '@tabularium/crypto';
import { type Limits, openEmbeddedEngine } from '@tabularium/engine-embedded';
import { type Clock, DirectoryInUse, type Engine, type NodeSigner, StorageDamaged } from '@tabularium/engine-port';
import { type Charter, CharterFault, type CharterRecord, decodeCharter, type Machine } from '@tabularium/kernel';
import { leafHash } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import type { SqliteStorage } from '@tabularium/store';
import { syncPath } from '@tabularium/store/durable';
import type { Texts } from '@tabularium/texts';
import { type Documents, documentPart, type Vault } from '@tabularium/vault';
import type { WitnessAddress } from '@tabularium/witness';
import { openAdmission } from './admission.ts';
import { type DataDirectory, dataDirectory, readIfThere } from './data-directory.ts';
import { genesisOf, writeGenesis } from './found-ledger.ts';
import { allKeys, changedKeys, jwkOf } from './key-table.ts';
import { ledgerMachine } from './ledger-machine.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { Network, type NetworkSettings } from './network/network.ts';
import { closeTerm } from './network/term.ts';
import { NodeFault } from './node-fault.ts';
import { loadIdentity, type NodeIdentity } from './node-identity.ts';
import { openSettledTexts, settleTexts, textTime } from './text-settlement.ts';
import { openVaultDocuments } from './vault-documents.ts';
import { erasedCases, openSettledVault, settleVault, type VaultSettings } from './vault-settlement.ts';
import { askWitnesses, type WitnessWord, witnessAddresses, wouldFork } from './witness-word.ts';

export interface OpenLedgerOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly admissionThreads: number;
  readonly limits: Partial<Limits>;
  /** Witnesses besides those that the charter names with an address; an address given here goes first. */
  readonly witnesses: readonly WitnessAddress[];
  /** Told of what went wrong beside the ledger. */
  readonly report: (error: unknown) => void;
  /** The node takes nothing new from here on. */
  readonly onStop: (fault: NodeFault) => void;
  /** Another engine goes on from here: the ledger has come to have several nodes, or one. */
  readonly onTermChange: () => void;
  readonly network: NetworkSettings;
  /** Where the vault is; without it, the vault stays closed, and nothing of people can be taken. */
  readonly vault?: VaultSettings;
  /** Default: the house's. */
  readonly machine?: Machine;
}

export interface OpenLedger {
  readonly place: DataDirectory;
  /** Leaf 0. */
  readonly charter: Charter;
  /** Leaf 0 as it stands. */
  readonly charterText: string;
  readonly storage: SqliteStorage;
  readonly machine: Machine;
  readonly engine: Engine;
  /** Where several nodes run the ledger. */
  readonly network: Network | undefined;
  readonly texts: Texts;
  readonly vault: Vault | undefined;
  /** Of the vault. */
  readonly documents: Documents | undefined;
  readonly identity: NodeIdentity;
  readonly signer: NodeSigner;
  /** What the witnesses said at opening. */
  readonly words: readonly WitnessWord[];
  /** The charter in force. */
  charterNow(): CharterRecord;
  close(): Promise<void>;
}

/** Patience with witnesses at opening: a ledger does not wait for long for somebody else's machine. */
const ASK = { attempts: 2, backoffMs: 200, timeoutMs: 3_000 };

/**
 * Throws `NodeFault`: `no-ledger`, `directory-in-use`, `damaged`, `node-keys`, `would-fork` where a witness has seen more than is here,
 * `witness-unreachable` where the directory was restored and not every witness has been heard, `vault-keys`.
 */
export async function openLedger(options: OpenLedgerOptions): Promise<OpenLedger> {
  const place = dataDirectory(options.dir);
  requireLedger(place);
  const open = new Opening();
  try {
    const storage = openStorage(place);
    open.add(() => storage.close());
    return await compose(options, place, storage, open);
  } catch (error) {
    await open.close();
    throw inWords(error);
  }
}

/** The ledger of a directory where no node runs, for as long as the work lasts. Throws what ends its accepting. */
export async function withLedger<T>(dir: string, work: (ledger: OpenLedger) => Promise<T>): Promise<T> {
  const ledger = await openLedger({
    dir,
    clock: Date.now,
    admissionThreads: 1,
    limits: {},
    witnesses: [],
    report: () => {},
    onStop: (fault) => {
      throw fault;
    },
    onTermChange: () => {},
    network: {},
  });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** Throws `NodeFault` `no-ledger` where there is none. */
export function requireLedger(place: DataDirectory): void {
  if (existsSync(place.charter)) return;
  if (existsSync(place.ledger)) throw new NodeFault('damaged', `${place.charter} is missing`, { next: 'restore' });
  throw noLedger(place);
}

/** Names the ledger that lies one folder deeper, as a demo's does. */
export function noLedger(place: DataDirectory): NodeFault {
  const below = existsSync(place.dir)
    ? readdirSync(place.dir, { withFileTypes: true }).find(
        (one) => one.isDirectory() && existsSync(dataDirectory(join(place.dir, one.name)).ledger),
      )
    : undefined;
  if (below !== undefined) {
    const there = join(place.dir, below.name);
    return new NodeFault(
      'no-ledger',
      `there is no ledger in ${place.dir} itself, but one in its folder ${below.name}: say --data ${there}`,
    );
  }
  return new NodeFault('no-ledger', `there is no ledger in ${place.dir}`, {
    // Where an agency has made its keys, the ledger is somebody's already.
    next: existsSync(place.nodeEntry) ? `network join --data ${place.dir} --from https://… --origin ORIGIN` : `init --data ${place.dir}`,
  });
}

async function compose(options: OpenLedgerOptions, place: DataDirectory, storage: SqliteStorage, open: Opening): Promise<OpenLedger> {
  const { clock, limits, report, onStop, onTermChange, machine = ledgerMachine() } = options;
  const charterNow = (): CharterRecord => machine.charter(storage);
  const { charter, charterText } = foundedCharter(place, storage, clock);
  const identity = loadIdentity(place.keys, charterNow());
  const signer = nodeSigner(identity.keys);
  const shared = machine.validators(storage).length > 0;
  if (shared && existsSync(place.restored)) throw restoredAlone(place);
  const words = await wordOfWitnesses(options, place, storage, charterNow(), shared);

  const admission = openAdmission({
    crypto: nodeCrypto,
    threads: options.admissionThreads,
    onDeath: (error) => onStop(new NodeFault('halted', error.message, { next: 'start', cause: error })),
  });
  open.add(() => admission.close());
  for (const page of allKeys(storage)) admission.learn(page);
  const texts = openSettledTexts(place.dir, storage, textTime(storage, clock, shared));
  open.add(() => texts.close());
  const { vault, documents, follow } = await openVaultBeside(options, place, storage, shared);
  open.add(async () => {
    await documents?.close();
    await vault?.close();
  });
  const common = {
    storage,
    machine,
    admit: admission.admit,
    clock,
    signer,
    crypto: nodeCrypto,
    origin: charter.origin,
    vkeys: identity.vkeys,
    keyOf: (kid: string) => jwkOf(kid, storage),
    limits,
    report: (error: unknown) => {
      report(error);
      const { halted } = engine.status();
      if (halted !== undefined) onStop(new NodeFault('halted', halted, { next: 'start', cause: error }));
    },
  };
  const learn = (changed: readonly string[]): void => admission.learn(changedKeys(changed, storage));
  let engine: Engine;
  let network: Network | undefined;
  if (shared) {
    network = await Network.open({
      ...common,
      place,
      charter: charterText,
      node: identity.id,
      charterNow,
      texts,
      settings: options.network,
      onDurable: learn,
      onOver: onTermChange,
      onStop,
    });
    engine = network.engine;
    open.add(() => network!.close());
  } else {
    closeTerm(place, storage, common);
    engine = openEmbeddedEngine({ ...common, onHandOver: onTermChange });
    open.add(() => engine.close());
    engine.onBlock(({ changedKeys: changed }) => learn(changed));
  }
  engine.onBlock(({ changedKeys: changed }) => settleTexts(changed, storage, texts));
  await follow(engine);
  for (const { word } of words) {
    if (word.kind === 'agrees') engine.addCosignatures(word.checkpoint, [word.lines]);
  }
  return {
    ...{ place, charter, charterText, storage, machine, engine, network },
    ...{ texts, vault, documents, identity, signer, words, charterNow },
    close: () => open.close(),
  };
}

interface VaultBeside {
  readonly vault: Vault | undefined;
  readonly documents: Documents | undefined;
  readonly follow: (engine: Engine) => Promise<void>;
}

/** The vault, where it is wanted. It follows the engine from then on, beginning with the blocks that came while that was opened. */
async function openVaultBeside(
  { clock, vault: settings, report }: OpenLedgerOptions,
  place: DataDirectory,
  storage: SqliteStorage,
  shared: boolean,
): Promise<VaultBeside> {
  if (settings === undefined) return { vault: undefined, documents: undefined, follow: async () => {} };
  const { origin } = decodeCharter(readIfThere(place.charter)!, nodeCrypto);
  const { height } = storage.head();
  let documents: Documents | undefined;
  const part = { ...documentPart, erased: async () => await documents?.sweep() };
  const vault = await openSettledVault({
    parts: [part],
    ...{ place, storage, origin, settings, nowMs: clock(), report },
    settledSeconds: textTime(storage, clock, shared),
  });
  documents = await openVaultDocuments({ place, vault, origin, settings: settings.documents ?? {}, clock, report });
  const follow = async (engine: Engine): Promise<void> => {
    engine.onBlock(({ changedKeys: changed }) => settleVault(changed, storage, vault, report));
    if (storage.head().height !== height) await vault.eraseAll(erasedCases(storage));
  };
  return { vault, documents, follow };
}

function openStorage(place: DataDirectory): SqliteStorage {
  return openLedgerStorage(place.dir);
}

/** What the other nodes have since, no backup knows; and none holds CometBFT's blocks, nor which votes this node cast. */
function restoredAlone({ dir }: DataDirectory): NodeFault {
  return new NodeFault(
    'damaged',
    `${dir} was laid down from a backup, and the other agencies' nodes have gone on since: it comes to them anew`,
    {
      next: `network rejoin --data ${dir} --from https://…`,
    },
  );
}

/** Leaf 0, which `charter.json` must repeat; block 1 is written here where founding was interrupted before it. */
function foundedCharter(place: DataDirectory, storage: SqliteStorage, clock: Clock): { charter: Charter; charterText: string } {
  const file = readIfThere(place.charter)!;
  if (storage.head().height === 0) {
    const founding = decodeCharter(file, nodeCrypto);
    writeGenesis({ storage, charter: founding, keysDir: place.keys, clock, founded: genesisOf(place, founding) });
  }
  // Of a ledger that came by a snapshot, the leaf itself may not be here yet.
  const hash = storage.leafHashAt(0);
  if (hash === undefined || !equalBytes(hash, leafHash(file, nodeCrypto.sha256))) {
    throw new NodeFault('damaged', `${place.charter} is not the charter that the ledger begins with`, { next: `audit ${place.dir}` });
  }
  return { charter: decodeCharter(file, nodeCrypto), charterText: nodeCrypto.utf8.decode(file) };
}

/** Hear the witnesses; throws where one of them rules out going on, or where one must be heard and is not. */
async function wordOfWitnesses(
  { witnesses, report }: OpenLedgerOptions,
  place: DataDirectory,
  storage: SqliteStorage,
  charter: CharterRecord,
  /** Other nodes may have shown a witness more already: where a quorum decides, being behind is no fork. */
  shared: boolean,
): Promise<readonly WitnessWord[]> {
  const addresses = witnessAddresses(charter, witnesses);
  const restored = existsSync(place.restored);
  const words = await askWitnesses({ storage, witnesses: addresses, ...ASK });
  for (const { url, word } of words) {
    if (word.kind === 'contradicts' && !(shared && word.code === 'witness-ahead')) throw wouldFork({ url, ...word }, storage.head().size);
    if (word.kind === 'silent' && !restored) report(new Error(`the witness at ${url} was not heard (${word.code}): ${word.detail}`));
  }
  if (!restored) return words;
  const silent = words.find(({ word }) => word.kind === 'silent');
  if (silent !== undefined || words.length === 0) {
    const whom = silent === undefined ? 'nobody outside has witnessed this ledger' : `the witness at ${silent.url} did not answer`;
    throw new NodeFault(
      'witness-unreachable',
      `this ledger was restored from a backup, and ${whom}: nobody can say whether entries after the backup were acknowledged`,
      { next: silent === undefined ? 'resume --after-loss' : 'start, once the witness answers, or resume --after-loss' },
    );
  }
  rmSync(place.restored);
  syncPath(place.dir);
  return words;
}

/** What keeps a ledger from being opened, as a `NodeFault`; other errors as they are. */
export function inWords(error: unknown): unknown {
  if (error instanceof DirectoryInUse) return new NodeFault('directory-in-use', error.message, { cause: error });
  if (error instanceof StorageDamaged) return new NodeFault('damaged', error.message, { next: 'audit, then restore', cause: error });
  if (error instanceof CharterFault) return new NodeFault('damaged', error.message, { next: 'audit, then restore', cause: error });
  return error;
}

/** What has been opened, closed in the opposite order, once. */
class Opening {
  readonly #closers: (() => void | Promise<void>)[] = [];

  add(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close();
  }
}

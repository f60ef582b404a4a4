/**
 * A node, whole and listening: the ledger, its projections, the HTTP API, the pushes to its witnesses and the admin socket. The command
 * line, the demo and the tests all start it here.
 */
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { basename, join, relative } from 'node:path';
import { buildApi, type HttpApp, type InventedOfficer, type LedgerDoor } from '@tabularium/api';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { KEY_FILES } from '@tabularium/engine-cometbft';
import type { Limits } from '@tabularium/engine-embedded';
import type { Clock, Engine } from '@tabularium/engine-port';
import { CHARTER_KEY, type Charter, type CharterRecord, type Machine } from '@tabularium/kernel';
import { PortalFiles } from '@tabularium/pages';
import { openProjections, type Projections } from '@tabularium/projections';
import { Staff, type StaffSettings } from '@tabularium/sessions';
import { type BackupReport, backupLedger, type SqliteStorage } from '@tabularium/store';
import { restWhenQuiet } from '@tabularium/store/rest';
import type { Texts } from '@tabularium/texts';
import type { Documents, Vault } from '@tabularium/vault';
import { openWebhooks, type Webhooks } from '@tabularium/webhooks';
import type { WitnessAddress } from '@tabularium/witness';
import { type AdminServer, openAdminSocket } from './admin-socket.ts';
import { versionWarnings } from './charter-warnings.ts';
import { dataDirectory } from './data-directory.ts';
import { FeedbackBox } from './feedback-box.ts';
import { LaterProjections } from './later-projections.ts';
import type { NetworkSettings, NetworkStatus } from './network/network.ts';
import { nodeDoor } from './node-door.ts';
import { NodeFault } from './node-fault.ts';
import { nodeFigures, noteBackup } from './node-figures.ts';
import { type OpenLedger, openLedger } from './open-ledger.ts';
import { predecessorFolders, predecessorLedgers } from './predecessor.ts';
import { addPredecessorRoutes } from './predecessor-routes.ts';
import { textTime } from './text-settlement.ts';
import type { VaultSettings } from './vault-settlement.ts';
import { pushToWitnesses, type WitnessPushes, type WitnessState } from './witness-pushes.ts';

/** How the node meets browsers. */
export interface WebSettings {
  /** Address by which people reach it; of https, browsers are told to come by nothing else. */
  readonly publicUrl?: URL;
  /** IP addresses or networks. */
  readonly trustedProxies?: readonly string[];
  /** Of one address; 0 for no limit. */
  readonly writesPerMinute?: number;
  /** With a `publicUrl`, staff sign in. */
  readonly staff?: StaffSettings;
}

export interface StartOptions {
  /** Data directory that holds a ledger. */
  readonly dir: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** PostgreSQL for the projections; SQLite in the data directory otherwise. */
  readonly databaseUrl?: string;
  /** Where what is known of people is; default in the data directory. */
  readonly vault?: VaultSettings;
  /** Witnesses besides those that the charter names with an address. */
  readonly witnesses?: readonly WitnessAddress[];
  /** Default: one less than the machine has cores. */
  readonly admissionThreads?: number;
  readonly limits?: Partial<Limits>;
  /** ms UTC; default the machine's. */
  readonly clock?: Clock;
  /** A pino logger for the API. */
  readonly logger?: Parameters<typeof buildApi>[0]['logger'];
  /** Default true. */
  readonly adminSocket?: boolean;
  /** Told of what went wrong beside the ledger: a witness that was not heard, a refusal that could not be kept. */
  readonly report?: (error: unknown) => void;
  /** The node takes nothing new from here on, for this reason; reads go on. Called once at most. */
  readonly onStop?: (fault: NodeFault) => void;
  /** The ledger has come to have several nodes, or one: closed and started anew, this node goes on with the other engine. */
  readonly onTermChange?: () => void;
  readonly network?: NetworkSettings;
  readonly web?: WebSettings;
  /** Where the portal lies as it was built; without it, or where nothing was built, pages are plain. */
  readonly portal?: string;
  /** What the office says of its open data and where it can be written to; default CC BY 4.0, and nowhere. */
  readonly about?: { readonly licence?: string; readonly contact?: string };
  /** In a demo, officers whose keys every page may have. */
  readonly invented?: readonly InventedOfficer[];
  /** Adds routes of whoever starts this node: a demo's. */
  readonly addRoutes?: (app: HttpApp) => void;
  /** `host:port` of webhook receivers that may be inside this network and without TLS. */
  readonly webhookAllow?: readonly string[];
  /** Default: the house's. */
  readonly machine?: Machine;
  /** Somebody asked over the admin socket that this node ends. */
  readonly onStopAsked?: () => void;
}

export interface NodeStatus {
  readonly origin: string;
  readonly url: string;
  readonly height: number;
  readonly size: number;
  readonly queued: number;
  /** Height of the lists, which follow the ledger. */
  readonly projections: number;
  readonly witnesses: readonly WitnessState[];
  /** What whoever keeps the node has to see to, in words: versions of modules that the charter names and this node lacks. */
  readonly warnings: readonly string[];
  /** Where several nodes run the ledger. */
  readonly network?: NetworkStatus;
  /** Heights of blocks that are still on their way to a node that came by a snapshot; lists follow them. */
  readonly missing?: { readonly from: number; readonly to: number };
  /** Why nothing new is taken, if so. */
  readonly halted?: string;
}

export interface RunningNode {
  /** `http://127.0.0.1:8080`, without a slash at its end. */
  readonly url: string;
  readonly origin: string;
  readonly charter: Charter;
  readonly engine: Engine;
  readonly storage: SqliteStorage;
  readonly door: LedgerDoor;
  readonly projections: Projections;
  readonly texts: Texts;
  readonly vault: Vault;
  readonly documents: Documents;
  readonly webhooks: Webhooks;
  /** The charter in force. */
  charterNow(): CharterRecord;
  status(): NodeStatus;
  backup(to: string, options?: BackupChoices): Promise<BackupReport>;
  close(): Promise<void>;
}

export interface BackupChoices {
  /** Copy the node's keys too. */
  readonly keys?: boolean;
  readonly onProgress?: NonNullable<Parameters<typeof backupLedger>[0]['onProgress']>;
}

const SWEEP_MS = 60_000;

/** Throws `NodeFault` for whatever keeps the node from running; nothing is left open then. */
export async function startNode(options: StartOptions): Promise<RunningNode> {
  const { dir, clock = Date.now, witnesses = [], report = () => {}, limits = {} } = options;
  const admissionThreads = options.admissionThreads ?? Math.max(1, availableParallelism() - 1);
  const stopping = new Stopping(options.onStop);
  const onStop = (fault: NodeFault): void => stopping.stop(fault);
  const onTermChange = (): void => void setImmediate(() => options.onTermChange?.());
  const ledger = await openLedger({
    dir,
    clock,
    admissionThreads,
    limits,
    witnesses,
    report,
    onStop,
    onTermChange,
    network: options.network ?? {},
    vault: options.vault ?? {},
    ...(options.machine === undefined ? {} : { machine: options.machine }),
  });
  const node = new Node(ledger, options, stopping, clock);
  try {
    await node.listen();
  } catch (error) {
    await node.close();
    throw error;
  }
  return node;
}

/** Why the node stopped accepting; the first reason counts. */
class Stopping {
  reason: string | undefined;
  /** Carried out once, when the node stops. */
  onStopped: (fault: NodeFault) => void = () => {};
  readonly #told: ((fault: NodeFault) => void) | undefined;

  constructor(told: ((fault: NodeFault) => void) | undefined) {
    this.#told = told;
  }

  stop(fault: NodeFault): void {
    if (this.reason !== undefined) return;
    this.reason = fault.next === undefined ? fault.message : `${fault.message}. Next: ${fault.next}`;
    this.onStopped(fault);
    this.#told?.(fault);
  }
}

class Node implements RunningNode {
  readonly origin: string;
  readonly charter: Charter;
  readonly engine: Engine;
  readonly storage: SqliteStorage;
  readonly door: LedgerDoor;
  readonly projections: Projections;
  readonly texts: Texts;
  readonly vault: Vault;
  readonly documents: Documents;
  readonly webhooks: Webhooks;
  url = '';
  readonly #ledger: OpenLedger;
  readonly #options: StartOptions;
  readonly #stopping: Stopping;
  readonly #sweep: NodeJS.Timeout;
  /** Called at each piece of work, starting up among them. */
  readonly #stir: () => void;
  #app: Awaited<ReturnType<typeof buildApi>> | undefined;
  #admin: AdminServer | undefined;
  #pushes: WitnessPushes | undefined;
  #closed: Promise<void> | undefined;

  constructor(ledger: OpenLedger, options: StartOptions, stopping: Stopping, clock: Clock) {
    const { charter, charterText, engine, storage, machine, identity, signer, texts, vault, documents } = ledger;
    this.#ledger = ledger;
    this.#options = options;
    this.#stopping = stopping;
    this.charter = charter;
    this.origin = charter.origin;
    this.engine = engine;
    this.storage = storage;
    this.texts = texts;
    this.vault = vault!;
    this.documents = documents!;
    // Deadlines, too, would write on: a stopped engine makes no block of any kind.
    stopping.onStopped = () => void engine.close();
    if (stopping.reason !== undefined) void engine.close();
    this.door = nodeDoor({
      origin: this.origin,
      charter: charterText,
      predecessor: charter.predecessor,
      engine,
      storage,
      machine,
      identity,
      signer,
      clock,
      stopped: stopping,
      network: ledger.network,
    });
    const { databaseUrl } = options;
    const database = databaseUrl === undefined ? { dir: ledger.place.dir } : { databaseUrl };
    // The index of words follows the list of texts.
    texts.list();
    const { dir } = ledger.place;
    const words = {
      texts: join(dir, 'texts.db'),
      index: join(dir, 'text-index.db'),
      nameCandidates: (name: string) => storage.nameCandidates(name),
    };
    const open = (): Projections =>
      openProjections({ ...database, ledgerPath: ledger.place.ledger, history: predecessorLedgers(ledger.place), texts: words });
    if (storage.missing() === undefined) this.projections = open();
    else {
      const later = new LaterProjections(open);
      this.projections = later;
      if (ledger.network !== undefined) ledger.network.onWhole = () => later.open();
    }
    this.webhooks = openWebhooks({
      ...{ dir, ledgerPath: ledger.place.ledger, origin: this.origin, height: storage.head().height },
      ...{ allow: options.webhookAllow ?? [], report: options.report ?? (() => {}) },
    });
    this.#stir = restWhenQuiet(() => storage.letGo());
    engine.onBlock(({ height, changedKeys }) => {
      this.#stir();
      this.projections.notify(height);
      this.webhooks.notify(height);
      if (changedKeys.includes(CHARTER_KEY)) this.#warn();
    });
    const shared = ledger.network !== undefined;
    this.#sweep = setInterval(() => {
      const settled = textTime(storage, clock, shared);
      texts.sweep(settled);
      void this.vault.tick(clock(), settled);
      this.documents.sweep().catch((error: unknown) => options.report?.(error));
    }, SWEEP_MS).unref();
  }

  async listen(): Promise<void> {
    const { host = '127.0.0.1', port = 0, logger, report = () => {}, witnesses = [], adminSocket = true } = this.#options;
    const { door, projections, texts, vault } = this;
    const { publicUrl, trustedProxies, writesPerMinute, staff } = this.#options.web ?? {};
    const feedback = new FeedbackBox(this.#ledger.place.dir, Date.now);
    const app = await buildApi({
      door,
      projections,
      texts,
      vault,
      catalogue,
      crypto: nodeCrypto,
      portal: this.#options.portal === undefined ? undefined : PortalFiles.open(this.#options.portal),
      invented: this.#options.invented,
      about: this.#options.about,
      feedback: (page, text) => feedback.put(page, text),
      addRoutes: this.#options.addRoutes,
      watch: nodeFigures({ place: this.#ledger.place, status: () => this.status(), webhooks: () => this.webhooks.states(), vault }),
      publicUrl,
      isSecure: publicUrl?.protocol === 'https:',
      trustedProxies,
      writesPerMinute,
      // Sessions are of people's time, not of the ledger's.
      staff: staff === undefined || publicUrl === undefined ? undefined : new Staff({ settings: staff, publicUrl, clock: Date.now }),
      report,
      ...(logger === undefined ? {} : { logger }),
    });
    this.#app = app;
    addPredecessorRoutes(app, this.#ledger);
    this.#warn();
    try {
      await app.listen({ host, port });
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && (cause.code === 'EADDRINUSE' || cause.code === 'EACCES')) {
        throw new NodeFault('address-in-use', `${host}:${port} cannot be listened on (${cause.code})`, {
          next: 'start --port <another>',
          cause,
        });
      }
      throw cause;
    }
    const { address, family, port: bound } = app.server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
    await this.#ledger.network?.start();
    this.#pushes = pushToWitnesses({ ledger: this.#ledger, witnesses, report, onStop: (fault) => this.#stopping.stop(fault) });
    if (adminSocket) {
      this.#admin = await openAdminSocket(this.#ledger.place.dir, {
        status: () => this.status(),
        backup: (to, choices) => this.backup(to, choices),
        rebuild: () => this.projections.rebuild(),
        webhooks: () => this.webhooks.changed(),
        stop: () => this.#options.onStopAsked?.(),
      });
    }
    this.#stir();
  }

  /** Said at the start and whenever the charter has changed, for it is long before the height at which it hurts. */
  #warn(): void {
    for (const words of this.#warnings()) this.#options.report?.(new Error(`warning: ${words}`));
  }

  #warnings(): readonly string[] {
    const { height } = this.storage.head();
    return versionWarnings(this.#ledger.charterNow(), { catalogue, height: height + 1 }).map(({ text }) => text);
  }

  charterNow(): CharterRecord {
    return this.#ledger.charterNow();
  }

  status(): NodeStatus {
    const { queued, height, size, halted } = this.door.status();
    const { origin, url } = this;
    const witnesses = this.#pushes?.states ?? [];
    const status = { origin, url, height, size, queued, projections: this.projections.height, witnesses, warnings: this.#warnings() };
    const { network } = this.#ledger;
    const missing = this.storage.missing();
    return {
      ...status,
      ...(network === undefined ? {} : { network: network.status }),
      ...(missing === undefined ? {} : { missing }),
      ...(halted === undefined ? {} : { halted }),
    };
  }

  backup(to: string, { keys = false, onProgress }: BackupChoices = {}): Promise<BackupReport> {
    return backupNode(this.#ledger.place.dir, to, { keys, ...(onProgress === undefined ? {} : { onProgress }) });
  }

  /** Takes nothing new, answers what waits, and lets go of the directory. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#sweep);
    // Who waits for other nodes is answered before the API waits for its answers.
    if (this.#ledger.network !== undefined) await this.engine.close();
    await this.#admin?.close();
    await this.#pushes?.close();
    await this.webhooks.close();
    await this.#app?.close();
    await this.projections.close();
    await this.#ledger.close();
  }
}

/**
 * A backup of a data directory, running or not: the ledger, the texts, what the vault holds, who the node is, and what is left of its predecessors.
 * Never the vault's keys: they are destroyed so that backups forget.
 */
export async function backupNode(dir: string, to: string, choices: BackupChoices): Promise<BackupReport> {
  const place = dataDirectory(dir);
  const before = predecessorFolders(place);
  const inComet = choices.keys === true ? KEY_FILES.map((name) => relative(place.dir, join(place.comet, name))) : [];
  const report = await backupLedger({
    from: dir,
    to,
    databases: ['texts.db', 'vault.db', ...before.map((folder) => join(folder, 'ledger.db'))],
    files: ['charter.json', basename(place.nodeEntry), ...inComet, ...before.map((folder) => join(folder, 'charter.json'))],
    ...choices,
  });
  noteBackup(place, report.height, Date.now());
  return report;
}

/**
 * A place where nothing counts, for those who learn: the ledger of a charter with invented people, open to everybody as any of them, and laid
 * back every night to what it was when it was founded (issue 5 §6).
 */
import { existsSync } from 'node:fs';
import type { InventedOfficer } from '@tabularium/api';
import { nodeCrypto } from '@tabularium/crypto';
import type { Clock } from '@tabularium/engine-port';
import { type Charter, decodeCharter } from '@tabularium/kernel';
import { isTrainingOrigin } from '@tabularium/log';
import { dataDirectory, readIfThere } from '../data-directory.ts';
import { DemoOfficers } from '../demo-officers.ts';
import { lockFor } from '../lock-for.ts';
import { NodeFault } from '../node-fault.ts';
import { type RunningNode, type StartOptions, startNode } from '../start-node.ts';
import { foundSandbox, type SandboxSource } from './found-sandbox.ts';
import { nextNight } from './night.ts';
import { claimPlace, lastLaidBack, layBack, markLaidBack, type SandboxPlace } from './sandbox-place.ts';

export interface SandboxOptions {
  readonly dir: string;
  /** What it is founded from, the first time. */
  readonly source: SandboxSource;
  /** Hour of the office's clocks at which it is laid back. */
  readonly hour: number;
  /** Lay it back before it opens. */
  readonly reset?: boolean;
  readonly node?: Omit<StartOptions, 'dir' | 'invented' | 'clock'>;
  /** ms UTC: tells when it is night; default the machine's. */
  readonly clock?: Clock;
  /** Told each time it has been laid back, with the next time (ms UTC) at which it will be. */
  readonly onLaidBack?: (next: number) => void;
}

export interface RunningSandbox {
  /** Another one after each night. */
  readonly node: RunningNode;
  /** ms UTC. */
  readonly next: number;
  /** Lays it back where the night has come. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Throws `NodeFault`: `directory-taken` where the folder holds anything else, and whatever keeps a node from running. */
export async function runSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { clock = Date.now, source, reset = false } = options;
  const place = claimPlace(options.dir, clock());
  const lock = lockFor(place.dir);
  try {
    await foundSandbox(place, source, clock());
    const sandbox = new Sandbox(place, charterOf(place), options, clock);
    await sandbox.open(reset);
    return {
      get node() {
        return sandbox.node;
      },
      get next() {
        return sandbox.next;
      },
      look: () => sandbox.look(),
      close: () => sandbox.close().finally(() => lock.release()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Of the beginning. A ledger in earnest is never laid back, whoever put it there. */
function charterOf({ beginning }: SandboxPlace): Charter {
  const bytes = readIfThere(dataDirectory(beginning).charter);
  if (bytes === undefined) throw new NodeFault('damaged', `${beginning} holds no charter`, { next: 'sandbox --data <a new folder>' });
  const charter = decodeCharter(bytes, nodeCrypto);
  if (!isTrainingOrigin(charter.origin)) {
    throw new NodeFault('directory-taken', `${beginning} holds ${charter.origin}, which is no ledger for training`, {
      next: 'sandbox --data <a new folder>',
    });
  }
  return charter;
}

class Sandbox {
  readonly #place: SandboxPlace;
  readonly #charter: Charter;
  readonly #options: SandboxOptions;
  readonly #clock: Clock;
  #node: RunningNode | undefined;
  #looking: Promise<void> | undefined;

  constructor(place: SandboxPlace, charter: Charter, options: SandboxOptions, clock: Clock) {
    this.#place = place;
    this.#charter = charter;
    this.#options = options;
    this.#clock = clock;
  }

  get node(): RunningNode {
    if (this.#node === undefined) throw new Error('the sandbox is being laid back');
    return this.#node;
  }

  get next(): number {
    return nextNight(lastLaidBack(this.#place), this.#options.hour, this.#charter.calendar.offsets);
  }

  /** A night that passed while nothing ran is made up for. */
  async open(reset: boolean): Promise<void> {
    if (!existsSync(this.#place.today)) {
      layBack(this.#place);
      markLaidBack(this.#place, this.#clock());
    } else if (reset || this.#clock() >= this.next) this.#layBack();
    await this.#start(this.#options.node?.port);
  }

  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<void> {
    if (this.#clock() < this.next) return;
    const { node } = this;
    const port = Number(new URL(node.url).port);
    this.#node = undefined;
    await node.close();
    this.#layBack();
    await this.#start(port);
  }

  #layBack(): void {
    layBack(this.#place);
    markLaidBack(this.#place, this.#clock());
    this.#options.onLaidBack?.(this.next);
  }

  async #start(port = 0): Promise<void> {
    const { today } = this.#place;
    const invented = inventedOf(this.#charter, DemoOfficers.load(dataDirectory(today).officers));
    this.#node = await startNode({ ...this.#options.node, dir: today, port, invented });
  }

  async close(): Promise<void> {
    await this.#looking?.catch(() => undefined);
    await this.#node?.close();
  }
}

function inventedOf(charter: Charter, officers: DemoOfficers): readonly InventedOfficer[] {
  return Object.entries(charter.officers).map(([officer, { roles }]) => ({
    officer,
    roles: roles.map(({ role, office }) => `${role}@${office}`),
    jwk: officers.privateJwk(officer),
  }));
}

/**
 * CometBFT beside its application for as long as a node runs: the socket between them, the child process, and another one where it ended
 * by itself.
 */
import { rm } from 'node:fs/promises';
import { type AbciServer, serveAbci } from './abci-server.ts';
import { listenAbciInThread } from './abci-thread.ts';
import type { CometEngine } from './comet-engine.ts';
import type { CometHome } from './comet-home.ts';
import { CometProcess } from './comet-process.ts';
import type { CometRpc } from './comet-rpc.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** What CometBFT writes when what it decided cannot be: above all, another `app_hash` than ours. */
const FAILED = 'CONSENSUS FAILURE';

export interface ConsensusOptions {
  readonly home: CometHome;
  readonly engine: CometEngine;
  readonly report: (error: unknown) => void;
  /** CometBFT goes on no more on this node: what the others decided is not what came out here. */
  readonly onFailure: (said: string) => void;
}

export class Consensus {
  readonly #options: ConsensusOptions;
  readonly #server: AbciServer;
  #comet: CometProcess;
  #closing = false;
  #beginning: Promise<void> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;

  private constructor(options: ConsensusOptions, server: AbciServer, comet: CometProcess) {
    this.#options = options;
    this.#server = server;
    this.#comet = comet;
    this.#watch();
  }

  /** Starts CometBFT on its folder, which is laid out already, and hands it to the engine. */
  static async start(options: ConsensusOptions): Promise<Consensus> {
    const { home, engine, report } = options;
    // One that was killed leaves its socket behind.
    await rm(home.abciPath, { force: true });
    const server = await serveAbci({ path: home.abciPath, handlers: engine.handlers, report, listen: listenAbciInThread });
    try {
      const comet = await CometProcess.start(home);
      engine.start(comet.rpc);
      return new Consensus(options, server, comet);
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  get rpc(): CometRpc {
    return this.#comet.rpc;
  }

  get pid(): number | undefined {
    return this.#comet.pid;
  }

  /** CometBFT ends, until `restart`. */
  async stop(): Promise<void> {
    await this.#comet.stop();
  }

  /** CometBFT begins anew, as its configuration now is. */
  async restart(): Promise<void> {
    clearTimeout(this.#again);
    await this.#comet.stop();
    await this.#begin();
  }

  /** Stops CometBFT, then its socket; the engine is closed before. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#again);
    // One that begins just now would outlive us, and hold its folder.
    await this.#beginning.catch(() => undefined);
    await this.#comet.stop();
    await this.#server.close();
  }

  #begin(): Promise<void> {
    this.#beginning = this.#start();
    return this.#beginning;
  }

  async #start(): Promise<void> {
    const { home, engine } = this.#options;
    if (this.#closing) return;
    this.#comet = await CometProcess.start(home);
    if (this.#closing) return;
    engine.start(this.#comet.rpc);
    this.#watch();
  }

  #watch(waitMs = FIRST_WAIT_MS): void {
    const comet = this.#comet;
    comet.onReport = (message, line) => {
      if (!this.#closing && message.startsWith(FAILED)) this.#options.onFailure(line);
    };
    void comet.ended().then(() => {
      if (this.#closing || comet !== this.#comet || comet.isStopping) return;
      this.#options.report(new Error(`CometBFT ended by itself and is started again: ${comet.said.slice(-500)}`));
      this.#again = setTimeout(() => void this.#revive(waitMs), waitMs);
    });
  }

  async #revive(waitMs: number): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      this.#options.report(error);
      const longer = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      if (!this.#closing) this.#again = setTimeout(() => void this.#revive(longer), longer);
    }
  }
}

/**
 * A node comes to the ledger by a snapshot of others: CometBFT's state sync with an application that has no ledger yet (ADR 0011 "Joining").
 *
 * This is a run of CometBFT of its own. It ends when CometBFT has the state of the snapshot's height and asks for the next block; then
 * the ledger is put in its place, and the node starts as any other does. So a directory has either a ledger that CometBFT knows of, or
 * none, and whatever was interrupted begins anew.
 */
import { rm } from 'node:fs/promises';
import type { RequestApplySnapshotChunk, RequestOfferSnapshot, ResponseApplySnapshotChunk } from 'cosmjs-types/tendermint/abci/types';
import { type AbciHandlers, serveAbci } from './abci-server.ts';
import { type CometHome, forgetBlocks, writeConfiguration } from './comet-home.ts';
import { CometProcess } from './comet-process.ts';
import type { SnapshotTarget } from './snapshots.ts';

export interface JoinBySnapshotOptions {
  /** With keys, the genesis of the chain, and `stateSync`. Blocks that lie there are forgotten. */
  readonly home: CometHome;
  readonly target: SnapshotTarget;
  readonly report: (error: unknown) => void;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

const OFFER = { accept: 1, reject: 3, 'reject-format': 4 } as const;
const CHUNK = { accept: 1, whole: 1, refetch: 3, restart: 4, reject: 5 } as const;
/** What CometBFT writes when it gives up and only waits. */
const FAILED = /^(?:State sync failed|Failed to (?:bootstrap node|store last seen commit|switch to block sync))/;

/** Resolves when the ledger lies in its directory. Throws where CometBFT gives up or ends, and what `signal` was aborted with; then there is none. */
export async function joinBySnapshot({ home, target, report, signal }: JoinBySnapshotOptions): Promise<void> {
  const joining = new Joining(target);
  try {
    signal?.throwIfAborted();
    await forgetBlocks(home.dir);
    // Until the ledger is in its place, this node votes on nothing.
    await writeConfiguration({ ...home, followsOnly: true });
    await rm(home.abciPath, { force: true });
    const server = await serveAbci({ path: home.abciPath, handlers: joining.handlers, report });
    let comet: CometProcess | undefined;
    try {
      comet = await CometProcess.start(home);
      await taken(joining, comet, signal);
    } finally {
      // In this order: it waits for an answer that does not come.
      await server.close();
      await comet?.stop();
    }
    target.install();
  } finally {
    target.close();
  }
}

function taken(joining: Joining, comet: CometProcess, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`no snapshot brought this node to the ledger: ${comet.said.slice(-1_000)}`));
    const abort = (): void => reject(signal!.reason as Error);
    joining.onTaken = resolve;
    comet.onReport = (message) => {
      if (FAILED.test(message)) fail();
    };
    void comet.ended().then(fail);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
  });
}

/** The application without a ledger. */
class Joining {
  readonly #target: SnapshotTarget;
  #offered: { readonly height: bigint; readonly appHash: Uint8Array } | undefined;
  #isWhole = false;
  /** CometBFT has taken note of the ledger's state. */
  onTaken: (() => void) | undefined;

  constructor(target: SnapshotTarget) {
    this.#target = target;
  }

  get handlers(): AbciHandlers {
    return {
      info: () => ({
        data: 'tabularium',
        version: '',
        appVersion: 1n,
        lastBlockHeight: this.#isWhole ? this.#offered!.height : 0n,
        lastBlockAppHash: this.#isWhole ? this.#offered!.appHash : new Uint8Array(0),
      }),
      offerSnapshot: async (request) => ({ result: await this.#offer(request) }),
      applySnapshotChunk: (request) => this.#apply(request),
      initChain: () => {
        throw new Error('this node comes to its ledger by a snapshot, not from the first block');
      },
      // Decided is it by the engine, from the ledger in its place: CometBFT hands it over again then.
      finalizeBlock: () => {
        this.onTaken?.();
        return new Promise(() => undefined);
      },
    };
  }

  async #offer({ snapshot, appHash }: RequestOfferSnapshot): Promise<number> {
    this.#isWhole = false;
    if (snapshot === undefined) return OFFER.reject;
    this.#offered = { height: snapshot.height, appHash };
    return OFFER[await this.#target.offer({ ...snapshot, height: Number(snapshot.height) }, appHash)];
  }

  async #apply({ index, chunk, sender }: RequestApplySnapshotChunk): Promise<ResponseApplySnapshotChunk> {
    const verdict = await this.#target.apply(index, chunk);
    this.#isWhole = verdict === 'whole';
    const wrong = verdict === 'refetch';
    return { result: CHUNK[verdict], refetchChunks: wrong ? [index] : [], rejectSenders: wrong ? [sender] : [] };
  }
}

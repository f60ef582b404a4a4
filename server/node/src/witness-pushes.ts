/**
 * Keeps the ledger witnessed while it runs: the newest checkpoint goes out after blocks, at most every two seconds, and what comes back
 * is kept. The charter says who the witnesses are, so an amendment starts the pushes anew. A witness that contradicts this log ends the
 * node's accepting: from there on every further entry would belong to a second history.
 */
import { nodeCrypto } from '@tabularium/crypto';
import { CHARTER_KEY } from '@tabularium/kernel';
import { type PushTrouble, startWitnessPusher, type WitnessAddress, type WitnessPusher } from '@tabularium/witness';
import type { NodeFault } from './node-fault.ts';
import type { OpenLedger } from './open-ledger.ts';
import { contradicts, witnessAddresses, wouldFork } from './witness-word.ts';

const PUSH_EVERY_MS = 2_000;

export interface PushOptions {
  readonly ledger: OpenLedger;
  /** Witnesses besides the charter's. */
  readonly witnesses: readonly WitnessAddress[];
  readonly report: (error: unknown) => void;
  readonly onStop: (fault: NodeFault) => void;
}

/** What is known of each witness, for whoever watches the node. */
export interface WitnessState {
  readonly url: string;
  /** Newest size it cosigned, and when (seconds since the epoch). */
  size: number;
  time: number;
  /** Why the last push brought nothing, if so. */
  trouble: string | undefined;
}

export interface WitnessPushes {
  readonly states: readonly WitnessState[];
  close(): Promise<void>;
}

export function pushToWitnesses(options: PushOptions): WitnessPushes {
  const { ledger } = options;
  const states = new Map<string, WitnessState>();
  let pusher = start(options, states);
  let ended: Promise<void> = Promise.resolve();
  const stop = ledger.engine.onBlock(({ changedKeys }) => {
    if (changedKeys.includes(CHARTER_KEY)) {
      const old = pusher;
      ended = Promise.all([ended, old.close()]).then(() => {});
      states.clear();
      pusher = start(options, states);
    }
    pusher.notify();
  });
  return {
    get states() {
      return [...states.values()];
    },
    async close() {
      stop();
      await Promise.all([ended, pusher.close()]);
    },
  };
}

function start({ ledger, witnesses, report, onStop }: PushOptions, states: Map<string, WitnessState>): WitnessPusher {
  const { engine, storage } = ledger;
  const addresses = witnessAddresses(ledger.charterNow(), witnesses);
  for (const { url } of addresses) states.set(url, { url, size: 0, time: 0, trouble: undefined });
  return startWitnessPusher({
    witnesses: addresses,
    newest: () => engine.checkpoint(),
    consistency: (from, to) => engine.consistency(from, to),
    crypto: nodeCrypto,
    everyMs: PUSH_EVERY_MS,
    onCosigned: ({ url, checkpoint, lines, size, time }) => {
      states.set(url, { url, size, time, trouble: undefined });
      try {
        engine.addCosignatures(checkpoint, [lines]);
      } catch (error) {
        report(error);
      }
    },
    onTrouble: (trouble) => {
      const state = states.get(trouble.url);
      if (state !== undefined && state.trouble !== trouble.code) report(new Error(inWords(trouble)));
      if (state !== undefined) state.trouble = trouble.code;
      // Another node may have shown it more already: where a quorum decides, being behind is no fork.
      const isBehind = trouble.code === 'witness-ahead' && ledger.network !== undefined;
      if (contradicts(trouble.code) && !isBehind) onStop(wouldFork(trouble, storage.head().size));
    },
  });
}

function inWords({ url, code, detail }: PushTrouble): string {
  return `the witness at ${url} did not cosign (${code}): ${detail}`;
}

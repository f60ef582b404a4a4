/**
 * What a charter founds: the events of block 1, whose leaves are the charter and its seal, and the state they fold to (DESIGN §4 "Log";
 * docs/spec/charter.md). The founders are appointed by the same events as everyone after them, so that every list begins with them.
 */
import { type Crypto, encodeBase64url, type JsonObject, thumbprint, toHex } from '@tabularium/protocol';
import { type Charter, encodeCharter } from './charter.ts';
import { droppedFrom } from './charter-drops.ts';
import { kernelModule } from './kernel-module.ts';
import type { StateReader, StoredEvent } from './machine-types.ts';
import type { ModuleEvent } from './module.ts';
import { ModuleDraft } from './module-view.ts';
import { Overlay, RecordCache } from './overlay.ts';
import { CHARTER_KEY, type CharterRecord } from './records.ts';

/** Block 1, which no machine decides. */
export interface Genesis {
  /** Every record that stands after it, canonical JSON by key, in key order. */
  readonly writes: ReadonlyMap<string, string>;
  /** What projections fold; their entry is −1, for a charter is no transaction. */
  readonly events: readonly StoredEvent[];
}

/** What stands as the rule on every record that a charter founds, and as the action on every event. */
const FOUNDING = 'kernel.founding';

/** `time` is block 1's, ms UTC. */
export function genesis(charter: Charter, time: number, crypto: Crypto): Genesis {
  const nothing: StateReader = { get: () => undefined, scan: () => [] };
  const { writes, events } = foldCharter(charter, [charterFounded(charter, undefined, crypto), ...appointments(charter, crypto)], {
    time,
    crypto,
    before: nothing,
  });
  return { writes: new Map([...writes].map(([key, value]) => [key, value!])), events };
}

/** The charter takes its place; `before` is the one whose ledger it continues, as that stood last. */
export function charterFounded(charter: Charter, before: CharterRecord | undefined, crypto: Crypto): ModuleEvent {
  const { officers: _, type: __, v: ___, ...sections } = charter;
  const digest = toHex(crypto.sha256(encodeCharter(charter, crypto)));
  const data = { charter: digest, sections, dropped: droppedFrom(before, charter) };
  return { type: 'charter.founded', data: data as unknown as JsonObject };
}

function appointments({ officers }: Charter, crypto: Crypto): ModuleEvent[] {
  // In the order of their codes, whatever a language does with members that look like numbers.
  const listed = Object.entries(officers).sort(([a], [b]) => (a < b ? -1 : 1));
  return listed.map(([officer, { agency, keys, roles }]) => {
    const kids = keys.map(({ jwk }) => thumbprint(jwk, crypto));
    return { type: 'officer.appointed', data: { officer, kind: 'officer', agency, keys, kids, roles } as unknown as JsonObject };
  });
}

export interface FoldOptions {
  /** Block time, ms UTC. */
  readonly time: number;
  readonly crypto: Crypto;
  /** What stands already. */
  readonly before: StateReader;
}

/** Folds what a charter causes onto state, under its own name: what changed, and the events as they are stored. */
export function foldCharter(
  charter: Charter,
  caused: readonly ModuleEvent[],
  { time, crypto, before }: FoldOptions,
): { readonly writes: ReadonlyMap<string, string | null>; readonly events: readonly StoredEvent[] } {
  const overlay = new Overlay(before, new RecordCache(1));
  const tx = encodeBase64url(crypto.sha256(encodeCharter(charter, crypto)));
  const events = caused.map(({ type, data }) => {
    const draft = new ModuleDraft(overlay, kernelModule, noPort, { tx, rule: FOUNDING, time });
    kernelModule.evolve[type]!(data, draft, { name: tx, time });
    return { type: `kernel.${type}`, data, tx, entry: -1, action: FOUNDING, signers: [], keys: [...draft.keys].sort() };
  });
  if (overlay.get(CHARTER_KEY) === undefined) throw new Error('nothing was founded');
  return { writes: overlay.writes(), events };
}

function noPort(): never {
  throw new Error('a founding asks no module');
}

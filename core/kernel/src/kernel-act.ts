/** What the kernel's own decisions know beyond a module's: the whole charter, other modules' declarations, and how to try something out. */
import type { Crypto, JsonObject, Transaction, TransactionPayload } from '@tabularium/protocol';
import type { Resolved } from './authority.ts';
import type { Accepted, Act, ActionDefinition, CollectionDefinition, Refusal, RefusalCode, Signer } from './module.ts';
import type { CharterRecord, OfficerRecord } from './records.ts';

export type StandingVerb = 'withdraw' | 'correct' | 'annul' | 'suspend' | 'reinstate' | 'set' | 'reopen';

/** What follows from a kernel decision, under the same name and time: an action carried out, or a standing action on a record. */
export type InnerStep = ActionStep | StandingStep;

export interface ActionStep {
  readonly kind: 'action';
  readonly action: string;
  readonly body: JsonObject;
  readonly signers: readonly Signer[];
  /** Under another transaction's name: what it makes has the ids that it would have had then. */
  readonly name?: string;
}

export interface StandingStep {
  readonly kind: 'standing';
  readonly verb: StandingVerb;
  readonly key: string;
  readonly change: JsonObject;
  readonly signers: readonly Signer[];
  /** Case of the court's order behind it. */
  readonly order?: string;
}

export interface KernelAccepted extends Accepted {
  readonly steps?: readonly InnerStep[];
}

export interface KernelAct extends Act {
  readonly crypto: Crypto;
  readonly record: CharterRecord;
  actionOf(action: string): ActionDefinition | undefined;
  signersNeeded(action: string): number;
  /** Why this officer may not, at this moment, sign the action in this role; undefined if the officer may. */
  mayStillSign(signer: Signer, permission: string): Refusal | undefined;
  /** Who signed a transaction, as if it came now; it names an action in force. */
  resolve(transaction: Pick<Transaction, 'kid' | 'kind' | 'payload'>): Resolved;
  staleRevision(on: TransactionPayload['on']): Refusal | undefined;
  officer(id: string): OfficerRecord | undefined;
  collectionOf(key: string): CollectionDefinition | undefined;
  recordOf(key: string): JsonObject | undefined;
  /** State keys of the records that rest on this one. */
  dependentsOf(key: string): readonly string[];
  /** Try a step and forget it; the refusal it would meet, if any. */
  dryRun(step: InnerStep): Refusal | undefined;
  /** What kind of refusal a full code stands for, from the lists of the modules in force. */
  kindOf(code: string): RefusalCode['kind'] | undefined;
  newKeyFault(key: JsonObject): 'key-not-on-curve' | 'key-known' | undefined;
}

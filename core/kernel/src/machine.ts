/**
 * The state machine: what every node does alike with a block (DESIGN §1, §3). Pure: the same blocks over the same charter give the same
 * verdicts, events and state, whatever the clock, the machine or the engine.
 */
import { type Crypto, type JsonObject, makeBodyChecker, type Transaction, type TransactionPayload } from '@tabularium/protocol';
import { kernelRefusal } from './authority.ts';
import { checkCatalogue } from './check-catalogue.ts';
import type { BlockInput, BlockResult, RecordChange, StateReader, Validator, Verdict } from './machine-types.ts';
import type { ModuleDefinition, Refusal } from './module.ts';
import { Overlay, RecordCache } from './overlay.ts';
import { policyText } from './policy-text.ts';
import {
  CHARTER_KEY,
  type CharterRecord,
  DEADLINES,
  DEADLINES_END,
  type DeadlineRecord,
  deadlinesEnd,
  dueOf,
  FOUNDING_KEY,
  type FoundingRecord,
  type KeyRecord,
  keyKey,
  type ProposalRecord,
  proposalKey,
  splitKey,
} from './records.ts';
import { type Bindings, type Cause, deadlineName, Run } from './run.ts';

/** Deadlines fired before the transactions of one block; the rest fire in the next. */
export const MAX_DEADLINES = 1_000;
/** Transactions of one block, on every engine. */
const MAX_TRANSACTIONS = 1_000;
const CACHED_RECORDS = 20_000;
/** Stands in for the name of a transaction that nobody has signed. */
const UNSIGNED = 'A'.repeat(43);

export interface MachineOptions {
  /** Every version this node has of every module, the kernel's first. */
  readonly catalogue: readonly ModuleDefinition[];
  readonly crypto: Crypto;
  /** `module.port` → `provider.offer`. */
  readonly bindings?: Bindings;
}

export class Machine {
  readonly #catalogue: readonly ModuleDefinition[];
  readonly #bindings: Bindings;
  readonly #crypto: Crypto;
  readonly #cache = new RecordCache(CACHED_RECORDS);

  /** Throws where a module's declarations contradict each other, or a need of it is bound to nothing that offers it. */
  constructor({ catalogue, crypto, bindings = {} }: MachineOptions) {
    this.#catalogue = catalogue;
    this.#bindings = bindings;
    this.#crypto = crypto;
    checkCatalogue(catalogue, bindings);
  }

  /**
   * Decide a block: due deadlines first, then the transactions in order. A refusal leaves no trace in state. Throws `VersionMissing`
   * where this node lacks a module version in force, and Error at a broken invariant; nothing of the block has happened then.
   */
  execute(input: BlockInput, state: StateReader): BlockResult {
    if (input.transactions.length > MAX_TRANSACTIONS) throw new RangeError(`a block of ${input.transactions.length} transactions`);
    const overlay = new Overlay(state, this.#cache);
    const run = this.#run(overlay, input);
    const deadlines = this.#fireDeadlines(run);
    const verdicts: Verdict[] = [];
    const inBlock = new Map<string, string>();
    let accepted = 0;
    for (const transaction of input.transactions) {
      const { kid, name, payload } = transaction;
      const slot = `${kid}/${payload.id}`;
      const earlier = inBlock.get(slot) ?? input.accepted(kid, payload.id);
      const verdict = this.#decide(run, transaction, earlier, accepted);
      if (verdict.kind === 'accepted') {
        inBlock.set(slot, name);
        accepted++;
      }
      verdicts.push(verdict);
    }
    return { verdicts, deadlines, events: run.events, writes: overlay.writes(), policy: policyText(run.charter, this.#crypto) };
  }

  /** What would become of a payload signed by this key, alone in the next block. Nothing is changed and no signature is needed. */
  check(
    claim: { readonly kid: string; readonly kind: Transaction['kind']; readonly payload: TransactionPayload },
    state: StateReader,
    at: { readonly time: number; readonly height: number },
  ): Verdict {
    const run = this.#run(new Overlay(state, this.#cache), at);
    this.#fireDeadlines(run);
    return this.#decide(run, { ...claim, name: UNSIGNED, bytes: new Uint8Array() }, undefined, 0);
  }

  /**
   * Which records would read otherwise once everybody has signed: of a proposal and of an approval, what the proposed action does. In key
   * order; nothing where that is refused. For a payload that `check` accepts.
   */
  changes(
    claim: { readonly kid: string; readonly kind: Transaction['kind']; readonly payload: TransactionPayload },
    state: StateReader,
    at: { readonly time: number; readonly height: number },
  ): readonly RecordChange[] {
    const overlay = new Overlay(state, this.#cache);
    const run = this.#run(overlay, at);
    this.#fireDeadlines(run);
    const resolved = run.resolve(claim);
    if (!resolved.ok) return [];
    const { action, body, signers } = this.#subject(claim.payload, overlay);
    const cause: Cause = { name: UNSIGNED, action, signers: [...signers, resolved.signer], entry: 0 };
    overlay.open();
    const refusal = run.act(cause, action, body);
    const written = [...overlay.top()].sort(([a], [b]) => (a < b ? -1 : 1));
    overlay.drop();
    if (refusal !== undefined) return [];
    return written.map(([key, after]) => ({ key, before: overlay.get(key) ?? null, after }));
  }

  /** What is done in the end, and who has signed it before. */
  #subject({ action, body }: TransactionPayload, overlay: Overlay): Pick<ProposalRecord, 'action' | 'body' | 'signers'> {
    if (action === 'kernel.propose') return { action: String(body.action), body: body.body as JsonObject, signers: [] };
    const proposal =
      action === 'kernel.approve' ? (overlay.get(proposalKey(String(body.proposal))) as unknown as ProposalRecord | undefined) : undefined;
    return proposal ?? { action, body, signers: [] };
  }

  /** When the next deadline is due, ms UTC. A successor's carried ones wait until its founders have accepted it. */
  nextDeadline(state: StateReader): number | undefined {
    const founding = state.get(FOUNDING_KEY);
    if (founding === undefined || !isFounded(this.#cache.parse(FOUNDING_KEY, founding))) return undefined;
    const [first] = state.scan(DEADLINES, DEADLINES_END, 1);
    return first === undefined ? undefined : dueOf(first[0]);
  }

  key(kid: string, state: StateReader): KeyRecord | undefined {
    const text = state.get(keyKey(kid));
    return text === undefined ? undefined : (this.#cache.parse(keyKey(kid), text) as unknown as KeyRecord);
  }

  charter(state: StateReader): CharterRecord {
    const text = state.get(CHARTER_KEY);
    if (text === undefined) throw new Error('the ledger has no charter in its state');
    return this.#cache.parse(CHARTER_KEY, text) as unknown as CharterRecord;
  }

  /** The tlog-policy text that state generates. */
  policy(state: StateReader): string {
    return policyText(this.charter(state), this.#crypto);
  }

  /** Who votes on blocks, in the order of node ids; nobody where one node orders by itself. */
  validators(state: StateReader): readonly Validator[] {
    return Object.entries(this.charter(state).nodes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { validator }]) =>
        validator === undefined || validator.power === 0 ? [] : [{ key: validator.key, power: validator.power }],
      );
  }

  #run(overlay: Overlay, { height, time }: { readonly height: number; readonly time: number }): Run {
    if (!Number.isSafeInteger(height) || !Number.isSafeInteger(time)) throw new RangeError(`a block ${height} at ${time}`);
    const run = new Run({ catalogue: this.#catalogue, bindings: this.#bindings, crypto: this.#crypto, overlay, height, time });
    run.requireVersions();
    return run;
  }

  #fireDeadlines(run: Run): number {
    if (!isFounded(run.overlay.get(FOUNDING_KEY))) return 0;
    const open = run.overlay.scan(DEADLINES, deadlinesEnd(run.time), MAX_DEADLINES);
    let fired = 0;
    for (const { key, value } of open) {
      const deadline = value as unknown as DeadlineRecord;
      // A deadline that ran before in this block may have taken this one back.
      if (run.overlay.get(key) === undefined) continue;
      fired++;
      const { record, handler } = deadline;
      const { module: name, collection, id } = splitKey(record);
      const due = dueOf(key);
      const module = run.module(name);
      const cause: Cause = {
        name: deadlineName(key, due, this.#crypto),
        action: `${name}.deadline.${handler}`,
        signers: [],
        entry: -1,
      };
      run.overlay.remove(key);
      forgetDeadline(run.overlay, deadline);
      run.overlay.open();
      const kept = run.events.length;
      const refusal =
        module === undefined ? kernelRefusal('action-unknown', 'form') : run.fire(cause, module, handler, { collection, id, due });
      if (refusal === undefined) {
        run.overlay.keep();
        continue;
      }
      run.overlay.drop();
      run.events.length = kept;
      run.note(cause, 'deadline.failed', { handler, record, due, code: refusal.code, rule: refusal.rule }, record);
    }
    return fired;
  }

  #decide(run: Run, transaction: Transaction, earlier: string | undefined, entry: number): Verdict {
    const { name, payload } = transaction;
    const refused = (refusal: Refusal): Verdict => ({ kind: 'refused', name, refusal });
    const outside = validity(payload, run);
    if (outside !== undefined) return refused(outside);
    if (earlier === name) return { kind: 'repeated', name };
    if (earlier !== undefined) return refused(kernelRefusal('id-reused', 'idempotency'));
    const found = run.actionOf(payload.action);
    if (found === undefined) return refused(kernelRefusal('action-unknown', 'form'));
    if (found.definition.internal === true) return refused(kernelRefusal('action-internal', 'form'));
    if (!isFounded(run.overlay.get(FOUNDING_KEY)) && payload.action !== 'kernel.charter.accept')
      return refused(kernelRefusal('not-founded', 'founding'));
    if (!makeBodyChecker(found.definition.body)(payload.body).ok) return refused(kernelRefusal('body-invalid', 'form'));
    const resolved = run.resolve(transaction);
    if (!resolved.ok) return refused(resolved.refusal);
    const needed = run.signersNeeded(payload.action);
    if (needed > 1) return refused(kernelRefusal('signers-missing', 'four-eyes', { needed }));
    const stale = run.staleRevision(payload.on);
    if (stale !== undefined) return refused(stale);

    const cause: Cause = {
      name,
      action: payload.action,
      signers: [resolved.signer],
      entry,
      ...(resolved.mandate === undefined ? {} : { mandate: resolved.mandate }),
    };
    const kept = run.events.length;
    run.overlay.open();
    const refusal = run.act(cause, payload.action, payload.body);
    if (refusal === undefined) {
      run.overlay.keep();
      return { kind: 'accepted', name };
    }
    run.overlay.drop();
    run.events.length = kept;
    return refused(refusal);
  }
}

function isFounded(record: JsonObject | undefined): boolean {
  return (record as unknown as FoundingRecord | undefined)?.complete === true;
}

function validity({ ledger, exp }: TransactionPayload, run: Run): Refusal | undefined {
  const { origin, limits } = run.charter;
  if (ledger !== origin) return kernelRefusal('wrong-ledger', 'validity');
  if (exp * 1_000 <= run.time) return kernelRefusal('expired', 'validity');
  if (exp * 1_000 > run.time + limits.maxExpirySeconds * 1_000)
    return kernelRefusal('expiry-too-far', 'validity', { seconds: limits.maxExpirySeconds });
  return undefined;
}

/** The record no longer waits for a deadline that fires. */
function forgetDeadline(overlay: Overlay, { record: key, handler }: DeadlineRecord): void {
  const record = overlay.get(key);
  if (record === undefined) return;
  const { deadlines, ...rest } = record;
  const { [handler]: _, ...others } = (deadlines ?? {}) as JsonObject;
  overlay.put(key, Object.keys(others).length === 0 ? rest : { ...rest, deadlines: others });
}

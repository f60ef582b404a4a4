/**
 * One block in the machine: the overlay it writes to, the modules in force at its height, and how a decision is carried out. Events are
 * folded as they come, orders to neighbours run depth-first under the same signers, name and time, and the first refusal drops all of it
 * (DESIGN §3 "Between modules").
 */
import {
  type Crypto,
  encodeBase64url,
  type JsonObject,
  type JsonValue,
  makeBodyChecker,
  parsePublicJwk,
  type Transaction,
  type TransactionPayload,
  thumbprint,
  toHex,
} from '@tabularium/protocol';
import { kernelRefusal, type Resolved, resolveSigner, stillEntitled, subjectOf } from './authority.ts';
import { charterView } from './calendar.ts';
import type { ActionStep, InnerStep, KernelAccepted, KernelAct, StandingStep, StandingVerb } from './kernel-act.ts';
import type { StoredEvent } from './machine-types.ts';
import {
  type Act,
  type ActionDefinition,
  type CharterView,
  type CollectionDefinition,
  type Decision,
  isRefused,
  type ModuleDefinition,
  type Offer,
  type Refusal,
  type Signer,
  type Stamp,
  type View,
} from './module.ts';
import { type Ask, ModuleDraft, ModuleView, type StampSource } from './module-view.ts';
import type { Overlay } from './overlay.ts';
import {
  CHARTER_KEY,
  type CharterRecord,
  keyKey,
  type OfficerRecord,
  officerKey,
  type ProposalRecord,
  proposalKey,
  splitKey,
} from './records.ts';

const MAX_STEPS = 64;
const MAX_DEPTH = 8;
/** A record's `rule` where a court's order, by its case number, wrote it. */
const BY_ORDER = 'order:';

/** What a standing action leaves on the record. */
const STANDINGS: Readonly<Record<StandingVerb, NonNullable<Stamp['standing']> | 'none' | 'as-before'>> = {
  withdraw: 'withdrawn',
  annul: 'annulled',
  suspend: 'suspended',
  reinstate: 'none',
  correct: 'as-before',
  set: 'as-before',
  reopen: 'as-before',
};

/** Where the answers to a module's needs come from: `module.port` → `provider.offer`. */
export type Bindings = Readonly<Record<string, string>>;

/** The transaction or deadline in whose name things happen. */
export interface Cause {
  readonly name: string;
  readonly action: string;
  readonly signers: readonly Signer[];
  readonly mandate?: string;
  /** Position of its entry among the block's accepted transactions; −1 for a deadline. */
  readonly entry: number;
}

/** One decision to be carried out. */
interface Step {
  readonly module: ModuleDefinition;
  readonly action: string;
  readonly rule: string;
  readonly signers: readonly Signer[];
  decide(act: Act, view: View): Decision;
  /** Runs on the fresh state right after the step's own events, e.g. to stamp a standing. */
  after?(): void;
}

export interface RunOptions {
  readonly catalogue: readonly ModuleDefinition[];
  readonly bindings: Bindings;
  readonly crypto: Crypto;
  readonly overlay: Overlay;
  readonly height: number;
  readonly time: number;
}

/** This node has not the version of a module that the charter puts in force: it stops before the block. */
export class VersionMissing extends Error {
  override readonly name = 'VersionMissing';
  readonly module: string;
  readonly version: number;
  readonly height: number;

  constructor(module: string, version: number, height: number) {
    super(`version ${version} of module ${module} is in force at height ${height} and this node lacks it`);
    this.module = module;
    this.version = version;
    this.height = height;
  }
}

/** What modules see of a charter, remembered while the record stays the same object. */
const views = new WeakMap<JsonObject, CharterView>();

export class Run {
  readonly overlay: Overlay;
  readonly height: number;
  readonly time: number;
  readonly crypto: Crypto;
  events: StoredEvent[] = [];
  readonly #catalogue: readonly ModuleDefinition[];
  readonly #bindings: Bindings;
  #steps = 0;
  #ids = 0;
  #asking = 0;
  /** Modules in force, for the charter's section they were found in. */
  #modules = new Map<string, ModuleDefinition | undefined>();
  #modulesOf: CharterRecord['modules'] | undefined;

  constructor({ catalogue, bindings, crypto, overlay, height, time }: RunOptions) {
    this.#catalogue = catalogue;
    this.#bindings = bindings;
    this.crypto = crypto;
    this.overlay = overlay;
    this.height = height;
    this.time = time;
  }

  get charter(): CharterRecord {
    const record = this.overlay.get(CHARTER_KEY);
    if (record === undefined) throw new Error('the ledger has no charter in its state');
    return record as unknown as CharterRecord;
  }

  get charterView(): CharterView {
    const record = this.charter as unknown as JsonObject;
    let view = views.get(record);
    if (view === undefined) {
      view = charterView(this.charter);
      views.set(record, view);
    }
    return view;
  }

  /** The module in the version in force at this height; undefined where the charter has none, or has not what it needs. Throws `VersionMissing`. */
  module(name: string): ModuleDefinition | undefined {
    const { modules } = this.charter;
    if (modules !== this.#modulesOf) {
      this.#modulesOf = modules;
      this.#modules.clear();
    }
    if (this.#modules.has(name)) return this.#modules.get(name);
    const module = this.#find(name, Object.hasOwn(modules, name) ? modules[name]! : []);
    this.#modules.set(name, module);
    return module;
  }

  #find(name: string, versions: CharterRecord['modules'][string]): ModuleDefinition | undefined {
    const version = versions.findLast(({ from }) => from <= this.height)?.version;
    if (version === undefined) return undefined;
    const module = this.#catalogue.find((one) => one.name === name && one.version === version);
    if (module === undefined) throw new VersionMissing(name, version, this.height);
    // A charter may leave out a neighbour: nothing can be asked of a module then, for in the midst of a block it would ask in vain.
    return Object.keys(module.needs ?? {}).every((port) => this.#inForce(this.#bindings[`${name}.${port}`]?.split('.')[0]))
      ? module
      : undefined;
  }

  #inForce(name = ''): boolean {
    const { modules } = this.charter;
    return Object.hasOwn(modules, name) && modules[name]!.some(({ from }) => from <= this.height);
  }

  /** Throws `VersionMissing` unless this node has every module version in force. */
  requireVersions(): void {
    for (const name of Object.keys(this.charter.modules)) this.module(name);
  }

  actionOf(
    action: string,
  ): { readonly module: ModuleDefinition; readonly definition: ActionDefinition; readonly local: string } | undefined {
    const dot = action.indexOf('.');
    const module = this.module(action.slice(0, dot));
    const local = action.slice(dot + 1);
    if (module === undefined || !Object.hasOwn(module.actions, local)) return undefined;
    return { module, definition: module.actions[local]!, local };
  }

  signersNeeded(action: string): number {
    const { amendQuorum, signers } = this.charter;
    if (action === 'kernel.charter.amend') return amendQuorum;
    // The charter may raise the number, never lower it.
    return Math.max(this.actionOf(action)?.definition.signers ?? 1, Object.hasOwn(signers, action) ? signers[action]! : 1);
  }

  /** Who signed, in which role; or why that role may not. Throws where there is no such action. */
  resolve(transaction: Pick<Transaction, 'kid' | 'kind' | 'payload'>): Resolved {
    const { action, body } = transaction.payload;
    const found = this.actionOf(action);
    if (found === undefined) throw new Error(`no action ${action}`);
    const proposal = (id: string) => this.overlay.get(proposalKey(id)) as unknown as ProposalRecord | undefined;
    return resolveSigner(transaction, found.definition, subjectOf(action, body, proposal), this);
  }

  /** What of the records a signer relied on has changed since, if anything. */
  staleRevision(on: TransactionPayload['on']): Refusal | undefined {
    for (const [key, stated] of Object.entries(on ?? {})) {
      const current = (this.overlay.get(key)?.rev as number | undefined) ?? 0;
      if (current !== stated) return kernelRefusal('stale-revision', 'revision', { key, current, stated });
    }
    return undefined;
  }

  view(module: ModuleDefinition): ModuleView {
    return new ModuleView(this.overlay, module, this.#ask(module));
  }

  /** Carry an action out for a cause. On a refusal the caller drops the layer. */
  act(cause: Cause, action: string, body: JsonObject): Refusal | undefined {
    this.#steps = 0;
    this.#ids = 0;
    return this.#perform(this.#actionStep(action, body, cause.signers), cause, []);
  }

  /** Run a deadline's handler. */
  fire(
    cause: Cause,
    module: ModuleDefinition,
    handler: string,
    record: { readonly collection: string; readonly id: string; readonly due: number },
  ): Refusal | undefined {
    this.#steps = 0;
    this.#ids = 0;
    const decide = module.deadlines?.[handler];
    // A later version of the module may no longer know it.
    if (decide === undefined) return kernelRefusal('action-unknown', 'form');
    const action = `${module.name}.deadline.${handler}`;
    return this.#perform({ module, action, rule: action, signers: [], decide: (act, view) => decide(record, act, view) }, cause, []);
  }

  /** Tell of something that follows from no decision and changes no record (a deadline that failed); `key` is the record it concerns. */
  note({ name, action, signers, entry }: Cause, type: 'deadline.failed', data: JsonObject, key: string): void {
    this.events.push({ type: `kernel.${type}`, data, tx: name, entry, action, signers, keys: [key] });
  }

  #actionStep(action: string, body: JsonObject, signers: readonly Signer[], rule = action): Step {
    const found = this.actionOf(action);
    const decide = found?.module.decide[found.local];
    if (found === undefined || decide === undefined) throw new Error(`no decision for ${action}`);
    return { module: found.module, action, rule, signers, decide: (act, view) => decide(body, act, view) };
  }

  #perform(step: Step, cause: Cause, stack: readonly string[]): Refusal | undefined {
    if (++this.#steps > MAX_STEPS || stack.length >= MAX_DEPTH) return kernelRefusal('order-limit', 'limits');
    const { module } = step;
    const decision = step.decide(this.#act(step, cause), this.view(module));
    if (isRefused(decision)) return decision.refused;
    for (const event of decision.events) this.#fold(module, event, cause, step.action, step.rule);
    step.after?.();
    for (const order of decision.orders ?? []) {
      const refusal = this.#order(module, order.port, order.order, order.body, step, cause, stack);
      if (refusal !== undefined) return refusal;
    }
    if (module.name !== 'kernel') return undefined;
    for (const inner of (decision as KernelAccepted).steps ?? []) {
      const refusal = this.#inner(inner, cause, stack);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #order(
    module: ModuleDefinition,
    port: string,
    order: string,
    body: JsonObject,
    step: Step,
    cause: Cause,
    stack: readonly string[],
  ): Refusal | undefined {
    const { provider, offer } = this.#bound(module, port, 'orders', order);
    const local = offer.orders![order]!;
    const inStack = [...stack, module.name];
    if (inStack.includes(provider.name)) return kernelRefusal('order-limit', 'limits');
    const action = `${provider.name}.${local}`;
    const definition = provider.actions[local];
    if (definition === undefined || !makeBodyChecker(definition.body)(body).ok)
      throw new Error(`the order ${order} of ${module.name} does not have the form of ${action}`);
    // What follows from a court's order is by that order too.
    const rule = step.rule.startsWith(BY_ORDER) ? step.rule : action;
    return this.#perform(this.#actionStep(action, body, step.signers, rule), cause, inStack);
  }

  #inner(inner: InnerStep, cause: Cause, stack: readonly string[]): Refusal | undefined {
    return inner.kind === 'action' ? this.#innerAction(inner, cause, stack) : this.#innerStanding(inner, cause, stack);
  }

  #innerAction(inner: ActionStep, cause: Cause, stack: readonly string[]): Refusal | undefined {
    const { action, body, signers, name = cause.name } = inner;
    const ids = this.#ids;
    if (name !== cause.name) this.#ids = 0;
    const refusal = this.#perform(this.#actionStep(action, body, signers), { ...cause, action, signers, name }, stack);
    if (name !== cause.name) this.#ids = ids;
    return refusal;
  }

  #innerStanding(inner: StandingStep, cause: Cause, stack: readonly string[]): Refusal | undefined {
    const { module: name, collection, id } = splitKey(inner.key);
    const module = this.module(name);
    const handler = this.#collection(inner.key)?.[inner.verb];
    if (module === undefined || handler === undefined) return kernelRefusal('standing-not-possible', 'standing');
    const rule = inner.order === undefined ? `kernel.${inner.verb}` : `${BY_ORDER}${inner.order}`;
    const before = this.overlay.get(inner.key)?.rev;
    // The kernel's own event, just folded, tells of this record.
    const told = this.events.length - 1;
    const step: Step = {
      module,
      action: cause.action,
      rule,
      signers: inner.signers,
      decide: (act, view) => handler({ collection, id, change: inner.change }, act, view),
      after: () => this.#restamp(inner, before, { tx: cause.name, rule, time: this.time }),
    };
    const refusal = this.#perform(step, { ...cause, signers: inner.signers }, stack);
    const event = this.events[told];
    if (refusal === undefined && event !== undefined) this.events[told] = { ...event, keys: [...event.keys, inner.key].sort() };
    return refusal;
  }

  /** A standing stays on the record for everyone to see, with the order behind it. */
  #restamp({ key, verb, order }: StandingStep, before: JsonValue | undefined, stamp: StampSource): void {
    const record = this.overlay.get(key);
    if (record === undefined) return;
    const { standing: earlier, order: earlierOrder, ...rest } = record;
    const left = STANDINGS[verb] === 'as-before' ? earlier : STANDINGS[verb] === 'none' ? undefined : STANDINGS[verb];
    const by = order ?? earlierOrder;
    this.overlay.put(key, {
      ...rest,
      // Even where the module itself wrote nothing here, this is a revision of its own.
      ...(rest.rev === before ? { ...stamp, rev: (rest.rev as number) + 1 } : {}),
      ...(left === undefined ? {} : { standing: left }),
      ...(by === undefined ? {} : { order: by }),
    });
  }

  #fold(
    module: ModuleDefinition,
    event: { readonly type: string; readonly data: JsonObject },
    cause: Cause,
    action: string,
    rule: string,
  ): void {
    const evolve = module.evolve[event.type];
    if (evolve === undefined) throw new Error(`${module.name} has no fold for its event ${event.type}`);
    const draft = new ModuleDraft(this.overlay, module, this.#ask(module), { tx: cause.name, rule, time: this.time });
    evolve(event.data, draft, { name: cause.name, time: this.time });
    this.events.push({
      type: `${module.name}.${event.type}`,
      data: event.data,
      tx: cause.name,
      entry: cause.entry,
      action,
      signers: cause.signers,
      keys: [...draft.keys].sort(),
    });
  }

  #act(step: Step, cause: Cause): Act {
    const act: Act = {
      name: cause.name,
      action: step.action,
      signers: step.signers,
      time: this.time,
      height: this.height,
      newId: () => toHex(this.crypto.sha256(this.crypto.utf8.encode(`${cause.name}${this.#ids++}`))).slice(0, 32),
      charter: this.charterView,
      ...(cause.mandate === undefined ? {} : { mandate: cause.mandate }),
    };
    return step.module.name === 'kernel' ? this.#kernelAct(act, cause) : act;
  }

  #kernelAct(act: Act, cause: Cause): KernelAct {
    return {
      ...act,
      crypto: this.crypto,
      record: this.charter,
      actionOf: (action) => this.actionOf(action)?.definition,
      signersNeeded: (action) => this.signersNeeded(action),
      mayStillSign: (signer, permission) => stillEntitled(signer, permission, this),
      resolve: (transaction) => this.resolve(transaction),
      staleRevision: (on) => this.staleRevision(on),
      officer: (id) => this.overlay.get(officerKey(id)) as (OfficerRecord & JsonObject) | undefined,
      collectionOf: (key) => this.#collection(key),
      recordOf: (key) => this.overlay.get(key),
      dependentsOf: (key) => this.#dependents(key),
      dryRun: (inner) => this.#dryRun(inner, cause),
      kindOf: (code) => {
        const dot = code.indexOf('.');
        const refusals = this.module(code.slice(0, dot))?.refusals;
        const local = code.slice(dot + 1);
        return refusals !== undefined && Object.hasOwn(refusals, local) ? refusals[local]!.kind : undefined;
      },
      newKeyFault: (jwk) => {
        const parsed = parsePublicJwk(jwk);
        if (parsed === undefined) return 'key-not-on-curve';
        return this.overlay.get(keyKey(thumbprint(parsed.jwk, this.crypto))) === undefined ? undefined : 'key-known';
      },
    };
  }

  #collection(key: string): CollectionDefinition | undefined {
    const { module: name, collection } = splitKey(key);
    const module = this.module(name);
    return module !== undefined && Object.hasOwn(module.collections, collection) ? module.collections[collection] : undefined;
  }

  #dependents(key: string): readonly string[] {
    const { module: name, id } = splitKey(key);
    const module = this.module(name);
    return module === undefined ? [] : (this.#collection(key)?.dependents?.(id, this.view(module)) ?? []);
  }

  #dryRun(inner: InnerStep, cause: Cause): Refusal | undefined {
    const [events, steps, ids] = [this.events, this.#steps, this.#ids];
    this.events = [];
    this.overlay.open();
    const refusal = this.#inner(inner, cause, []);
    this.overlay.drop();
    this.events = events;
    this.#steps = steps;
    this.#ids = ids;
    return refusal;
  }

  #ask(module: ModuleDefinition): Ask {
    return (port, question, args) => {
      const { provider, offer } = this.#bound(module, port, 'questions', question);
      if (this.#asking === MAX_DEPTH) throw new Error(`questions of ${module.name} lead too deep`);
      this.#asking++;
      const answer = offer.questions![question]!(args, this.view(provider));
      this.#asking--;
      return answer;
    };
  }

  /** Who answers a need of a module. The catalogue was checked at start, so that anything missing here is a module asking beside its ports. */
  #bound(module: ModuleDefinition, port: string, kind: 'questions' | 'orders', name: string): { provider: ModuleDefinition; offer: Offer } {
    const bound = this.#bindings[`${module.name}.${port}`];
    if (bound === undefined || module.needs?.[port]?.[kind]?.includes(name) !== true)
      throw new Error(`${module.name} declares no need of ${name} through its port ${port}`);
    const dot = bound.indexOf('.');
    const provider = this.module(bound.slice(0, dot));
    const offer = provider?.offers?.[bound.slice(dot + 1)];
    if (provider === undefined || offer === undefined) throw new Error(`what is bound to ${module.name}.${port} is not in force`);
    return { provider, offer };
  }
}

/** The name of what a deadline causes: SHA-256(state key ‖ due), base64url. */
export function deadlineName(key: string, due: number, crypto: Crypto): string {
  return encodeBase64url(crypto.sha256(crypto.utf8.encode(`${key}${due}`)));
}

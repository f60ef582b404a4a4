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
  thumbprint,
  toHex,
} from '@tabularium/protocol';
import { kernelRefusal, stillEntitled } from './authority.ts';
import { charterView } from './calendar.ts';
import type { InnerStep, KernelAccepted, KernelAct } from './kernel-act.ts';
import type { StoredEvent } from './machine-types.ts';
import {
  type Act,
  type ActionDefinition,
  type CharterView,
  type CollectionDefinition,
  type Decision,
  isRefused,
  type ModuleDefinition,
  type Refusal,
  type Signer,
  type View,
} from './module.ts';
import { type Ask, ModuleDraft, ModuleView } from './module-view.ts';
import type { Overlay } from './overlay.ts';
import { CHARTER_KEY, type CharterRecord, keyKey, type OfficerRecord, officerKey, splitKey } from './records.ts';

const MAX_STEPS = 64;
const MAX_DEPTH = 8;

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

/** The charter in force and the modules it names, remembered while the record stays the same object. */
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

  /** The version of a module in force at this height. Throws where this node lacks it: it then stops before the block. */
  module(name: string): ModuleDefinition | undefined {
    const versions = this.charter.modules[name];
    if (versions === undefined) return undefined;
    let version: number | undefined;
    for (const term of versions) if (term.from <= this.height) version = term.version;
    if (version === undefined) return undefined;
    const module = this.#catalogue.find((one) => one.name === name && one.version === version);
    if (module === undefined)
      throw new Error(`version ${version} of module ${name} is in force at height ${this.height} and this node lacks it`);
    return module;
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
    if (action === 'kernel.charter.amend') return this.charter.amendQuorum;
    return this.charter.signers[action] ?? this.actionOf(action)?.definition.signers ?? 1;
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
    if (decide === undefined) throw new Error(`module ${module.name} has no deadline ${handler}`);
    const action = `${module.name}.deadline.${handler}`;
    return this.#perform({ module, action, rule: action, signers: [], decide: (act, view) => decide(record, act, view) }, cause, []);
  }

  /** Record a kernel event that follows from no decision (a deadline that failed). */
  note(cause: Cause, type: string, data: JsonObject): void {
    const kernel = this.module('kernel');
    if (kernel === undefined) throw new Error('the charter names no kernel');
    this.#fold(kernel, { type, data }, cause, cause.action, cause.action);
  }

  #actionStep(action: string, body: JsonObject, signers: readonly Signer[]): Step {
    const found = this.actionOf(action);
    const decide = found?.module.decide[found.local];
    if (found === undefined || decide === undefined) throw new Error(`no decision for ${action}`);
    return { module: found.module, action, rule: action, signers, decide: (act, view) => decide(body, act, view) };
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
    const { provider, offer } = this.#bound(module, port);
    const local = offer.orders?.[order];
    if (local === undefined) throw new Error(`${provider.name} does not offer the order ${order}`);
    const inStack = [...stack, module.name];
    if (inStack.includes(provider.name)) throw new Error(`an order of ${module.name} leads back into ${provider.name}`);
    const action = `${provider.name}.${local}`;
    const definition = provider.actions[local];
    if (definition === undefined || !makeBodyChecker(definition.body)(body).ok)
      throw new Error(`the order ${order} of ${module.name} does not have the form of ${action}`);
    return this.#perform(this.#actionStep(action, body, step.signers), cause, inStack);
  }

  #inner(inner: InnerStep, cause: Cause, stack: readonly string[]): Refusal | undefined {
    if (inner.kind === 'action') return this.#innerAction(inner, cause, stack);
    const { module: name, collection, id } = splitKey(inner.key);
    const module = this.module(name);
    const handler = module?.collections[collection]?.[inner.verb];
    if (module === undefined || handler === undefined) return kernelRefusal('standing-not-possible', 'standing');
    const rule = inner.order === undefined ? `kernel.${inner.verb}` : `order:${inner.order}`;
    return this.#perform(
      {
        module,
        action: cause.action,
        rule,
        signers: inner.signers,
        decide: (act, view) => handler({ collection, id, change: inner.change }, act, view),
        after: () => this.#restamp(inner),
      },
      { ...cause, signers: inner.signers },
      stack,
    );
  }

  #innerAction(inner: InnerStep & { readonly kind: 'action' }, cause: Cause, stack: readonly string[]): Refusal | undefined {
    const { action, body, signers, name = cause.name } = inner;
    const ids = this.#ids;
    if (name !== cause.name) this.#ids = 0;
    const refusal = this.#perform(this.#actionStep(action, body, signers), { ...cause, signers, name }, stack);
    if (name !== cause.name) this.#ids = ids;
    return refusal;
  }

  /** A standing stays on the record for everyone to see, with the order behind it. */
  #restamp(inner: InnerStep & { readonly kind: 'standing' }): void {
    const record = this.overlay.get(inner.key);
    if (record === undefined) return;
    const standing = { withdraw: 'withdrawn', annul: 'annulled', suspend: 'suspended' }[inner.verb as string];
    const { standing: before, order: earlier, ...rest } = record;
    const next: Record<string, JsonValue> = { ...rest };
    if (standing !== undefined) next.standing = standing;
    else if (inner.verb !== 'reinstate' && before !== undefined) next.standing = before;
    const order = inner.order ?? earlier;
    if (order !== undefined) next.order = order;
    this.overlay.put(inner.key, next);
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
    const draft = new ModuleDraft(this.overlay, module, this.#ask(module), { tx: cause.name, rule, time: this.time }, (text) =>
      this.#tag(text),
    );
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
      mayStillSign: (signer, permission) => stillEntitled(signer, permission, this.overlay, this.charter, this.time),
      officer: (id) => this.overlay.get(officerKey(id)) as (OfficerRecord & JsonObject) | undefined,
      collectionOf: (key) => this.#collection(key),
      recordOf: (key) => this.overlay.get(key),
      dependentsOf: (key) => this.#dependents(key),
      dryRun: (inner) => this.#dryRun(inner, cause),
      kindOf: (code) => {
        const dot = code.indexOf('.');
        return this.module(code.slice(0, dot))?.refusals[code.slice(dot + 1)]?.kind;
      },
      newKeyFault: (jwk) => {
        const parsed = parsePublicJwk(jwk);
        if (parsed === undefined) return 'key-not-on-curve';
        return this.overlay.get(keyKey(thumbprint(parsed.jwk, this.crypto))) === undefined ? undefined : 'key-known';
      },
    };
  }

  #collection(key: string): CollectionDefinition | undefined {
    const { module, collection } = splitKey(key);
    return this.module(module)?.collections[collection];
  }

  #dependents(key: string): readonly string[] {
    const { module: name, collection, id } = splitKey(key);
    const module = this.module(name);
    return module === undefined ? [] : (module.collections[collection]?.dependents?.(id, this.view(module)) ?? []);
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
      const { provider, offer } = this.#bound(module, port);
      const answer = offer.questions?.[question];
      if (answer === undefined) throw new Error(`${provider.name} does not offer the question ${question}`);
      return answer(args, this.view(provider));
    };
  }

  #bound(
    module: ModuleDefinition,
    port: string,
  ): { readonly provider: ModuleDefinition; readonly offer: NonNullable<ModuleDefinition['offers']>[string] } {
    const bound = this.#bindings[`${module.name}.${port}`];
    if (module.needs?.[port] === undefined || bound === undefined)
      throw new Error(`nothing is bound to the port ${port} of ${module.name}`);
    const dot = bound.indexOf('.');
    const provider = this.module(bound.slice(0, dot));
    const offer = provider?.offers?.[bound.slice(dot + 1)];
    if (provider === undefined || offer === undefined) throw new Error(`what is bound to ${module.name}.${port} is not in force`);
    return { provider, offer };
  }

  #tag(text: string): string {
    return toHex(this.crypto.sha256(this.crypto.utf8.encode(text))).slice(0, 32);
  }
}

/** The name of what a deadline causes: SHA-256(state key ‖ due), base64url. */
export function deadlineName(key: string, due: number, crypto: Crypto): string {
  return encodeBase64url(crypto.sha256(crypto.utf8.encode(`${key}${due}`)));
}

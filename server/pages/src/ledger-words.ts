/**
 * From the ledger's own words to sentences: actions, events and rules by their declarations in the modules, texts by
 * their digests. A page never invents a meaning; what is not declared is shown as its code.
 */
import type { ActionDefinition, EventDefinition, ModuleDefinition, Rule } from '@tabularium/kernel';
import { AMOUNT_PATTERN, isStateKey, type JsonObject, type JsonValue, parseDisclosure } from '@tabularium/protocol';
import type { TSchema } from 'typebox';
import { type Html, html } from './html.ts';
import type { PageSource } from './page-source.ts';
import { codeWords, type Zone } from './plain-words.ts';
import { Saying } from './saying.ts';
import { Tongue } from './tongue.ts';

/** In minor units. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** A member of an event, or a published text of it, with what it is called. */
export type Told =
  /** `code`: what nobody typed; ids may be long. */
  | { readonly label: string; readonly as: 'text' | 'code'; readonly value: string }
  /** `value`: the ground and the case; `time`: when, ms UTC. */
  | { readonly label: string; readonly as: 'withdrawn'; readonly value: string; readonly time: number }
  | { readonly label: string; readonly as: 'money'; readonly value: string; readonly currency: string }
  /** `value`: `2026-03-01`. */
  | { readonly label: string; readonly as: 'day'; readonly value: string }
  /** ms UTC. */
  | { readonly label: string; readonly as: 'time'; readonly value: number }
  | { readonly label: string; readonly as: 'flag'; readonly value: boolean }
  /** `key`: state key of the record that is meant; `aside`: told of another record, so that no proof of this one speaks of it. */
  | { readonly label: string; readonly as: 'record'; readonly value: string; readonly key: string; readonly aside?: true };

/** A record with its published title. */
export interface Titled {
  readonly key: string;
  readonly title: string;
}

const TEXTS_MAX = 40;
/** Records from one to the one it is about, for a title. */
const ABOUT_MAX = 3;
/** What members are called that have no title in their schema. */
const LABELS: Readonly<Record<string, string>> = {
  money: 'Amount',
  line: 'Budget line',
  execute: 'To be carried out on',
  due: 'Due',
  key: 'Record',
  verb: 'What it orders',
  document: 'Fingerprint of the document',
  executed: 'Carried out',
};
/** How a deed begins that is about another one; any other begins with its own title. */
const ABOUT: Readonly<Record<string, string>> = {
  'kernel.propose': 'Proposed',
  'kernel.approve': 'Approved',
  'kernel.readmit': 'Taken again',
};
/** Codes that read as words: states, roles, grounds. Anything with a digit or a capital is a name. */
const WORDS = /^[a-z]+(?:-[a-z]+)*$/;
const DIGEST = /^[A-Za-z0-9_-]{43}$/;

export class LedgerWords {
  readonly #source: PageSource;
  readonly #modules: ReadonlyMap<string, ModuleDefinition>;
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly tongue: Tongue;
  readonly saying: Saying;

  constructor(source: PageSource, zone: Zone, tongue: Tongue = Tongue.english) {
    this.#source = source;
    this.#modules = new Map(source.catalogue.map((module) => [module.name, module]));
    this.#rules = new Map(source.catalogue.flatMap((module) => module.rules.map((rule) => [rule.id, rule])));
    this.tongue = tongue;
    this.saying = new Saying(tongue, zone);
  }

  time(time: number): Html {
    return html`<time datetime="${new Date(time).toISOString()}">${this.saying.time(time)}</time>`;
  }

  /** `Order a payment`. */
  action(name: string): string {
    const title = this.actionDefinition(name)?.title;
    return title === undefined ? codeWords(name) : this.tongue.text(title);
  }

  /** The action's title; of a proposal, an approval or a readmission also what it is about. */
  deed(action: string, about: string): string {
    if (about === '') return this.action(action);
    const begins = ABOUT[action];
    return `${begins === undefined ? this.action(action) : this.tongue.text(begins)}: ${this.action(about)}`;
  }

  actionDefinition(name: string): ActionDefinition | undefined {
    const [module = '', local = ''] = split(name);
    return this.#modules.get(module)?.actions[local];
  }

  /** `A payment was ordered.` */
  event(type: string): string {
    const declared = this.#eventDefinition(type)?.text;
    const text = declared === undefined ? codeWords(type) : this.tongue.text(declared);
    return text.endsWith('.') ? text : `${text}.`;
  }

  rule(id: string): Rule | undefined {
    return this.#rules.get(id);
  }

  /** Label of a member: its schema's title, a word of our own for what every module has, or its name. */
  member(schema: TSchema | undefined, name: string): string {
    const declared = (schema as { readonly properties?: Record<string, { readonly title?: string }> } | undefined)?.properties?.[name]
      ?.title;
    const words = declared ?? LABELS[name];
    if (words !== undefined) return this.tongue.text(words);
    return Object.hasOwn(this.tongue.codes, name)
      ? this.tongue.code(name)
      : codeWords(name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase());
  }

  /** `treasury/payment/3f2a…` → `Payment 3f2a9c1b…`. */
  key(key: string): string {
    const [, collection = '', ...id] = key.split('/');
    return `${this.tongue.code(collection)} ${this.saying.id(id.join('/'))}`;
  }

  /** `budget-controller`, `finance` → `Budget controller, finance`. */
  role(role: string, office: string): string {
    if (role === '') return '';
    return office === '' || office === role ? this.tongue.code(role) : `${this.tongue.code(role)}, ${codeWords(office).toLowerCase()}`;
  }

  #ground({ ground, case: number }: { readonly ground: string; readonly case: string }): string {
    return `${this.tongue.code(ground)}, ${this.tongue.text('case')} ${number}`;
  }

  /** Schema of an event's data. */
  eventSchema(type: string): TSchema | undefined {
    return this.#eventDefinition(type)?.data;
  }

  /** Schema of the records under a state key. */
  recordSchema(key: string): TSchema | undefined {
    const [module = '', collection = ''] = key.split('/');
    return this.#modules.get(module)?.collections[collection]?.schema;
  }

  /** Whether a list of its module shows such records; others are the module's own books. */
  isListed(key: string): boolean {
    const [module = '', collection = ''] = key.split('/');
    const views = Object.values(this.#modules.get(module)?.views ?? {});
    return views.some((view) => view.kind === 'list' && view.collection === collection);
  }

  /** Published texts by their digests, as data; nothing for a decoy. */
  toldTexts(digests: readonly string[]): Told[] {
    return digests.slice(0, TEXTS_MAX).flatMap((digest): Told[] => {
      const found = this.#source.texts.get(digest);
      if (found === undefined) return [];
      if (found.kind === 'withdrawn')
        return [{ label: this.tongue.text('Text'), as: 'withdrawn', value: this.#ground(found), time: found.time }];
      const parsed = parseDisclosure(found.disclosure, this.#source.crypto);
      return parsed.ok ? [{ label: this.tongue.text(this.tongue.code(parsed.name)), as: 'text', value: textOf(parsed.value) }] : [];
    });
  }

  /** Members of an event or a record that can be said in a word or a number; the rest stands under technical details. */
  toldMembers(module: string, schema: TSchema | undefined, data: JsonObject, hidden: ReadonlySet<string>): Told[] {
    const told = Object.entries(data).flatMap(([name, value]): Told[] => {
      if (hidden.has(name)) return [];
      const label = this.member(schema, name);
      if (isAmountOf(schema, name) && typeof value === 'string') return [{ label, as: 'money', value, currency: currencyOf(data) }];
      if (typeof value === 'boolean') return [{ label, as: 'flag', value }];
      if (typeof value === 'number')
        return [isInstant(name, value) ? { label, as: 'time', value } : { label, as: 'code', value: String(value) }];
      if (typeof value === 'string') return value === '' ? [] : [this.#toldString(module, name, label, value)];
      const money = asMoney(value);
      return money === undefined ? [] : [{ label, as: 'money', value: money.amount, currency: money.currency }];
    });
    return this.#withPurposes(told);
  }

  /** After each record that is told, what it was for, unless that is told too: a payment's payee says nothing of the street repaired. */
  #withPurposes(told: readonly Told[]): Told[] {
    const known = new Set(told.map((one) => (one.as === 'record' ? one.key : '')));
    return told.flatMap((one): Told[] => {
      const purpose = one.as === 'record' ? this.purposeAt(one.key) : undefined;
      if (purpose === undefined || known.has(purpose.key)) return [one];
      known.add(purpose.key);
      return [one, { label: this.tongue.text('For'), as: 'record', value: purpose.title, key: purpose.key, aside: true }];
    });
  }

  /** The sum that an event names first. */
  sumIn(type: string, data: JsonObject): Money | undefined {
    const schema = this.eventSchema(type);
    for (const [name, value] of Object.entries(data)) {
      const isAmount = isAmountOf(schema, name) && typeof value === 'string';
      const money = isAmount ? { amount: value, currency: currencyOf(data) } : asMoney(value);
      if (money !== undefined) return money;
    }
    return undefined;
  }

  #toldString(module: string, name: string, label: string, value: string): Told {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return { label, as: 'day', value };
    const key = this.#linked(module, name, value);
    if (key === undefined) return { label, as: 'code', value };
    return { label, as: 'record', value: this.titleAt(key) ?? (isStateKey(value) ? this.key(key) : value), key };
  }

  /** The first published text of a record, for a title. */
  titleOf(digests: readonly string[]): string | undefined {
    for (const digest of digests) {
      const found = this.#source.texts.get(digest);
      if (found?.kind === 'withdrawn') return this.tongue.text('Title withdrawn');
      const parsed = found === undefined ? undefined : parseDisclosure(found.disclosure, this.#source.crypto);
      if (parsed?.ok === true) return textOf(parsed.value);
    }
    return undefined;
  }

  /** Terms and what is told of them. */
  facts(told: readonly Told[]): Html[] {
    return told.map((one) => html`<dt>${one.label}</dt><dd>${this.#said(one)}</dd>`);
  }

  #said(told: Told): Html | string {
    switch (told.as) {
      case 'money':
        return this.saying.money(told.value, told.currency);
      case 'day':
        return this.saying.day(told.value);
      case 'time':
        return this.saying.time(told.value);
      case 'flag':
        return this.tongue.text(told.value ? 'Yes' : 'No');
      case 'withdrawn':
        return html`<span class="tag amber">${this.saying.say('Withdrawn on {time} under {ground}', { time: this.saying.time(told.time), ground: told.value })}</span>`;
      case 'record':
        return html`<a href="/record/${told.key}">${this.saying.id(told.value)}</a>`;
      case 'code':
        return WORDS.test(told.value) ? this.tongue.code(told.value) : this.saying.id(told.value);
      default:
        return told.value;
    }
  }

  /** The state key that a member means: it is one, or its name is a collection of the module; and such a record stands. */
  #linked(module: string, name: string, value: string): string | undefined {
    if (isStateKey(value)) return this.#source.ledger.record(value) === undefined ? undefined : value;
    if (this.#modules.get(module)?.collections[name] === undefined || !/^[A-Za-z0-9._:@~-]{1,128}$/.test(value)) return undefined;
    const key = `${module}/${name}/${value}`;
    return this.#source.ledger.record(key) === undefined ? undefined : key;
  }

  /** A record's published title with its id; undefined where it has none. */
  titleAt(key: string): string | undefined {
    const title = this.nameAt(key);
    return title === undefined ? undefined : `${title} (${this.saying.id(key.split('/').slice(2).join('/'))})`;
  }

  /** A record's published title alone. */
  nameAt(key: string): string | undefined {
    return this.#titledAlong(key, ABOUT_MAX)[0]?.title;
  }

  /** What a record was for: of a payment, which is known by its payee, the commitment that it pays. Undefined where nothing says so. */
  purposeAt(key: string): Titled | undefined {
    return this.#titledAlong(key, ABOUT_MAX)[1];
  }

  /** The record, what it is about, and so on: those with a text of their own. A record without one is known by the first of them. */
  #titledAlong(key: string, steps: number): readonly Titled[] {
    const record = JSON.parse(this.#source.ledger.record(key) ?? '{}') as JsonObject;
    const title = Array.isArray(record.texts) ? this.titleOf(record.texts as readonly string[]) : undefined;
    const [module = '', collection = ''] = key.split('/');
    const views = this.#modules.get(module)?.views ?? {};
    const lists = Object.values(views).filter((view) => view.kind === 'list');
    const about = lists.find((view) => view.collection === collection)?.about;
    const next = about === undefined ? undefined : views[about.list];
    const own = title === undefined ? [] : [{ key, title }];
    if (about === undefined || next?.kind !== 'list' || steps === 0) return own;
    return [...own, ...this.#titledAlong(`${module}/${next.collection}/${String(record[about.column])}`, steps - 1)];
  }

  #eventDefinition(type: string): EventDefinition | undefined {
    const [module = '', local = ''] = split(type);
    return this.#modules.get(module)?.events[local];
  }
}

function asMoney(value: JsonValue): Money | undefined {
  const { amount, currency } = (value ?? {}) as { readonly amount?: JsonValue; readonly currency?: JsonValue };
  return typeof amount === 'string' && /^-?\d+$/.test(amount) && typeof currency === 'string' ? { amount, currency } : undefined;
}

/** All digests of texts in a body, an event or a record: members `_sd` and `texts`. */
export function digestsIn(value: JsonValue): readonly string[] {
  const found = new Set<string>();
  const visit = (node: JsonValue, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > 8 || found.size > 1_000) return;
    if (Array.isArray(node)) {
      for (const one of node as readonly JsonValue[]) visit(one, depth + 1);
      return;
    }
    for (const [name, member] of Object.entries(node as JsonObject)) {
      if ((name === '_sd' || name === 'texts') && Array.isArray(member)) {
        for (const digest of member as readonly JsonValue[]) if (typeof digest === 'string' && DIGEST.test(digest)) found.add(digest);
      } else visit(member, depth + 1);
    }
  };
  visit(value, 0);
  return [...found];
}

/** Whether a member's schema says that it is minor units. */
function isAmountOf(schema: TSchema | undefined, name: string): boolean {
  const property = (schema as { readonly properties?: Record<string, { readonly pattern?: string }> } | undefined)?.properties?.[name];
  return property?.pattern === AMOUNT_PATTERN;
}

function currencyOf(data: JsonObject): string {
  const { currency, money } = data as { readonly currency?: JsonValue; readonly money?: { readonly currency?: JsonValue } };
  return typeof currency === 'string' ? currency : typeof money?.currency === 'string' ? money.currency : '';
}

/** Integers of the size of ms UTC between 2000 and 2100 are instants; nothing else on the ledger is as large. */
function isInstant(name: string, value: number): boolean {
  return name !== 'height' && value > 946_684_800_000 && value < 4_102_444_800_000;
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `module.rest` in its two parts. */
function split(name: string): [string, string] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

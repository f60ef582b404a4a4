/**
 * A ledger in memory for the kernel's tests: a town with a court and an outside auditor, officers who have two real ES256 keys each, and
 * blocks of transactions that they really signed. *Given* a rig, *when* somebody submits, *then* a verdict, events and state.
 */
import assert from 'node:assert/strict';
import { generateEs256, generateNodeKeys, nodeCrypto, signEs256 } from '@tabularium/crypto';
import {
  encodeBase64,
  encodeTransaction,
  type JsonObject,
  makeUlid,
  parseTransaction,
  type Transaction,
  type TransactionPayload,
  thumbprint,
  toHex,
  verifyTransaction,
} from '@tabularium/protocol';
import { type Charter, type CharterDraft, type EnrolledKey, encodeCharter, makeCharter } from './charter.ts';
import { genesis } from './genesis.ts';
import { kernelModule } from './kernel-module.ts';
import { Machine } from './machine.ts';
import type { BlockResult, StateReader, StoredEvent, Verdict } from './machine-types.ts';
import type { ModuleDefinition, Refusal, Stored } from './module.ts';
import type { Bindings } from './run.ts';
import { successorGenesis } from './succession.ts';
import { permitModule, purseModule } from './test-modules.test.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 2026-03-02 09:00 UTC, a Monday. */
export const START = 1_772_442_000_000;

export interface Key {
  readonly kid: string;
  readonly enrolled: EnrolledKey & { readonly kind: 'es256' };
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export function newKey(): Key {
  const { privateKey, jwk } = generateEs256();
  return { kid: thumbprint(jwk, nodeCrypto), enrolled: { kind: 'es256', jwk }, sign: signEs256(privateKey) };
}

/** Officer → agency and roles. */
export const STAFF: Readonly<Record<string, readonly [agency: string, ...roles: string[]]>> = {
  clara: ['town', 'clerk@hall'],
  conrad: ['town', 'clerk@hall'],
  mira: ['town', 'mayor@hall'],
  otto: ['town', 'porter@hall'],
  anna: ['audit', 'auditor@audit-hall'],
  abel: ['audit', 'auditor@audit-hall'],
  judith: ['court', 'judge@court-hall'],
  jonas: ['court', 'judge@court-hall'],
};
export const KEYS: Readonly<Record<string, readonly [Key, Key]>> = Object.fromEntries(
  Object.keys(STAFF).map((officer) => [officer, [newKey(), newKey()]]),
);
/** Keys of the one node. */
export const NODE = generateNodeKeys();
export const UNTIL = START + 400 * DAY;

/** Roles as `init` gives them: from what the modules declare, standing actions for `permit` only. */
function rolesOf(catalogue: readonly ModuleDefinition[]): Record<string, string[]> {
  const roles: Record<string, string[]> = { porter: [], reader: [] };
  for (const { name, actions } of catalogue) {
    for (const [action, { roles: holders, internal }] of Object.entries(actions)) {
      const full = `${name}.${action}`;
      const given = full === 'kernel.correct' || full === 'kernel.annul' ? `${full}/permit` : full;
      if (internal !== true) for (const role of holders) roles[role] = [...new Set([...(roles[role] ?? []), given])];
    }
  }
  return roles;
}

export function charterDraft(catalogue: readonly ModuleDefinition[], change: Partial<CharterDraft> = {}): CharterDraft {
  return {
    name: 'town.example',
    log: 'public',
    agencies: { town: {}, audit: {}, court: {} },
    offices: { hall: { agency: 'town' }, 'audit-hall': { agency: 'audit' }, 'court-hall': { agency: 'court' } },
    officers: Object.fromEntries(
      Object.entries(STAFF).map(([officer, [agency, ...held]]) => [
        officer,
        {
          agency,
          keys: KEYS[officer]!.map(({ enrolled }) => enrolled),
          roles: held.map((term) => {
            const [role = '', office = ''] = term.split('@');
            return { role, office, until: UNTIL };
          }),
        },
      ]),
    ),
    nodes: {
      one: {
        agency: 'town',
        log: encodeBase64(NODE.log.publicKey),
        cosigner: encodeBase64(NODE.cosigner.publicKey),
        notice: NODE.notice.jwk,
      },
    },
    nodeQuorum: 1,
    witnesses: {},
    witnessQuorum: 0,
    modules: Object.fromEntries(catalogue.map(({ name }) => [name, [{ version: 1, from: 0 }]])),
    roles: rolesOf(catalogue),
    signers: {},
    amendQuorum: 2,
    recovery: { agencies: ['audit'], hours: 72 },
    review: { agencies: ['court'] },
    calendar: { zone: 'Etc/Test', offsets: [{ from: 0, minutes: 60 }], weekend: [6, 7], holidays: ['2026-04-03'] },
    parameters: {},
    limits: { maxExpirySeconds: 86_400, maxLagMs: 2_000, proposalDays: 14 },
    founding: { officers: ['clara', 'mira', 'anna'], quorum: 2 },
    ...change,
  };
}

export const PERMIT_BINDINGS: Bindings = { 'permit.funds': 'purse.funds', 'purse.permits': 'permit.marks' };

/** `permit` as the purse finds it: it offers to be marked. */
export function permitWithMarks(version = 1): ModuleDefinition {
  return { ...permitModule(version), offers: { marks: { orders: { mark: 'permit.inner' } } } };
}

export interface RigOptions {
  readonly catalogue?: readonly ModuleDefinition[];
  readonly bindings?: Bindings;
  readonly charter?: Partial<CharterDraft>;
  readonly founded?: boolean;
  /** State that is there already, of a predecessor. */
  readonly carried?: ReadonlyMap<string, string>;
}

export interface Options {
  readonly as?: string;
  readonly for?: string;
  readonly on?: Readonly<Record<string, number>>;
  readonly exp?: number;
  readonly id?: string;
  readonly ledger?: string;
  readonly key?: Key;
}

/** Sorted keys over a map: what a store does. Counts what is asked of it. */
export class MapState implements StateReader {
  readonly records: Map<string, string>;
  reads = 0;
  scans = 0;

  constructor(records: ReadonlyMap<string, string>) {
    this.records = new Map(records);
  }

  get(key: string): string | undefined {
    this.reads++;
    return this.records.get(key);
  }

  scan(start: string, end: string, limit: number): readonly (readonly [string, string])[] {
    this.scans++;
    const keys = [...this.records.keys()].filter((key) => key >= start && key < end).sort();
    return keys.slice(0, limit).map((key) => [key, this.records.get(key)!] as const);
  }

  apply(writes: ReadonlyMap<string, string | null>): void {
    for (const [key, value] of writes) {
      if (value === null) assert.ok(this.records.delete(key), `${key} was removed and was not there`);
      else this.records.set(key, value);
    }
  }
}

/** A refusal of the kernel has a code of its closed list and names one of its rules. */
function isListed({ code, rule }: Refusal): void {
  if (!code.startsWith('kernel.')) return;
  assert.ok(Object.hasOwn(kernelModule.refusals, code.slice('kernel.'.length)), code);
  assert.ok(
    kernelModule.rules.some(({ id }) => id === rule),
    `${code} names ${rule}`,
  );
}

let serial = 0;

export class Rig {
  readonly machine: Machine;
  readonly charter: Charter;
  readonly state: MapState;
  readonly events: StoredEvent[] = [];
  /** Events of block 1. */
  readonly founding: readonly StoredEvent[];
  readonly accepted = new Map<string, string>();
  time = START;
  height = 1;

  constructor(options: RigOptions = {}) {
    const {
      catalogue = [kernelModule, permitWithMarks(), purseModule],
      bindings = PERMIT_BINDINGS,
      charter = {},
      founded = true,
    } = options;
    this.machine = new Machine({ catalogue, crypto: nodeCrypto, bindings });
    this.charter = makeCharter(charterDraft(catalogue, charter), nodeCrypto);
    const { carried } = options;
    const { writes, events } =
      carried === undefined ? genesis(this.charter, this.time, nodeCrypto) : successorGenesis(this.charter, this.time, nodeCrypto, carried);
    this.founding = events;
    this.state = new MapState(writes);
    if (founded) for (const founder of ['clara', 'mira']) this.ok(founder, 'kernel.charter.accept', { charter: this.digest });
  }

  /** SHA-256 of leaf 0. */
  get digest(): string {
    return toHex(nodeCrypto.sha256(encodeCharter(this.charter, nodeCrypto)));
  }

  /** Another ledger that stands exactly where this one does. */
  twin(): Rig {
    const twin = new Rig({ founded: false });
    twin.state.apply(this.state.records);
    for (const [slot, name] of this.accepted) twin.accepted.set(slot, name);
    [twin.time, twin.height] = [this.time, this.height];
    return twin;
  }

  payload(action: string, body: JsonObject, { key: _, ...more }: Options = {}): TransactionPayload {
    const exp = Math.floor(this.time / 1_000) + 3_600;
    const id = makeUlid(
      this.time,
      Uint8Array.from({ length: 10 }, (_one, i) => (i < 6 ? 0 : (serial >> (8 * (9 - i))) & 0xff)),
    );
    serial++;
    return { ledger: this.charter.origin, id, action, exp, body, ...more };
  }

  /** A transaction as it comes out of admission: really signed, strictly read, its signature good. */
  sign(officer: string, action: string, body: JsonObject, options: Options = {}): Transaction {
    const { kid, sign, enrolled } = options.key ?? KEYS[officer]![0];
    const parsed = parseTransaction(encodeTransaction(this.payload(action, body, options), kid, sign), nodeCrypto);
    assert.ok(parsed.ok);
    assert.ok(verifyTransaction(parsed.transaction, enrolled, nodeCrypto));
    return parsed.transaction;
  }

  /** A block, as an engine would make it: empty ones leave no trace. */
  block(transactions: readonly Transaction[] = [], after = 1_000): BlockResult {
    this.time += after;
    const before = new Map(this.state.records);
    const result = this.machine.execute(
      {
        height: this.height + 1,
        time: this.time,
        transactions,
        accepted: (kid, id) => this.accepted.get(`${kid}/${id}`),
      },
      this.state,
    );
    assert.deepEqual(this.state.records, before, 'executing a block is not to touch state');
    assert.deepEqual([...result.writes.keys()], [...result.writes.keys()].sort());
    const took = result.verdicts.some(({ kind }) => kind === 'accepted');
    if (!took && result.deadlines === 0) {
      assert.equal(result.writes.size, 0, 'a refusal changes no state');
      assert.equal(result.events.length, 0, 'a refusal has no events');
      return result;
    }
    this.height++;
    this.state.apply(result.writes);
    this.events.push(...result.events);
    result.verdicts.forEach((verdict, i) => {
      const { kid, payload } = transactions[i]!;
      if (verdict.kind === 'accepted') this.accepted.set(`${kid}/${payload.id}`, verdict.name);
    });
    return result;
  }

  /** One transaction in a block of its own. What a dry run says of it just before must be the verdict. */
  submit(officer: string, action: string, body: JsonObject, options: Options = {}): Verdict {
    const transaction = this.sign(officer, action, body, options);
    const dry = this.machine.check(transaction, this.state, { time: this.time + 1_000, height: this.height + 1 });
    const { verdicts } = this.block([transaction]);
    const verdict = verdicts[0]!;
    if (verdict.kind === 'refused') isListed(verdict.refusal);
    if (verdict.kind !== 'repeated') assert.deepEqual({ ...dry, name: verdict.name }, verdict, 'the dry run says the same');
    return verdict;
  }

  /** As `submit`; must be accepted. Answers the transaction's name. */
  ok(officer: string, action: string, body: JsonObject, options: Options = {}): string {
    const verdict = this.submit(officer, action, body, options);
    assert.equal(verdict.kind, 'accepted', JSON.stringify(verdict));
    return verdict.name;
  }

  /** As `submit`; must be refused with this code. */
  no(code: string, officer: string, action: string, body: JsonObject, options: Options = {}): Verdict & { readonly kind: 'refused' } {
    const verdict = this.submit(officer, action, body, options);
    assert.equal(verdict.kind === 'refused' ? verdict.refusal.code : verdict.kind, code.includes('.') ? code : `kernel.${code}`);
    return verdict as Verdict & { readonly kind: 'refused' };
  }

  /** Propose by the first, approve by the others; answers the proposal's id. */
  together(officers: readonly string[], action: string, body: JsonObject): string {
    const [first = '', ...others] = officers;
    const proposal = this.ok(first, 'kernel.propose', { action, body });
    for (const officer of others) this.ok(officer, 'kernel.approve', { proposal });
    return proposal;
  }

  /** A record, or undefined. */
  record<T extends object = JsonObject>(key: string): Stored<T> | undefined {
    const text = this.state.records.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Stored<T>);
  }

  /** Types of the events of the last block that had one transaction or deadline. */
  told(since = 0): string[] {
    return this.events.slice(since).map(({ type }) => type);
  }
}

/**
 * A small module and a ledger kept in a text file, for the tests of projections: the thread imports it as it
 * imports the node's own feed. One line of the file is one block; whoever appends a line has grown the ledger.
 */
import { readFileSync } from 'node:fs';
import type { Fold, ModuleDefinition, ModuleView, ProjectionDefinition, StoredEvent } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import type { BlockEvents, EventSource, Feed } from './feed.ts';

export interface FixtureArgument {
  /** Text file with one JSON block per line. */
  readonly ledger: string;
  /** Raises the module's version, as a release would. */
  readonly version?: number;
  /** Makes the fold of this event type throw. */
  readonly broken?: string;
}

export function openFeed(argument: unknown): Feed {
  const { ledger, version, broken } = argument as FixtureArgument;
  return { catalogue: [grants(version ?? 1, broken)], source: new FileSource(ledger) };
}

class FileSource implements EventSource {
  readonly #path: string;
  constructor(path: string) {
    this.#path = path;
  }
  head(): { height: number } {
    return { height: this.#blocks().length };
  }
  *events(from: number, to: number): Iterable<BlockEvents> {
    for (const block of this.#blocks().slice(from - 1, to)) yield JSON.parse(block) as BlockEvents;
  }
  close(): void {}
  #blocks(): string[] {
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }
}

const tables: ProjectionDefinition['tables'] = {
  grant: {
    columns: {
      id: 'text',
      line: 'text',
      payee: 'text',
      purpose: 'text',
      amount: 'money',
      paid: 'money',
      due: 'time',
      open: 'boolean',
      payments: 'integer',
    },
    key: ['id'],
    indexes: [['line'], ['due'], ['amount']],
    search: ['payee', 'purpose'],
  },
  line: { columns: { code: 'text', granted: 'money', paid: 'money', grants: 'integer' }, key: ['code'] },
};

const folds: ProjectionDefinition['folds'] = {
  'grant.made': (data, meta) => [
    {
      table: 'grant',
      key: { id: String(data.id) },
      set: {
        line: String(data.line),
        payee: String(data.payee),
        purpose: String(data.purpose),
        amount: BigInt(String(data.amount)),
        due: data.due === null ? null : Number(data.due ?? meta.time),
        open: true,
      },
    },
    { table: 'line', key: { code: String(data.line) }, add: { granted: BigInt(String(data.amount)), grants: 1n } },
  ],
  'grant.paid': (data) => [
    { table: 'grant', key: { id: String(data.id) }, add: { paid: BigInt(String(data.amount)), payments: 1n } },
    { table: 'line', key: { code: String(data.line) }, add: { paid: BigInt(String(data.amount)) } },
  ],
  'grant.closed': (data) => [{ table: 'grant', key: { id: String(data.id) }, set: { open: false, payee: String(data.payee ?? 'closed') } }],
};

const views: Readonly<Record<string, ModuleView>> = {
  grants: {
    kind: 'list',
    title: 'Grants',
    table: 'grant',
    columns: [
      { column: 'id', label: 'Id', as: 'link' },
      { column: 'payee', label: 'Payee' },
      { column: 'amount', label: 'Amount', as: 'money' },
    ],
    filters: ['line', 'open', 'amount'],
    order: [{ column: 'due', descending: true }],
    search: true,
    id: 'id',
    collection: 'grant',
  },
  lines: {
    kind: 'list',
    title: 'Lines',
    table: 'line',
    columns: [{ column: 'code', label: 'Line' }],
    filters: [],
    order: [{ column: 'code' }],
    id: 'code',
  },
};

/** Grants: made with an amount and perhaps a due time, paid in parts, closed. */
export function grants(version: number, broken?: string): ModuleDefinition {
  const guarded = Object.entries(folds).map(([type, fold]): [string, Fold] => {
    const guard: Fold = (data, meta) => {
      if (meta.type === broken) throw new Error(`the fold of ${broken} is broken`);
      return fold(data, meta);
    };
    return [type, guard];
  });
  return {
    name: 'grants',
    version,
    title: 'Grants',
    actions: {},
    events: {},
    collections: {},
    rules: [],
    refusals: {},
    decide: {},
    evolve: {},
    projection: { tables, folds: Object.fromEntries(guarded) },
    views,
  };
}

/** A seeded stream of blocks: the same seed gives the same ledger. */
export function* generateBlocks(seed: number, blocks: number, perBlock: number): Iterable<BlockEvents> {
  let state = seed >>> 0 || 1;
  const next = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const payees = ['Årøy Bygg AS', 'Müller & Söhne', "O'Brien 100%", 'Nord_Vei', 'A1', 'Πάρκο Ltd', 'Sports club "East"'];
  let made = 0;
  let first = 2;
  for (let height = 1; height <= blocks; height++) {
    const time = 1_790_000_000_000 + height * 1_000;
    const events: StoredEvent[] = [];
    for (let entry = 0; entry < perBlock; entry++) {
      const act = made === 0 ? 0 : next(10);
      const id = act < 4 ? `grant-${String(made++).padStart(6, '0')}` : `grant-${String(next(made)).padStart(6, '0')}`;
      const line = `line-${id.charCodeAt(id.length - 1) % 7}`;
      const amount = String(next(1_000_000));
      const [type, data]: [string, JsonObject] =
        act < 4
          ? [
              'grants.grant.made',
              {
                id,
                line,
                payee: payees[next(payees.length)] as string,
                purpose: `Purpose ${next(50)}`,
                amount,
                due: next(3) === 0 ? null : time + next(5) * 86_400_000,
              },
            ]
          : act < 9
            ? ['grants.grant.paid', { id, line, amount }]
            : ['grants.grant.closed', { id, payee: payees[next(payees.length)] as string }];
      const signer = { kid: 'k', officer: 'o-1', agency: 'town', role: 'clerk', office: 'finance' };
      events.push({
        type,
        data,
        tx: `tx-${height}-${entry}`,
        entry,
        action: type.replace('made', 'make'),
        signers: act === 9 ? [signer, { ...signer, officer: 'o-2', role: 'auditor', office: 'audit' }] : [signer],
        keys: [`grants/grant/${id}`],
      });
    }
    yield { height, time, first, events };
    first += perBlock + 1;
  }
}

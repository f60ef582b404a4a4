/**
 * Two small areas of law for the kernel's tests: `permit` has every kind of record, deadline and standing action, `purse` answers its
 * questions and orders. `permit` rests on a rule (a permit is for at most 100 days) and an invariant (never for less than one).
 */
import { type JsonObject, parseAmount } from '@tabularium/protocol';
import { type TSchema, Type } from 'typebox';
import {
  type Act,
  type ActionDefinition,
  accept,
  type Decision,
  type Draft,
  type ModuleDefinition,
  type Refusal,
  refuse,
  type StandingHandler,
  type View,
} from './module.ts';

const closed = { additionalProperties: false } as const;
const object = (properties: Record<string, TSchema>) => Type.Object(properties, closed);
const id = Type.String({ pattern: '^[a-z0-9-]{1,32}$' });
const days = Type.Integer();

export interface Permit extends JsonObject {
  readonly days: number;
  readonly state: string;
  readonly by: string;
}

const action = (body: TSchema, more: Partial<ActionDefinition> = {}): ActionDefinition => ({
  title: 'An action of a test',
  text: 'It is there to be tried.',
  body,
  roles: ['clerk'],
  ...more,
});

/** The rule; the invariant is checked by `mustBe`. */
function tooLong(asked: number): { readonly refused: Refusal } | undefined {
  return asked > 100 ? refuse('permit.too-long', 'permit.length', { asked, limit: 100 }) : undefined;
}

function mustBe(asked: number): { readonly refused: Refusal } | undefined {
  return asked < 1 ? refuse('permit.no-length', 'permit.positive', { asked }) : undefined;
}

const permit = (view: View, key: string) => view.get<Permit>('permit', key);

function write(body: { permit: string; days: number; lapse?: number; handler?: string }, act: Act, view: View): Decision {
  if (permit(view, body.permit) !== undefined) return refuse('permit.there', 'permit.once');
  const by = act.signers.map(({ officer }) => officer).join('+');
  return tooLong(body.days) ?? mustBe(body.days) ?? accept([{ type: 'written', data: { ...body, by } }]);
}

const change =
  (type: string, check: (asked: number) => { readonly refused: Refusal } | undefined): StandingHandler =>
  ({ id: key, change: { days: asked, ...others } }, _act, view) => {
    if (Object.keys(others).length > 0) return refuse('permit.change-unknown', 'permit.form');
    const now = typeof asked === 'number' ? asked : (permit(view, key)?.days ?? 0);
    return check(now) ?? mustBe(now) ?? accept([{ type, data: { permit: key, days: now } }]);
  };

const move =
  (state: string): StandingHandler =>
  ({ id: key }) =>
    accept([{ type: 'moved', data: { permit: key, state } }]);

/** Only its own maker takes a permit back. */
const withdraw: StandingHandler = ({ id: key }, act, view) =>
  permit(view, key)?.by === act.signers[0]?.officer
    ? accept([{ type: 'moved', data: { permit: key, state: 'gone' } }])
    : refuse('permit.not-own', 'permit.own');

const put = (draft: Draft, key: string, record: JsonObject) => draft.put('permit', key, record);
const changed = ({ permit: key, days: now }: { permit: string; days: number }, draft: Draft) =>
  put(draft, key, { ...draft.get<Permit>('permit', key)!, days: now });

export function permitModule(version = 1): ModuleDefinition {
  return {
    name: 'permit',
    version,
    title: 'Permits',
    actions: {
      'permit.write': action(object({ permit: id, days, lapse: Type.Optional(Type.Integer()), handler: Type.Optional(id) })),
      'permit.grant': action(object({ permit: id }), { signers: 2, roles: ['clerk', 'mayor'] }),
      'permit.bundle': action(object({ items: Type.Array(object({ permit: id, days }), { minItems: 1, maxItems: 100 }) })),
      'permit.count': action(object({}), { services: true, roles: ['clerk', 'reader'] }),
      'permit.pay': action(object({ permit: id, amount: Type.String(), times: Type.Optional(Type.Integer()) })),
      'permit.numbers': action(object({ n: Type.Integer() })),
      'permit.rest': action(object({ permit: id, on: id })),
      'permit.remove': action(object({ permit: id })),
      'permit.silent': action(object({})),
      'permit.inner': action(object({ permit: id }), { internal: true }),
      ...(version === 1
        ? { 'permit.old': action(object({ permit: id }), { signers: 2 }) }
        : { 'permit.new': action(object({ permit: id })) }),
    },
    events: Object.fromEntries(
      ['written', 'granted', 'changed', 'moved', 'counted', 'numbered', 'rested', 'removed'].map((type) => [
        type,
        { data: Type.Record(Type.String(), Type.Unknown()), text: 'Something happened to a permit.' },
      ]),
    ),
    collections: {
      permit: {
        schema: Type.Record(Type.String(), Type.Unknown()),
        v: version,
        upcast: (value, from) => ({ ...value, v: version, upcastFrom: from }),
        withdraw,
        correct: change('changed', tooLong),
        annul: move('void'),
        suspend: () => accept([]),
        reinstate: move('back'),
        set: change('changed', () => undefined),
        reopen: ({ id: key }, act) => accept([{ type: 'written', data: { permit: key, days: 7, by: 'court', lapse: act.time + 1_000 } }]),
        dependents: (key, view) =>
          view
            .scan<{ readonly on: string }>('rest', { limit: 1_000 })
            .filter(({ value }) => value.on === key)
            .map(({ id: rest }) => `permit/rest/${rest}`),
      },
      rest: { schema: Type.Record(Type.String(), Type.Unknown()), v: 1 },
      number: { schema: Type.Record(Type.String(), Type.Unknown()), v: 1 },
    },
    rules: [
      { id: 'permit.length', kind: 'rule', text: 'A permit is for at most 100 days.', basis: 'Test Act § 1' },
      { id: 'permit.positive', kind: 'invariant', text: 'A permit is for at least a day.', basis: 'Arithmetic' },
    ],
    refusals: {
      'too-long': { kind: 'rule', text: 'It would be for too long.' },
      'no-length': { kind: 'rule', text: 'It would be for no time.' },
      'change-unknown': { kind: 'rule', text: 'A permit has no such member.' },
      'not-own': { kind: 'authority', text: 'It is another’s.' },
      there: { kind: 'rule', text: 'There is one.' },
      late: { kind: 'rule', text: 'Nothing lapses here.' },
      'cannot-pay': { kind: 'rule', text: 'There is too little left.' },
    },
    decide: {
      'permit.write': write,
      'permit.grant': ({ permit: key }: { permit: string }, _act: Act, view: View) => {
        const found = permit(view, key);
        if (found === undefined) return refuse('permit.there', 'permit.once');
        return tooLong(found.days) ?? accept([{ type: 'granted', data: { permit: key } }]);
      },
      'permit.bundle': ({ items }: { items: { permit: string; days: number }[] }, act: Act, view: View): Decision => {
        const decisions = items.map((item) => write(item, act, view));
        const refused = decisions.flatMap((one, item) => ('refused' in one ? [{ item, ...one.refused }] : []));
        if (refused.length > 0) return { refused: { code: 'permit.too-long', rule: 'permit.length', items: refused } };
        return accept(decisions.flatMap((one) => ('events' in one ? one.events : [])));
      },
      'permit.count': (_body: JsonObject, _act: Act, view: View) =>
        accept([{ type: 'counted', data: { permits: view.scan('permit', { limit: 1_000 }).length } }]),
      'permit.pay': ({ permit: key, amount, times = 1 }: { permit: string; amount: string; times?: number }, _act: Act, view: View) => {
        const left = parseAmount(view.ask('funds', 'left', {}) as string)!;
        if (left < parseAmount(amount)! * BigInt(times)) return refuse('permit.cannot-pay', 'permit.funds', { left: left.toString() });
        const order = { port: 'funds', order: 'take', body: { amount, permit: key } };
        return accept([{ type: 'moved', data: { permit: key, state: 'paid' } }], Array<typeof order>(times).fill(order));
      },
      'permit.numbers': ({ n }: { n: number }, act: Act) =>
        accept(Array.from({ length: n }, () => ({ type: 'numbered', data: { number: act.newId() } }))),
      'permit.rest': ({ permit: key, on }: { permit: string; on: string }) => accept([{ type: 'rested', data: { permit: key, on } }]),
      'permit.remove': ({ permit: key }: { permit: string }) => accept([{ type: 'removed', data: { permit: key } }]),
      'permit.silent': () => accept([]),
      'permit.inner': ({ permit: key }: { permit: string }) => accept([{ type: 'moved', data: { permit: key, state: 'inner' } }]),
      ...(version === 1
        ? { 'permit.old': ({ permit: key }: { permit: string }) => accept([{ type: 'moved', data: { permit: key, state: 'old' } }]) }
        : { 'permit.new': ({ permit: key }: { permit: string }) => accept([{ type: 'moved', data: { permit: key, state: 'new' } }]) }),
    },
    evolve: {
      written: (
        { permit: key, lapse, handler = 'lapse', ...record }: { permit: string; lapse?: number; handler?: string },
        draft: Draft,
      ) => {
        put(draft, key, { ...record, state: `written-${version}` });
        if (lapse !== undefined) draft.schedule(handler, 'permit', key, lapse);
      },
      granted: ({ permit: key }: { permit: string }, draft: Draft) => put(draft, key, { ...draft.get('permit', key)!, state: 'granted' }),
      changed,
      moved: ({ permit: key, state }: { permit: string; state: string }, draft: Draft) => {
        const record = draft.get<Permit>('permit', key) ?? { days: 0, by: 'nobody' };
        put(draft, key, { ...record, state });
      },
      counted: ({ permits }: { permits: number }, draft: Draft) => draft.put('number', 'permits', { permits }),
      numbered: ({ number }: { number: string }, draft: Draft) => draft.put('number', number, {}),
      rested: ({ permit: key, on }: { permit: string; on: string }, draft: Draft) => draft.put('rest', key, { on }),
      removed: ({ permit: key }: { permit: string }, draft: Draft) => draft.remove('permit', key),
    },
    deadlines: {
      lapse: ({ id: key }) => accept([{ type: 'moved', data: { permit: key, state: 'lapsed' } }]),
      refuse: () => refuse('permit.late', 'permit.length'),
      break: () => {
        throw new Error('an invariant broke');
      },
      number: (_record, act) => accept([{ type: 'numbered', data: { number: act.newId() } }]),
      // Takes back the deadline of another permit that is due in the same moment.
      race: ({ id: key }) => accept([{ type: 'removed', data: { permit: key === 'first' ? 'second' : 'first' } }]),
    },
    needs: { funds: { questions: ['left'], orders: ['take'] } },
    projection: { tables: {}, folds: {} },
    views: {},
  };
}

/** Holds 1,000 in the beginning and takes what it is told to, up to 500 at once. */
export const purseModule: ModuleDefinition = {
  name: 'purse',
  version: 1,
  title: 'A purse',
  actions: {
    take: action(object({ amount: Type.String(), permit: id }), { internal: true }),
    audit: action(object({ permit: id })),
  },
  events: { taken: { data: Type.Record(Type.String(), Type.Unknown()), text: 'Money was taken.' } },
  collections: {
    account: { schema: object({ taken: Type.String() }), v: 1, set: () => accept([{ type: 'taken', data: { amount: '0', by: 'court' } }]) },
  },
  rules: [],
  refusals: { 'too-much': { kind: 'rule', text: 'That is too much at once.' } },
  decide: {
    take: ({ amount }: { amount: string }, act: Act) =>
      parseAmount(amount)! > 500n
        ? refuse('purse.too-much', 'purse.limit', { amount })
        : accept([{ type: 'taken', data: { amount, by: act.signers.map(({ officer }) => officer).join('+') } }]),
    audit: ({ permit: key }: { permit: string }) => accept([], [{ port: 'permits', order: 'mark', body: { permit: key } }]),
  },
  evolve: {
    taken: ({ amount, by }: { amount: string; by: string }, draft: Draft) => {
      const taken = parseAmount(draft.get<{ readonly taken: string }>('account', 'main')?.taken ?? '0')! + parseAmount(amount)!;
      draft.put('account', 'main', { taken: taken.toString(), by });
    },
  },
  needs: { permits: { orders: ['mark'] } },
  offers: {
    funds: {
      questions: {
        left: (_args, view) => (1_000n - parseAmount(view.get<{ readonly taken: string }>('account', 'main')?.taken ?? '0')!).toString(),
      },
      orders: { take: 'take' },
    },
  },
  projection: { tables: {}, folds: {} },
  views: {},
};

/** Modules `relay-1` … `relay-n`, each of which orders the next to pass something on; `circle` binds the last one to the first. */
export function relays(n: number, circle: boolean): { readonly modules: ModuleDefinition[]; readonly bindings: Record<string, string> } {
  const last = circle ? n : n - 1;
  const modules = Array.from(
    { length: n },
    (_, i): ModuleDefinition => ({
      name: `relay-${i + 1}`,
      version: 1,
      title: 'A relay',
      actions: { pass: action(object({ fan: Type.Integer() })) },
      events: { passed: { data: object({}), text: 'It was passed on.' } },
      collections: { mark: { schema: object({}), v: 1 } },
      rules: [],
      refusals: {},
      decide: {
        pass: ({ fan }: { fan: number }) =>
          accept(
            [{ type: 'passed', data: {} }],
            i < last ? Array.from({ length: fan }, () => ({ port: 'next', order: 'pass', body: { fan: 1 } })) : [],
          ),
      },
      evolve: { passed: (_data: JsonObject, draft: Draft) => draft.put('mark', 'passed', {}) },
      ...(i < last ? { needs: { next: { orders: ['pass'] } } } : {}),
      offers: { baton: { orders: { pass: 'pass' } } },
      projection: { tables: {}, folds: {} },
      views: {},
    }),
  );
  const bindings = Object.fromEntries(modules.slice(0, last).map(({ name }, i) => [`${name}.next`, `relay-${((i + 1) % n) + 1}.baton`]));
  return { modules, bindings };
}

/**
 * An area of law that this house does not have, as small as one can be: a dog's licence is asked for and granted. Its folder, one line in the
 * catalogue and its words are all that a new module is; no screen knows of it (DESIGN §3, "Declared once, used everywhere").
 */
import { type Act, accept, type Decision, type EventMeta, type ModuleDefinition, refuse, type Upsert, type View } from '@tabularium/kernel';
import { disclosable, published } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const Chip = Type.String({ pattern: '^[0-9]{15}$', title: 'Chip number', description: 'The fifteen digits that a reader shows.' });
const Licence = Type.String({ pattern: '^[0-9]{15}$', title: 'Licence' });
const Kind = Type.Enum(['companion', 'guide-dog', 'guard-dog'], { title: 'What the dog is for' });
const Day = Type.String({ pattern: '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$', title: 'Valid until', 'x-type': 'day' });
const Texts = Type.Array(Type.String());
const Name = Type.String({ minLength: 1, maxLength: 100, title: 'Name of the dog' });

const ApplyBody = disclosable({ chip: Chip, kind: Kind, name: published(Name) });
const GrantBody = Type.Object(
  { items: Type.Array(Type.Object({ licence: Licence }, closed), { minItems: 1, maxItems: 100, title: 'Licences' }) },
  closed,
);
const Applied = Type.Object({ licence: Licence, kind: Kind, texts: Texts }, closed);
const Granted = Type.Object({ licence: Licence, until: Day }, closed);
const LicenceRecord = Type.Object(
  { kind: Kind, state: Type.Enum(['asked-for', 'granted']), until: Type.Optional(Day), texts: Texts },
  closed,
);
type LicenceRecord = Static<typeof LicenceRecord>;

function apply({ chip, kind, _sd }: Static<typeof ApplyBody>, _act: Act, view: View): Decision {
  if (view.get('licence', chip) !== undefined) return refuse('dogs.has-one', 'dogs.one-licence', { chip });
  return accept([{ type: 'licence.asked-for', data: { licence: chip, kind, texts: [..._sd] } }]);
}

function grant({ items }: Static<typeof GrantBody>, act: Act, view: View): Decision {
  const wrong = items.find(({ licence }) => view.get<LicenceRecord>('licence', licence)?.state !== 'asked-for');
  if (wrong !== undefined) return refuse('dogs.not-asked-for', 'dogs.asked-first', { licence: wrong.licence });
  const until = `${Number(act.charter.date(act.time).slice(0, 4)) + 1}-12-31`;
  return accept(items.map(({ licence }) => ({ type: 'licence.granted', data: { licence, until } })));
}

const row = (id: string, set: NonNullable<Upsert['set']>): readonly Upsert[] => [{ table: 'licence', key: { id }, set }];

export const dogs: ModuleDefinition = {
  name: 'dogs',
  version: 1,
  title: 'Dogs',
  actions: {
    apply: {
      title: 'Enter an application for a dog licence',
      text: 'Writes down who asked for a licence for which dog; it waits until it is granted.',
      body: ApplyBody,
      roles: ['clerk'],
    },
    grant: {
      title: 'Grant dog licences',
      text: 'From today until the end of next year the dog may be kept.',
      body: GrantBody,
      roles: ['mayor'],
    },
  },
  events: {
    'licence.asked-for': { data: Applied, text: 'Somebody asked for a dog licence.' },
    'licence.granted': { data: Granted, text: 'A dog licence was granted.' },
  },
  collections: { licence: { schema: LicenceRecord, v: 1 } },
  rules: [
    { id: 'dogs.one-licence', kind: 'rule', text: 'A dog has one licence.', basis: 'Dog Keeping Act § 4' },
    { id: 'dogs.asked-first', kind: 'rule', text: 'What nobody asked for is not granted.', basis: 'Dog Keeping Act § 5' },
  ],
  refusals: {
    'has-one': { kind: 'conflict', text: 'This dog has a licence, or somebody has asked for one.' },
    'not-asked-for': { kind: 'conflict', text: 'Nobody waits for this licence.' },
  },
  decide: { apply, grant },
  evolve: {
    'licence.asked-for': ({ licence, kind, texts }: Static<typeof Applied>, draft) =>
      draft.put('licence', licence, { kind, state: 'asked-for', texts }),
    'licence.granted': ({ licence, until }: Static<typeof Granted>, draft) => {
      const { kind, texts } = draft.get<LicenceRecord>('licence', licence)!;
      draft.put('licence', licence, { kind, state: 'granted', until, texts });
    },
  },
  projection: {
    tables: {
      licence: {
        columns: { id: 'text', kind: 'text', state: 'text', until: 'text', texts: 'text', asked: 'time', entry: 'integer' },
        key: ['id'],
        indexes: [['state']],
      },
    },
    folds: {
      'licence.asked-for': (data, { time, index }: EventMeta) => {
        const { licence, kind, texts } = data as Static<typeof Applied>;
        return row(licence, { kind, state: 'asked-for', texts: texts.join(' '), asked: time, entry: index });
      },
      'licence.granted': (data) => {
        const { licence, until } = data as Static<typeof Granted>;
        return row(licence, { state: 'granted', until });
      },
    },
  },
  views: {
    licences: {
      kind: 'list',
      title: 'Dog licences',
      table: 'licence',
      columns: [
        { column: 'id', label: 'Chip number', as: 'link' },
        { column: 'texts', label: 'Name of the dog', as: 'text' },
        { column: 'kind', label: 'What the dog is for', as: 'code' },
        { column: 'state', label: 'State' },
        { column: 'until', label: 'Valid until', as: 'date' },
        { column: 'asked', label: 'Asked for on', as: 'date' },
      ],
      filters: ['state', 'kind'],
      order: [{ column: 'asked', descending: true }],
      id: 'id',
      collection: 'licence',
    },
    'form-apply': { kind: 'form', title: 'Enter an application for a dog licence', action: 'dogs.apply' },
    'form-grant': {
      kind: 'form',
      title: 'Grant dog licences',
      action: 'dogs.grant',
      picks: [{ items: 'items', list: 'licences', where: { state: 'asked-for' }, fill: { licence: 'id' }, waits: {} }],
    },
  },
};

/**
 * The shapes of requests and answers, declared once: they check bodies and queries, and OpenAPI shows them.
 * Answers are described, not checked again: they are built from checked parts.
 */
import { DIGEST_PATTERN } from '@tabularium/protocol';
import { Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const integer = (description: string, minimum = 0) => Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER, description });

/** Name of the one schema that all errors have. */
export const PROBLEM_TITLE = 'Problem';

export const Name = Type.String({
  pattern: DIGEST_PATTERN,
  description: 'Name of a transaction: base64url SHA-256 of its JWS signing input.',
});

export const PlacedAnswer = Type.Object(
  {
    name: Name,
    index: integer('Log index of the entry.'),
    height: integer('Number of the seal that closed its block.', 1),
    time: integer('Block time, ms UTC.'),
    proof: Type.Optional(
      Type.Union([Type.Literal('node'), Type.Literal('quorum')], {
        description: 'Where several nodes run the ledger: who has cosigned the receipt, this node or as many as the policy counts.',
      }),
    ),
    receipt: Type.Optional(Type.String({ description: 'The receipt: a C2SP tlog-proof file with entry and signer’s key.' })),
  },
  { description: 'The transaction stands in the log.' },
);

export const PendingAnswer = Type.Object(
  { name: Name, status: Type.Literal('pending'), location: Type.String() },
  { description: 'Ordering outlasts the wait; ask again at `location`.' },
);

export const ProblemAnswer = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable code from a closed list.' }),
    detail: Type.Optional(Type.String()),
    rule: Type.Optional(Type.String({ description: 'Id of the rule that refused.' })),
    basis: Type.Optional(Type.String({ description: 'Legal reference of the rule.' })),
    text: Type.Optional(Type.String({ description: 'The rule in one plain sentence.' })),
    facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()]))),
    items: Type.Optional(Type.Array(Type.Unknown(), { description: 'Every refused item of a bundle.' })),
    name: Type.Optional(Name),
    height: Type.Optional(Type.Integer()),
    time: Type.Optional(Type.Integer()),
    notice: Type.Optional(Type.String({ description: 'The signed note of refusal, a compact JWS.' })),
  },
  { title: PROBLEM_TITLE, description: 'RFC 9457 problem details.' },
);

export const WaitQuery = Type.Object(
  {
    wait: Type.Optional(
      Type.String({
        pattern: '^(?:quorum|[0-9]{1,4}|[12][0-9]{4}|30000)$',
        description:
          'How long to wait for ordering, ms, at most 30,000; default 5,000. `quorum`: until as many nodes have cosigned the receipt as the policy counts.',
      }),
    ),
  },
  closed,
);

export const BatchQuery = Type.Object(
  { receipts: Type.Optional(Type.Boolean({ description: 'Whether lines carry receipts. Default true.' })) },
  closed,
);

export const CheckBody = Type.Object(
  {
    signer: Type.String({ pattern: DIGEST_PATTERN, description: 'Key id (RFC 7638 thumbprint) of whoever would sign.' }),
    action: Type.String({
      pattern: '^[a-z][a-z0-9-]*(?:\\.[a-z][a-z0-9-]*){1,4}(?:@(?:[2-9]|[1-9][0-9]{1,3}))?$',
      maxLength: 128,
      description: 'Full name of the action.',
    }),
    as: Type.Optional(
      Type.String({ pattern: '^[a-z][a-z0-9.-]{0,63}@[a-z0-9][a-z0-9.-]{0,63}$', description: 'Role used, `role@office`.' }),
    ),
    for: Type.Optional(Type.String({ maxLength: 128, description: 'Mandate id.' })),
    on: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description: 'State key → revision relied on.' })),
    body: Type.Object({}, { description: 'The action’s body.' }),
    changes: Type.Optional(Type.Boolean({ description: 'Whether to say what would change. Default false.' })),
  },
  closed,
);

const ToldAnswer = Type.Array(
  Type.Object({
    label: Type.String(),
    as: Type.Enum(['text', 'code', 'withdrawn', 'money', 'day', 'time', 'flag', 'record']),
    value: Type.Union([Type.String(), Type.Integer(), Type.Boolean()]),
    currency: Type.Optional(Type.String({ description: 'Of money, whose value is minor units.' })),
    key: Type.Optional(Type.String({ description: 'State key of the record that is meant.' })),
    aside: Type.Optional(Type.Boolean({ description: 'Told of another record: no proof of this one speaks of it.' })),
    time: Type.Optional(integer('Since when a text is withdrawn, ms UTC.')),
  }),
);

const ChangesAnswer = Type.Array(
  Type.Object({
    key: Type.String({ description: 'State key; of a record that would be new, not the one that it will have.' }),
    title: Type.String(),
    isNew: Type.Boolean(),
    members: Type.Array(
      Type.Object({ label: Type.String(), before: Type.Optional(ToldAnswer.items), after: Type.Optional(ToldAnswer.items) }),
      { description: 'What would read otherwise.' },
    ),
  }),
  { description: 'Records that would read otherwise once everybody has signed.' },
);

export const CheckAnswer = Type.Object(
  {
    verdict: Type.Enum(['accepted', 'refused']),
    refusal: Type.Optional(ProblemAnswer),
    warnings: Type.Optional(
      Type.Array(Type.Object({ code: Type.Enum(['version-missing', 'signers-unreachable']), text: Type.String() }), {
        description: 'Of an amendment of the charter: what no rule forbids, and whoever signs should know.',
      }),
    ),
    changes: Type.Optional(ChangesAnswer),
    more: Type.Optional(integer('Records beyond those in `changes`.')),
  },
  { description: 'What would be decided now. Nothing is kept.' },
);

export const FindQuery = Type.Object(
  {
    signer: Type.Optional(Name),
    id: Type.Optional(Type.String({ pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$', description: 'ULID of the transaction.' })),
    before: Type.Optional(integer('Log index; entries before it.')),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);

export const EntryAnswer = Type.Object({
  index: integer('Log index.'),
  height: integer('Height of its block.', 1),
  time: integer('Block time, ms UTC.'),
  name: Name,
  action: Type.String({ description: 'What was signed.' }),
  about: Type.String({ description: 'The action proposed or carried out, where that is another; otherwise empty.' }),
  agency: Type.String(),
  office: Type.String(),
  role: Type.String(),
  others: Type.Array(Type.String(), { description: '`role@office` of the others whose signatures carried it.' }),
});

export const BlockAnswer = Type.Object({
  height: integer('Number of the seal.', 1),
  time: integer('Block time, ms UTC.'),
  first: integer('Log index of its first leaf.'),
  count: integer('Leaves before the seal.'),
});

export const PageQuery = Type.Object(
  {
    before: Type.Optional(integer('Only what is before this height.', 1)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);

export const TextAnswer = Type.Object(
  { digest: Name, disclosure: Type.String(), name: Type.String(), value: Type.Unknown() },
  { description: 'A published text; SHA-256 of `disclosure` is the digest.' },
);

export const TextsAnswer = Type.Object(
  {
    rows: Type.Array(
      Type.Object({
        digest: Name,
        name: Type.Optional(Type.String({ description: 'What the text is: title, purpose, …' })),
        value: Type.Optional(Type.Unknown()),
        withdrawn: Type.Optional(
          Type.Object(
            { time: integer('Block time, ms UTC.'), ground: Type.String(), case: Type.String() },
            { description: 'In place of name and value: the text was withdrawn.' },
          ),
        ),
      }),
    ),
  },
  { description: 'Published texts, in the order asked for.' },
);

export const HealthAnswer = Type.Object({
  status: Type.Enum(['ok', 'halted']),
  height: Type.Integer(),
  size: Type.Integer(),
  queued: Type.Integer(),
  projections: Type.Object({ height: Type.Integer(), failed: Type.Optional(Type.String()) }),
  voteless: Type.Optional(Type.String({ description: 'Where several nodes run the ledger: why this one casts no vote just now.' })),
});

export const EvidenceAnswer = Type.Object({
  evidence: Type.Array(
    Type.Object(
      {
        kind: Type.Union([Type.Literal('contradiction'), Type.Literal('equivocation')]),
        node: Type.String({ description: 'Id in the charter.' }),
        size: integer('Leaves in the log at which the two part.'),
      },
      { additionalProperties: true, description: '`ours` and `theirs`, or `first` and `second`: signed notes.' },
    ),
  ),
});

export const ViewsAnswer = Type.Object(
  {
    office: Type.String(),
    origin: Type.String(),
    training: Type.Optional(Type.Literal(true, { description: 'Nothing recorded here has an effect: the ledger is for training.' })),
    zone: Type.String({ description: 'IANA name of the zone of the office’s clocks.' }),
    modules: Type.Array(
      Type.Object({
        name: Type.String(),
        title: Type.String(),
        lists: Type.Record(Type.String(), Type.Object({}), { description: 'Each read at `/api/v1/<module>/<list>`, with its columns.' }),
        actions: Type.Record(Type.String(), Type.String(), { description: 'What may be done, in words.' }),
      }),
    ),
    demo: Type.Optional(Type.Literal(true, { description: 'The office is invented, for trying things out.' })),
  },
  { description: 'Whose record this is, and what there is to see.' },
);

export const SearchAnswer = Type.Object(
  {
    hits: Type.Array(
      Type.Object({
        kind: Type.Enum(['entry', 'record']),
        title: Type.String({ description: 'Its published title; where it has none, its id.' }),
        sub: Type.String({ description: 'Of a record the list in which it stands, of an entry who signed it.' }),
        purpose: Type.Optional(Type.String({ description: 'Of a record what it was for, where that has another title.' })),
        byDay: Type.Optional(Type.Literal(true, { description: 'It was found by its day.' })),
        exact: Type.Optional(Type.Literal(true, { description: 'What was asked is its number, its name, its id or its state key.' })),
        index: Type.Optional(integer('Of an entry: `/entries/{index}`.')),
        module: Type.Optional(Type.String({ description: 'Of a record, with `list` and `id`: `/lists/{module}/{list}/{id}`.' })),
        list: Type.Optional(Type.String()),
        id: Type.Optional(Type.String()),
        time: Type.Optional(integer('Block time of the entry that made it, ms UTC.')),
        day: Type.Optional(Type.String({ description: 'The first day that its list shows: of delivery, of payment, …' })),
        amount: Type.Optional(Type.String({ description: 'Minor units.' })),
        currency: Type.Optional(Type.String()),
      }),
      { maxItems: 20 },
    ),
    total: integer('How many were found; counted up to some hundred.'),
    nearest: Type.Optional(Type.Literal(true, { description: 'Nothing has all the words; this has some of them.' })),
  },
  { description: 'Best first.' },
);

/** What an act was about. */
const Subject = {
  about: Type.Optional(Type.String({ description: 'What the record is called that it was about, or the first of them.' })),
  purpose: Type.Optional(Type.String({ description: 'What that one was for, where it is called otherwise: of a payment, what was paid.' })),
  times: Type.Optional(integer('Where it did the same to several records: to how many.', 2)),
  money: Type.Optional(
    Type.Object({ amount: Type.String(), currency: Type.String() }, { description: 'The sum of what it names, in minor units.' }),
  ),
};

export const StoryLineAnswer = Type.Object(
  {
    index: integer('Log index of the entry.'),
    name: Name,
    height: integer('Number of the seal that closed its block.', 1),
    time: integer('Block time, ms UTC.'),
    action: Type.String(),
    title: Type.String({ description: 'What was done, in words.' }),
    role: Type.String(),
    office: Type.String(),
    ...Subject,
  },
  { description: 'An entry in a list.' },
);

const Signers = Type.Array(Type.Object({ role: Type.String(), office: Type.String(), agency: Type.String() }));
const ToldEvent = { type: Type.String(), title: Type.String(), told: ToldAnswer };

export const StoryAnswer = Type.Object(
  {
    index: integer('Log index of the entry.'),
    name: Type.String({ description: 'Name of the transaction; empty where the entry is the charter or a stamp.' }),
    height: integer('Number of the seal that closed its block.', 1),
    time: integer('Block time, ms UTC.'),
    kind: Type.Enum(['act', 'charter', 'stamp']),
    action: Type.String(),
    title: Type.String(),
    headline: Type.String(),
    ...Subject,
    record: Type.Optional(Type.String({ description: 'State key of the record that it wrote about, where it is one.' })),
    right: Type.String({ description: 'The action whose right was used, in words.' }),
    signers: Signers,
    order: Type.Optional(Type.String({ description: 'Case of the court’s order that allowed it.' })),
    events: Type.Array(Type.Object(ToldEvent)),
    more: integer('Events beyond those told.'),
    keys: Type.Array(Type.String({ description: 'State key that it wrote.' })),
    transfers: Type.Array(
      Type.Object(
        { debit: Type.String(), credit: Type.String(), amount: Type.String(), currency: Type.String(), phase: Type.String() },
        { description: 'Double entry; amounts in minor units.' },
      ),
    ),
    officers: Type.Array(Type.String({ description: 'Handle of somebody who signed.' })),
    kid: Type.String({ description: 'Thumbprint of the key that signed.' }),
    signed: Type.Object({}, { description: 'What was signed; of the charter or a stamp, what it is.' }),
  },
  { description: 'What an entry did, in words that its module declares.' },
);

export const LifeAnswer = Type.Object(
  {
    key: Type.String({ description: 'State key.' }),
    title: Type.String(),
    stands: Type.Optional(
      Type.Object(
        {
          state: Type.String(),
          standing: Type.String({ description: '`suspended`, `withdrawn`, `annulled` or empty.' }),
          order: Type.String({ description: 'Case of the order under which it stands, or empty.' }),
          imported: Type.Boolean({ description: 'Carried over from elsewhere, not authoritative.' }),
          told: ToldAnswer,
          record: Type.Object({}, { description: 'The record as it is under the state root.' }),
        },
        { description: 'What stands now; absent where the record no longer does.' },
      ),
    ),
    documents: Type.Array(
      Type.Object({
        tx: Type.String({ description: 'Transaction that attached it; of its own record `kernel/document/<tx>`.' }),
        role: Type.String({ description: 'In which role it was attached.' }),
        office: Type.String(),
        time: integer('When, ms UTC.'),
        standing: Type.String({ description: '`withdrawn`, `annulled` or empty.' }),
        said: Type.Optional(
          Type.Object(
            { by: Type.String(), indication: Type.String(), on: Type.String(), form: Type.String() },
            {
              description:
                'What a validation of its signatures found as of a day, by the service of this name; this ledger has not judged it.',
            },
          ),
        ),
      }),
      { description: 'Documents attached, newest first, at most 100.' },
    ),
    steps: Type.Array(
      Type.Object({
        ...ToldEvent,
        height: integer('Number of the seal that closed its block.', 1),
        time: integer('Block time, ms UTC.'),
        entry: Type.Optional(integer('Log index of the entry; absent where nobody signed.')),
        right: Type.String({ description: 'The action whose right was used, in words.' }),
        signers: Signers,
      }),
      { description: 'What happened to it, oldest first.' },
    ),
    complete: Type.Boolean({ description: 'False where it has more steps than these.' }),
  },
  { description: 'A record’s life, in words that its module declares.' },
);

export const SeenAnswer = Type.Object(
  {
    height: integer('Number of the newest seal.'),
    size: integer('Leaves of the log.'),
    time: integer('Time of the newest seal, ms UTC.'),
    witness: Type.Object({
      size: integer('Leaves that somebody outside the office has seen; 0 when nobody has.'),
      witnesses: Type.Array(Type.Object({ name: Type.String(), time: integer('Of the newest cosignature, ms UTC.') })),
    }),
    agencies: Type.Object({
      size: integer('Leaves that the agencies who run the ledger all have; 0 where one does.'),
      names: Type.Array(Type.String()),
    }),
  },
  { description: 'Whether the record is sealed, and who besides this office has seen it.' },
);

export const TitlesAnswer = Type.Object({
  titles: Type.Record(Type.String(), Type.String(), { description: 'State key → published title; without those that have none.' }),
  purposes: Type.Record(Type.String(), Type.Object({ key: Type.String(), title: Type.String() }), {
    description: 'State key → the record that it was for, where that has another title: of a payment the commitment that it pays.',
  }),
});

export const FeedQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        pattern: '^(?:newest|(?:0|[1-9][0-9]{0,14})-(?:0|[1-9][0-9]{0,8}))$',
        description: 'A cursor: only what came after it. `newest`: only what is to come. Default: from the beginning.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100; about a megabyte at most either way.' })),
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 30_000, description: 'Where nothing is new: how long to wait for it, ms.' })),
  },
  closed,
);

export const HappeningAnswer = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Type.String({ description: 'The cursor after it.' }),
    source: Type.String({ description: '`urn:tabularium:ledger:<origin>`' }),
    type: Type.String({ description: 'The first of its events that is a module’s own, e.g. `treasury.payment.released`.' }),
    subject: Type.Optional(Type.String({ description: 'State key of the first record that this event wrote.' })),
    time: Type.String({ description: 'Block time, RFC 3339, UTC.' }),
    datacontenttype: Type.Literal('application/json'),
    data: Type.Object({
      kind: Type.Enum(['entry', 'deadline', 'founding']),
      height: integer('Number of the seal of its block.', 1),
      index: Type.Optional(integer('Log index; a deadline has no entry.')),
      name: Type.String({ description: 'Name of the transaction or deadline: `/api/v1/receipts/{name}`.' }),
      action: Type.String({ description: 'What was signed.' }),
      signers: Type.Array(Type.Object({ role: Type.String(), office: Type.String(), agency: Type.String() })),
      events: Type.Array(Type.Object({ type: Type.String(), data: Type.Object({}), keys: Type.Array(Type.String()) })),
      changed: Type.Array(Type.String({ description: 'State key of a record that it wrote or removed.' })),
    }),
  },
  { description: 'A CloudEvent (CloudEvents 1.0): an accepted transaction, a deadline that was reached, or the founding.' },
);

const FirstBytes = Type.Union([Type.Literal('fit'), Type.Literal('differ'), Type.Literal('unknown')], {
  description: 'Whether the document begins as its media type says: a warning.',
});

export const UploadAnswer = Type.Object(
  {
    state: Type.Union([Type.Literal('arriving'), Type.Literal('judging'), Type.Literal('kept')]),
    offset: Type.Integer({ description: 'Bytes that are here.' }),
    size: Type.Integer({ description: 'Bytes of the document.' }),
    until: Type.Integer({ description: 'When it ends unless it is kept, ms UTC.' }),
    first_bytes: FirstBytes,
    digest: Type.Optional(Name),
  },
  { title: 'Upload' },
);

export const DocumentsAnswer = Type.Object(
  {
    rows: Type.Array(
      Type.Object({
        digest: Name,
        type: Type.String({ description: 'Media type.' }),
        size: Type.Integer(),
        first_bytes: FirstBytes,
        officer: Type.String({ description: 'Code of the officer who sent it.' }),
        begun: Type.Integer({ description: 'ms UTC.' }),
      }),
    ),
  },
  { title: 'Documents' },
);

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
    action: Type.String({ maxLength: 128, description: 'Full name of the action.' }),
    as: Type.Optional(Type.String({ maxLength: 257, description: 'Role used, `role@office`.' })),
    for: Type.Optional(Type.String({ maxLength: 128, description: 'Mandate id.' })),
    on: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description: 'State key → revision relied on.' })),
    body: Type.Object({}, { description: 'The action’s body.' }),
  },
  closed,
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
    zone: Type.String({ description: 'IANA name of the zone of the office’s clocks.' }),
    modules: Type.Array(
      Type.Object({
        name: Type.String(),
        title: Type.String(),
        lists: Type.Record(Type.String(), Type.Object({}), { description: 'Each read at `/api/v1/<module>/<list>`, with its columns.' }),
      }),
    ),
  },
  { description: 'Whose record this is, and what there is to see.' },
);

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
  },
  { description: 'An entry in a list.' },
);

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
    right: Type.String({ description: 'The action whose right was used, in words.' }),
    signers: Type.Array(Type.Object({ role: Type.String(), office: Type.String(), agency: Type.String() })),
    events: Type.Array(
      Type.Object({
        type: Type.String(),
        title: Type.String(),
        told: Type.Array(
          Type.Object({ label: Type.String(), as: Type.Enum(['text', 'withdrawn', 'money', 'day', 'time', 'flag', 'record']) }),
        ),
      }),
    ),
    keys: Type.Array(Type.String({ description: 'State key that it wrote.' })),
  },
  { description: 'What an entry did, in words that its module declares.' },
);

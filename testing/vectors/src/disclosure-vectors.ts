/** Vectors of docs/spec/disclosure.md: single disclosures, and bodies with the disclosures submitted beside them. */
import type { VectorFile } from './vector-file.ts';
import { base64url, sha256 } from './vector-keys.ts';

interface ParseVector {
  readonly name: string;
  readonly check: 'parse';
  readonly input: string;
  readonly expected:
    | { readonly code: string }
    | { readonly digest: string; readonly salt: string; readonly name: string; readonly value: unknown };
}
interface PlacedField {
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
  readonly case?: string;
}
interface SubmissionVector {
  readonly name: string;
  readonly check: 'submission';
  /** `schema` names one of the file's `schemas`. */
  readonly input: {
    readonly schema: 'payment';
    readonly body: unknown;
    readonly disclosures: readonly string[];
    /** Read by a place that has a vault. */
    readonly takesPersonal?: true;
  };
  readonly expected: { readonly code: string; readonly path?: string } | { readonly placed: readonly PlacedField[] };
}
interface SplitVector {
  readonly name: string;
  readonly check: 'split';
  readonly input: string;
  /** Null where disclosures do not end in a tilde. */
  readonly expected: { readonly jws: string; readonly disclosures: readonly string[] } | null;
}

const salt = (label: string): string => base64url(sha256(`salt ${label}`).subarray(0, 16));
const encode = (value: unknown): string => base64url(typeof value === 'string' ? value : JSON.stringify(value));
const digest = (text: string): string => base64url(sha256(text));
const decoy = (label: string): string => base64url(sha256(`decoy ${label}`));
const disclosure = (name: string, value: unknown): string => encode([salt(`${name} ${JSON.stringify(value)}`), name, value]);

function parsed(name: string, input: string, saltText: string, field: string, value: unknown): ParseVector {
  return { name, check: 'parse', input, expected: { digest: digest(input), salt: saltText, name: field, value } };
}

function unreadable(code: string, name: string, input: string): ParseVector {
  return { name: `${code}: ${name}`, check: 'parse', input, expected: { code } };
}

function single(): (ParseVector | SplitVector)[] {
  const s = salt('a');
  const published = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0';
  const split = (name: string, input: string, expected: SplitVector['expected']): SplitVector => ({
    name,
    check: 'split',
    input,
    expected,
  });
  return [
    parsed('RFC 9901 §4.2.1: spaces are allowed', published, '_26bc4LT-ac6q2KI6cBW5es', 'family_name', 'Möbius'),
    parsed('a text', encode([s, 'label', 'Roof of the school']), s, 'label', 'Roof of the school'),
    parsed('an integer, an object and null are values too', encode([s, 'n', { a: [1, null] }]), s, 'n', { a: [1, null] }),
    parsed('a salt of 64 bytes', encode([base64url(Buffer.alloc(64, 7)), 'a', '']), base64url(Buffer.alloc(64, 7)), 'a', ''),
    unreadable('disclosure-base64url', 'padding', `${encode([s, 'ab', 'c'])}=`),
    unreadable('disclosure-base64url', 'unused bits set', `${encode('["a"]').slice(0, -1)}1`),
    unreadable('disclosure-base64url', 'the other alphabet', '+/+/'),
    unreadable('disclosure-base64url', 'not ASCII', 'é'),
    unreadable('disclosure-utf8', 'malformed UTF-8', base64url(Buffer.from([0x5b, 0xff, 0x5d]))),
    unreadable('disclosure-utf8', 'a byte order mark', encode(`\ufeff["${s}","a",1]`)),
    unreadable('disclosure-json', 'not JSON', encode('hello')),
    unreadable('disclosure-json', 'a float', encode(`["${s}","a",1.5]`)),
    unreadable('disclosure-json', 'a member twice in the value', encode(`["${s}","a",{"x":1,"x":2}]`)),
    unreadable('disclosure-json', 'a lone surrogate', encode(`["${s}","a","\\ud800"]`)),
    unreadable('disclosure-json', 'empty', ''),
    unreadable('disclosure-shape', 'an array element’s disclosure has two members', encode([s, 'a'])),
    unreadable('disclosure-shape', 'four members', encode([s, 'a', 1, 2])),
    unreadable('disclosure-shape', 'an object', encode({ salt: s, name: 'a', value: 1 })),
    unreadable('disclosure-shape', 'the salt is a number', encode([1, 'a', 1])),
    unreadable('disclosure-shape', 'the name is a number', encode([s, 1, 1])),
    unreadable('disclosure-salt', 'a salt of 15 bytes', encode([base64url(Buffer.alloc(15, 7)), 'a', 1])),
    unreadable('disclosure-salt', 'a salt of 65 bytes', encode([base64url(Buffer.alloc(65, 7)), 'a', 1])),
    unreadable('disclosure-salt', 'a salt that is not base64url', encode(['a salt of enough characters', 'a', 1])),
    unreadable('disclosure-salt', 'a salt with padding', encode([`${s}==`, 'a', 1])),
    unreadable('disclosure-salt', 'no salt', encode(['', 'a', 1])),
    unreadable('disclosure-name', 'named _sd', encode([s, '_sd', []])),
    unreadable('disclosure-name', 'named ...', encode([s, '...', 1])),
    unreadable('disclosure-too-large', '65,537 characters', 'A'.repeat(65_537)),
    split('a transaction alone', 'a.b.c', { jws: 'a.b.c', disclosures: [] }),
    split('a tilde and no disclosure', 'a.b.c~', { jws: 'a.b.c', disclosures: [] }),
    split('two disclosures', 'a.b.c~d~e~', { jws: 'a.b.c', disclosures: ['d', 'e'] }),
    split('an empty disclosure stays one', 'a.b.c~~', { jws: 'a.b.c', disclosures: [''] }),
    split('no tilde at the end', 'a.b.c~d', null),
    split('a key binding token at the end', 'a.b.c~d~x.y.z', null),
  ];
}

const text = { type: 'string', minLength: 1, maxLength: 40 };
const digests = (count: number): object => ({
  type: 'array',
  items: { type: 'string', pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' },
  minItems: count,
  maxItems: count,
  uniqueItems: true,
});
/** A payment: a required title, an optional note; per line a label and, personal, a payee; an optional receiver with a published town. */
const SCHEMA = {
  type: 'object',
  required: ['amount', 'lines', '_sd'],
  properties: {
    amount: { type: 'string' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        required: ['account', '_sd'],
        properties: { account: { type: 'string' }, _sd: digests(2) },
        additionalProperties: false,
        'x-disclosures': {
          type: 'object',
          required: ['label'],
          properties: { label: { ...text, 'x-disclosure': 'published' }, payee: { ...text, 'x-disclosure': 'personal' } },
          additionalProperties: false,
        },
        'x-case': 'account',
      },
    },
    receiver: {
      type: 'object',
      required: ['country', '_sd'],
      properties: { country: { type: 'string' }, _sd: digests(1) },
      additionalProperties: false,
      'x-disclosures': {
        type: 'object',
        properties: { town: { ...text, 'x-disclosure': 'published' } },
        additionalProperties: false,
      },
    },
    _sd: digests(2),
  },
  additionalProperties: false,
  'x-disclosures': {
    type: 'object',
    required: ['title'],
    properties: { title: { ...text, 'x-disclosure': 'published' }, note: { type: 'integer', 'x-disclosure': 'published' } },
    additionalProperties: false,
  },
};

const TITLE = disclosure('title', 'Roof of the school');
const NOTE = disclosure('note', 7);
const LABEL = disclosure('label', 'Tiles');
const LABEL_2 = disclosure('label', 'Labour');
const TOWN = disclosure('town', 'Zürich');
const PAYEE = disclosure('payee', 'A. Person');
const holder = (members: object, ...entries: readonly string[]): object => ({ ...members, _sd: [...entries].sort() });
const line = (...entries: readonly string[]): object => holder({ account: '4000' }, ...entries);
const BODY = holder({ amount: '100', lines: [line(digest(LABEL), decoy('1'))] }, digest(TITLE), decoy('2'));
const FULL = holder(
  {
    amount: '100',
    lines: [line(digest(LABEL), decoy('1')), line(digest(LABEL_2), decoy('3'))],
    receiver: holder({ country: 'CH' }, digest(TOWN)),
  },
  digest(TITLE),
  digest(NOTE),
);

function fits(
  name: string,
  body: unknown,
  disclosures: readonly string[],
  placed: readonly (readonly [path: string, name: string, value: unknown])[],
): SubmissionVector {
  return {
    name,
    check: 'submission',
    input: { schema: 'payment', body, disclosures },
    expected: { placed: placed.map(([path, field, value]) => ({ path, name: field, value })) },
  };
}

/** As a place with a vault reads it: personal fields come with the case that they belong to. */
function held(name: string, body: unknown, disclosures: readonly string[], placed: readonly PlacedField[]): SubmissionVector {
  return { name, check: 'submission', input: { schema: 'payment', body, disclosures, takesPersonal: true }, expected: { placed } };
}

function refused(code: string, name: string, body: unknown, disclosures: readonly string[], path?: string): SubmissionVector {
  const expected = path === undefined ? { code } : { code, path };
  return { name: `${code}: ${name}`, check: 'submission', input: { schema: 'payment', body, disclosures }, expected };
}

/** Submissions that are as they should be. */
function fitting(): SubmissionVector[] {
  return [
    fits(
      'required fields only, decoys for the rest',
      BODY,
      [TITLE, LABEL],
      [
        ['', 'title', 'Roof of the school'],
        ['/lines/0', 'label', 'Tiles'],
      ],
    ),
    fits(
      'every published field, in any order',
      FULL,
      [LABEL_2, TOWN, NOTE, TITLE, LABEL],
      [
        ['/lines/1', 'label', 'Labour'],
        ['/receiver', 'town', 'Zürich'],
        ['', 'note', 7],
        ['', 'title', 'Roof of the school'],
        ['/lines/0', 'label', 'Tiles'],
      ],
    ),
    held(
      'a payee, where there is a vault',
      holder({ amount: '1', lines: [line(digest(LABEL), digest(PAYEE))] }, digest(TITLE), decoy('2')),
      [TITLE, LABEL, PAYEE],
      [
        { path: '', name: 'title', value: 'Roof of the school' },
        { path: '/lines/0', name: 'label', value: 'Tiles' },
        { path: '/lines/0', name: 'payee', value: 'A. Person', case: '4000' },
      ],
    ),
    fits(
      'no line, no receiver',
      holder({ amount: '100', lines: [] }, digest(TITLE), decoy('2')),
      [TITLE],
      [['', 'title', 'Roof of the school']],
    ),
  ];
}

function submissions(): SubmissionVector[] {
  const withTitle = (value: unknown): readonly [body: unknown, disclosures: readonly string[]] => {
    const title = disclosure('title', value);
    return [holder({ amount: '100', lines: [] }, digest(title), decoy('2')), [title]];
  };
  const second = disclosure('title', 'Another title');
  const foreign = disclosure('town', 'Bern');
  const sameSalt = [encode([salt('x'), 'title', 'Roof']), encode([salt('x'), 'note', 7])];
  const bare = (...entries: readonly string[]): object => holder({ amount: '100', lines: [] }, ...entries);
  return [
    ...fitting(),
    refused('disclosure-unreferenced', 'no digest for it', BODY, [TITLE, LABEL, NOTE]),
    refused('disclosure-unreferenced', 'the right content under another salt', BODY, [
      encode([salt('x'), 'title', 'Roof of the school']),
      LABEL,
    ]),
    refused('disclosure-unreferenced', 'the right content with a space', BODY, [
      encode(`${Buffer.from(TITLE, 'base64url').toString()} `),
      LABEL,
    ]),
    refused('disclosure-repeated', 'sent twice', BODY, [TITLE, LABEL, TITLE]),
    refused('disclosure-missing', 'the title', BODY, [LABEL], ''),
    refused('disclosure-missing', 'the second line’s label', FULL, [TITLE, LABEL], '/lines/1'),
    refused('disclosure-missing', 'nothing sent', BODY, [], ''),
    refused('disclosure-name', 'a field its object does not declare', bare(digest(TITLE), digest(foreign)), [TITLE, foreign], ''),
    refused('disclosure-name', 'a field of another object', bare(digest(TITLE), digest(LABEL)), [TITLE, LABEL], ''),
    refused(
      'disclosure-name',
      'a member that is not disclosed',
      bare(digest(TITLE), digest(disclosure('amount', '900'))),
      [TITLE, disclosure('amount', '900')],
      '',
    ),
    refused('disclosure-name-repeated', 'two titles', bare(digest(TITLE), digest(second)), [TITLE, second], ''),
    refused('disclosure-value', 'too long', ...withTitle('x'.repeat(41)), ''),
    refused('disclosure-value', 'too short', ...withTitle(''), ''),
    refused('disclosure-value', 'of another type', ...withTitle(7), ''),
    refused('disclosure-value', 'null', ...withTitle(null), ''),
    refused('disclosure-digest-repeated', 'twice in one object', bare(digest(TITLE), digest(TITLE)), [TITLE], ''),
    refused(
      'disclosure-digest-repeated',
      'in two objects',
      holder({ amount: '1', lines: [line(digest(TITLE), decoy('1'))] }, digest(TITLE), decoy('2')),
      [TITLE],
      '/lines/0',
    ),
    refused('disclosure-body', 'a digest too few', bare(digest(TITLE)), [TITLE], ''),
    refused('disclosure-body', 'a digest too many', bare(digest(TITLE), decoy('2'), decoy('4')), [TITLE], ''),
    refused('disclosure-body', 'no digests', { amount: '100', lines: [] }, [TITLE], ''),
    refused('disclosure-body', 'a digest with padding', bare(`${digest(TITLE)}=`, decoy('2')), [TITLE], ''),
    refused('disclosure-body', 'a digest of 42 characters', bare(digest(TITLE).slice(1), decoy('2')), [TITLE], ''),
    refused('disclosure-body', 'the lines are no list', holder({ amount: '100', lines: {} }, digest(TITLE), decoy('2')), [TITLE], '/lines'),
    refused(
      'personal-refused',
      'a payee',
      holder({ amount: '1', lines: [line(digest(LABEL), digest(PAYEE))] }, digest(TITLE), decoy('2')),
      [TITLE, LABEL, PAYEE],
      '/lines/0',
    ),
    refused('disclosure-salt-repeated', 'one salt for two fields', bare(...sameSalt.map(digest)), sameSalt),
    refused('disclosure-base64url', 'one of several cannot be read', BODY, [TITLE, `${LABEL}=`]),
  ];
}

export const disclosureFile: VectorFile<ParseVector | SubmissionVector | SplitVector> & { readonly schemas: object } = {
  description: 'Disclosures (RFC 9901): single ones, bodies with the disclosures submitted beside them, and how a submission is split.',
  spec: 'docs/spec/disclosure.md',
  schemas: { payment: SCHEMA },
  vectors: [...single(), ...submissions()],
};

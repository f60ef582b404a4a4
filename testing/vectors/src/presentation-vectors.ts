/** Vectors of docs/spec/presentation.md: presentations that verify, and forgeries with the code of their refusal. */

import { NO_QUORUM_POLICY, NOW, POLICY } from './sample-ledger.ts';
import { PARTS, recordLedger, type SampleRecord, shownFields, withHolder } from './sample-record.ts';
import type { VectorFile } from './vector-file.ts';
import { base64url, makeKey, OFFICER, OTHER, sha256, signEs256, type VectorKey } from './vector-keys.ts';

interface Demand {
  readonly policy: string;
  /** Seconds. */
  readonly now?: number;
  readonly maxAge?: number;
  readonly audience?: string;
  readonly nonce?: string;
}
interface PresentationCase extends Demand {
  readonly name: string;
  readonly presentation: string;
}
interface Shown {
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
}
interface ValidVector extends PresentationCase {
  readonly expected: {
    readonly tx: string;
    readonly shown: readonly Shown[];
    readonly hidden: number;
    /** Null where the holder did not sign. */
    readonly holder: { readonly kid: string; readonly audience: string; readonly nonce: string; readonly time: number } | null;
    /** The record that the fact beside it is of; null where there is none. */
    readonly record: { readonly key: string; readonly state: string } | null;
    /** The same as an SD-JWT of RFC 9901, with its key binding. */
    readonly sdJwt: string;
  };
}
interface InvalidVector extends PresentationCase {
  readonly expected: { readonly code: string };
}

const RECORD = recordLedger();
const HOLDER = makeKey('holder');
const AUDIENCE = 'https://library.example/cards';
const NONCE = 'n-7f3a91c2';
const { name: NAME, birthYear: YEAR, birthDay: DAY, birthPlace: PLACE, holderKey: KEY, mother: MOTHER, father: FATHER } = PARTS;

interface Text {
  readonly disclosures?: readonly string[];
  readonly keyBinding?: string | undefined;
  readonly fact?: string | undefined;
  readonly receipt?: string;
}

function text({ disclosures = [NAME, YEAR], keyBinding, fact, receipt = RECORD.receipt }: Text = {}): string {
  const lines = [
    ...disclosures.map((one) => `disclosure ${one}\n`),
    keyBinding === undefined ? '' : `key-binding ${keyBinding}\n`,
    fact === undefined ? '' : `fact ${Buffer.from(fact).toString('base64')}\n`,
  ];
  return `tabularium/presentation@v1\n${lines.join('')}\n${receipt}`;
}

interface Binding {
  readonly disclosures?: readonly string[];
  readonly header?: object;
  readonly payload?: object;
  readonly key?: VectorKey;
  readonly entry?: string;
}

const BOUND = [NAME, YEAR, KEY];

function bound({ disclosures = BOUND, header, payload, key = HOLDER, entry = RECORD.entry }: Binding = {}): string {
  const sd_hash = base64url(sha256(`${[entry, ...disclosures].join('~')}~`));
  const claims = { aud: AUDIENCE, iat: NOW - 20, nonce: NONCE, sd_hash, ...payload };
  const input = `${base64url(JSON.stringify({ alg: 'ES256', typ: 'kb+jwt', ...header }))}.${base64url(JSON.stringify(claims))}`;
  return `${input}.${base64url(signEs256(key, input))}`;
}

function valid(
  name: string,
  parts: Text,
  choice: Partial<Demand> = {},
  fields = shownFields(parts.disclosures ?? [NAME, YEAR]),
): ValidVector {
  const disclosures = parts.disclosures ?? [NAME, YEAR];
  const { keyBinding } = parts;
  return {
    name,
    presentation: text(parts),
    policy: POLICY,
    now: NOW,
    ...choice,
    expected: {
      tx: RECORD.tx,
      shown: fields,
      hidden: RECORD.digests - disclosures.length,
      holder: keyBinding === undefined ? null : { kid: HOLDER.kid, audience: AUDIENCE, nonce: NONCE, time: NOW - 20 },
      record: parts.fact === undefined ? null : { key: RECORD.key, state: 'registered' },
      sdJwt: `${[RECORD.entry, ...disclosures].join('~')}~${keyBinding ?? ''}`,
    },
  };
}

const ASKED = { audience: AUDIENCE, nonce: NONCE, maxAge: 60 };
const SIGNED = { disclosures: BOUND, keyBinding: bound() };

export const presentationsValid: VectorFile<ValidVector> = {
  description:
    'Presentations that verify under the policy and what was asked: fields shown, how many stay hidden, who signed for whom, and the same as an SD-JWT.',
  spec: 'docs/spec/presentation.md',
  vectors: [
    valid('name and year of a birth', {}),
    valid('in another order', { disclosures: [YEAR, NAME] }),
    valid('one of two parents', { disclosures: [NAME, MOTHER] }),
    valid('everything: the holder’s file', { disclosures: [NAME, YEAR, DAY, PLACE, KEY, MOTHER, FATHER] }),
    valid('nothing: a receipt, and how many fields it hides', { disclosures: [] }),
    valid('signed by the holder, as asked', SIGNED, ASKED),
    valid('signed by the holder, nothing asked', SIGNED),
    valid(
      'signed by the holder in another order',
      { disclosures: [KEY, YEAR, NAME], keyBinding: bound({ disclosures: [KEY, YEAR, NAME] }) },
      ASKED,
    ),
    valid('as old as allowed', SIGNED, { ...ASKED, maxAge: 20 }),
    valid('with a fact that the record is in force', { fact: RECORD.fact }, { maxAge: 60 }),
    valid('with both', { ...SIGNED, fact: RECORD.fact }, ASKED),
    valid('with the fact of a record that another entry has written since', { fact: recordLedger({ since: true }).fact }, { maxAge: 60 }),
    valid('trusted on the office’s word alone, no clock', {}, { policy: NO_QUORUM_POLICY, now: undefined } as unknown as Demand),
  ],
};

function invalid(code: string, name: string, presentation: string, choice: Partial<Demand> = {}): InvalidVector {
  return { name: `${code}: ${name}`, presentation, policy: POLICY, now: NOW, ...choice, expected: { code } };
}

const encode = (value: unknown): string => base64url(typeof value === 'string' ? value : JSON.stringify(value));
const GOOD = text();

function ofForm(): InvalidVector[] {
  return [
    invalid('presentation-malformed', 'nothing', ''),
    invalid('presentation-malformed', 'a receipt alone', RECORD.receipt),
    invalid('presentation-malformed', 'another version', GOOD.replace('@v1', '@v2')),
    invalid('presentation-malformed', 'a byte order mark', `\ufeff${GOOD}`),
    invalid('presentation-malformed', 'carriage returns', GOOD.replaceAll('\n', '\r\n')),
    invalid('presentation-malformed', 'a line of another kind', GOOD.replace('disclosure ', 'note hello\ndisclosure ')),
    invalid('presentation-malformed', 'a space behind a disclosure', GOOD.replace(`${NAME}\n`, `${NAME} \n`)),
    invalid('presentation-malformed', 'an empty disclosure', GOOD.replace(NAME, '')),
    invalid('presentation-malformed', 'the key binding first', text({}).replace('disclosure ', `key-binding ${bound()}\ndisclosure `)),
    invalid('presentation-malformed', 'two key bindings', text(SIGNED).replace('\n\n', `\nkey-binding ${bound()}\n\n`)),
    invalid('presentation-malformed', 'a fact that is not base64', text({ fact: 'x' }).replace('fact ', 'fact *')),
    invalid('presentation-malformed', 'cut off before the receipt', GOOD.slice(0, GOOD.indexOf('\n\n'))),
    invalid('receipt-malformed', 'cut off within the receipt', GOOD.slice(0, GOOD.indexOf('index'))),
    invalid('receipt-malformed', 'the receipt’s first line missing', GOOD.replace('c2sp.org/tlog-proof@v1\n', '')),
    invalid(
      'entry-signature-invalid',
      'another entry by another hand',
      text({ receipt: recordLedger({ signer: OTHER, jwk: OFFICER }).receipt }),
    ),
    invalid('quorum-not-met', 'a policy that asks for more', GOOD, {
      policy: POLICY.replace('outside any', 'outside all'),
    }),
  ];
}

function ofDisclosures(): InvalidVector[] {
  const other = recordLedger({ salt: 'another' });
  const forged = encode([base64url(sha256('forged').subarray(0, 16)), 'name', 'Somebody Else']);
  const in_ = (code: string, name: string, record: SampleRecord, disclosures: readonly string[] = [NAME]): InvalidVector =>
    invalid(code, name, text({ receipt: record.receipt, disclosures }));
  const taken = encode([base64url(sha256('taken').subarray(0, 16)), 'kind', 'death']);
  const nested = encode([base64url(sha256('nested').subarray(0, 16)), 'note', { _sd: [] }]);
  const twice = encode([base64url(sha256('twice').subarray(0, 16)), 'name', 'Ada']);
  const salted = encode([base64url(sha256(`salt name`).subarray(0, 16)), 'note', 'x']);
  return [
    invalid('disclosure-unreferenced', 'a name of one’s own', text({ disclosures: [forged, YEAR] })),
    invalid('disclosure-unreferenced', 'of another record', text({ disclosures: [other.disclosures[0] as string] })),
    invalid('disclosure-unreferenced', 'right ones under the receipt of another', text({ receipt: other.receipt })),
    invalid(
      'disclosure-unreferenced',
      'the right content with a space',
      text({ disclosures: [encode(`${Buffer.from(NAME, 'base64url').toString()} `)] }),
    ),
    invalid('disclosure-repeated', 'a field twice', text({ disclosures: [NAME, YEAR, NAME] })),
    invalid('disclosure-base64url', 'padding', text({ disclosures: [`${NAME}=`] })),
    invalid('disclosure-base64url', 'the other alphabet', text({ disclosures: ['+/+/'] })),
    invalid('disclosure-utf8', 'malformed', text({ disclosures: [base64url(Buffer.from([0x5b, 0xff, 0x5d]))] })),
    invalid('disclosure-json', 'not JSON', text({ disclosures: [encode('hello')] })),
    invalid('disclosure-shape', 'of an array’s element', text({ disclosures: [encode([base64url(Buffer.alloc(16)), 'x'])] })),
    invalid('disclosure-salt', 'of 15 bytes', text({ disclosures: [encode([base64url(Buffer.alloc(15)), 'name', 'x'])] })),
    invalid('disclosure-name', 'called _sd', text({ disclosures: [encode([base64url(Buffer.alloc(16)), '_sd', 'x'])] })),
    invalid('disclosure-too-large', '65,537 characters', text({ disclosures: ['A'.repeat(65_537)] })),
    invalid('presentation-malformed', '4,099 disclosures', text({ disclosures: Array.from({ length: 4_099 }, () => 'A') })),
    invalid('disclosure-too-many', '4,097 disclosures', text({ disclosures: Array.from({ length: 4_097 }, () => 'A') })),
    in_('disclosure-name', 'a member that stands in the body', recordLedger({ more: [taken] }), [taken]),
    in_('disclosure-value', 'digests within a disclosed value', recordLedger({ more: [nested] }), [nested]),
    in_('disclosure-name-repeated', 'two names of one person', recordLedger({ more: [twice] }), [NAME, twice]),
    in_('disclosure-salt-repeated', 'one salt for two fields', recordLedger({ more: [salted] }), [NAME, salted]),
    in_('disclosure-digest-repeated', 'a digest in two objects', recordLedger({ body: { again: { _sd: [base64url(sha256(NAME))] } } })),
    in_('disclosure-body', 'digests that are no list', recordLedger({ body: { again: { _sd: base64url(sha256('x')) } } })),
    in_('disclosure-body', 'a digest of 42 characters', recordLedger({ body: { again: { _sd: [base64url(sha256('x')).slice(1)] } } })),
    in_('disclosure-body', 'a digest of an array’s element', recordLedger({ body: { again: [{ '...': base64url(sha256('x')) }] } })),
  ];
}

function ofHolder(): InvalidVector[] {
  const signed = (code: string, name: string, binding: Binding, choice: Partial<Demand> = ASKED): InvalidVector =>
    invalid(code, name, text({ disclosures: BOUND, keyBinding: bound(binding) }), choice);
  const twice = encode([base64url(sha256('second key').subarray(0, 16)), 'holderKey', OTHER.jwk]);
  const two = recordLedger({ body: { witness: { _sd: [base64url(sha256(twice))] } } });
  const bad = withHolder({ ...HOLDER.jwk, y: HOLDER.jwk.x });
  const keys = (record: SampleRecord, key: string): string =>
    text({ receipt: record.receipt, disclosures: [NAME, key], keyBinding: bound({ disclosures: [NAME, key], entry: record.entry }) });
  return [
    invalid('key-binding-missing', 'not signed, and asked for whom', GOOD, { audience: AUDIENCE }),
    invalid('key-binding-missing', 'not signed, and a number asked', GOOD, { nonce: NONCE }),
    invalid('key-binding-missing', 'nothing in it has an age', GOOD, { maxAge: 60 }),
    invalid('key-binding-missing', 'the signature taken away', text({ disclosures: BOUND }), ASKED),
    invalid(
      'key-binding-key',
      'the key is not shown',
      text({ disclosures: [NAME, YEAR], keyBinding: bound({ disclosures: [NAME, YEAR] }) }),
      ASKED,
    ),
    invalid(
      'key-binding-key',
      'two keys',
      text({ receipt: two.receipt, disclosures: [KEY, twice], keyBinding: bound({ disclosures: [KEY, twice], entry: two.entry }) }),
    ),
    invalid('key-binding-key', 'a key that is not on the curve', keys(recordLedger({ more: [bad] }, [KEY]), bad)),
    invalid(
      'key-binding-key',
      'a thumbprint in place of a key',
      keys(recordLedger({ more: [withHolder(HOLDER.kid)] }, [KEY]), withHolder(HOLDER.kid)),
    ),
    invalid('key-binding-malformed', 'no JWT', text({ disclosures: BOUND, keyBinding: 'hello' }), ASKED),
    invalid(
      'key-binding-malformed',
      'an unsigned one',
      text({ disclosures: BOUND, keyBinding: `${bound().split('.').slice(0, 2).join('.')}.` }),
      ASKED,
    ),
    signed('key-binding-malformed', 'alg none', { header: { alg: 'none' } }),
    signed('key-binding-malformed', 'another typ', { header: { typ: 'jwt' } }),
    signed('key-binding-malformed', 'a key of its own', { header: { jwk: HOLDER.jwk } }),
    signed('key-binding-malformed', 'no number', { payload: { nonce: '' } }),
    signed('key-binding-malformed', 'a member too many', { payload: { exp: NOW + 60 } }),
    signed('key-binding-malformed', 'a time that is text', { payload: { iat: String(NOW) } }),
    signed('key-binding-malformed', 'an audience of 513 characters', { payload: { aud: 'a'.repeat(513) } }),
    signed('key-binding-signature', 'by somebody else', { key: OTHER }),
    signed('key-binding-shown', 'of fewer fields', { disclosures: [NAME, KEY] }),
    signed('key-binding-shown', 'of the same in another order', { disclosures: [YEAR, NAME, KEY] }),
    signed('key-binding-shown', 'of another entry', { entry: recordLedger({ body: { n: 1 } }).entry }),
    invalid('key-binding-shown', 'a field taken away afterwards', text({ disclosures: [NAME, KEY], keyBinding: bound() }), ASKED),
    signed('key-binding-audience', 'for another library', { payload: { aud: 'https://other.example' } }),
    signed('key-binding-audience', 'for the same with a slash', { payload: { aud: `${AUDIENCE}/` } }),
    signed('key-binding-nonce', 'of another day', { payload: { nonce: 'n-1' } }),
    signed('key-binding-future', 'six minutes ahead', { payload: { iat: NOW + 360 } }),
    signed('key-binding-stale', 'a minute and a second old', { payload: { iat: NOW - 61 } }),
  ];
}

function ofFact(): InvalidVector[] {
  const later = recordLedger({ tx: base64url(sha256('a later entry')) });
  const withdrawn = recordLedger({ standing: 'withdrawn', since: true });
  return [
    invalid('fact-invalid', 'no fact', text({ fact: '{}' })),
    invalid('fact-invalid', 'a value changed', text({ fact: RECORD.fact.replace('registered', 'registereD') })),
    invalid('fact-invalid', 'older than allowed', text({ fact: RECORD.fact }), { maxAge: 5 }),
    invalid('fact-unrelated', 'of a record that was written anew', text({ fact: later.fact })),
    invalid('fact-unrelated', 'of another record', text({ fact: RECORD.otherFact })),
    invalid('fact-unrelated', 'that there is no record', text({ fact: RECORD.absence })),
    invalid('fact-not-in-force', 'of a record that is withdrawn', text({ fact: withdrawn.fact })),
    invalid('fact-not-in-force', 'of a record that was never registered', text({ fact: recordLedger({ state: 'rejected' }).fact })),
  ];
}

export const presentationsInvalid: VectorFile<InvalidVector> = {
  description: 'Presentations that prove nothing under the policy and what was asked, each with the code of the refusal.',
  spec: 'docs/spec/presentation.md',
  vectors: [...ofForm(), ...ofDisclosures(), ...ofHolder(), ...ofFact()],
};

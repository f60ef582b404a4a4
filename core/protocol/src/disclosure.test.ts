/** Disclosures as properties: what a client fills in comes out again, anything added, dropped or changed is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import fc from 'fast-check';
import { type Static, Type } from 'typebox';
import { makeBodyChecker } from './body-checker.ts';
import { discloseBody, plainBodySchema } from './disclose-body.ts';
import {
  checkDisclosures,
  DISCLOSURE_CODES,
  joinSubmission,
  MAX_DISCLOSURES,
  makeDisclosure,
  parseDisclosure,
  splitSubmission,
} from './disclosure.ts';
import { disclosable, disclosuresOf, personal, published } from './disclosure-schema.ts';
import type { JsonObject } from './json-value.ts';

const Line = disclosable({
  account: Type.String(),
  label: published(Type.String({ maxLength: 40 })),
  note: Type.Optional(published(Type.String())),
});
const Order = disclosable(
  {
    amount: Type.Integer(),
    lines: Type.Array(Line),
    place: Type.Optional(disclosable({ country: Type.String(), town: published(Type.Optional(Type.String())) })),
    receiver: Type.Optional(Type.String()),
    title: published(Type.String({ maxLength: 100 })),
    remark: published(Type.Optional(Type.String())),
    payee: Type.Optional(personal(Type.String(), { of: 'heir' })),
  },
  { case: 'receiver' },
);
type Order = Static<typeof Order>;

let counter = 0;
/** Different at each call, the same in each run. */
function salt(): Uint8Array {
  counter++;
  return nodeCrypto.sha256(Uint8Array.of(counter & 255, (counter >> 8) & 255, (counter >> 16) & 255)).slice(0, 16);
}

const text = fc.string({ unit: 'binary', maxLength: 12 });
const plainLines = fc.array(fc.record({ account: text, label: text, note: text }, { requiredKeys: ['account', 'label'] }), {
  maxLength: 5,
});
const plainOrders = fc
  .record(
    {
      amount: fc.nat(),
      lines: plainLines,
      place: fc.record({ country: text, town: text }, { requiredKeys: ['country'] }),
      title: text,
      remark: text,
    },
    { requiredKeys: ['amount', 'lines', 'title'] },
  )
  .map((order) => JSON.parse(JSON.stringify(order)) as JsonObject);

function count(value: unknown, names: readonly string[]): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, member]) => sum + (names.includes(name) ? 1 : 0) + count(member, names), 0);
}

describe('filling a body', () => {
  test('every filled field comes out in its place, and the body fits its schema', () => {
    fc.assert(
      fc.property(plainOrders, (plain) => {
        const { body, disclosures } = discloseBody(Order, plain, salt, nodeCrypto);
        assert.deepEqual(makeBodyChecker(Order)(body), { ok: true });
        assert.deepEqual(makeBodyChecker(plainBodySchema(Order))(plain), { ok: true });
        const checked = checkDisclosures(body, Order, disclosures, nodeCrypto);
        assert.ok(checked.ok, JSON.stringify(checked));
        assert.equal(checked.disclosures.length, count(plain, ['label', 'note', 'town', 'title', 'remark']));
        for (const { path, name, value } of checked.disclosures) {
          const holder = path
            .split('/')
            .slice(1)
            .reduce<Record<string, unknown>>((at, segment) => at[segment] as Record<string, unknown>, plain as Record<string, unknown>);
          assert.deepEqual(holder[name], value);
        }
      }),
    );
  });

  test('the number and order of digests say nothing of what was filled', () => {
    const bare = discloseBody(Order, { amount: 1, lines: [], title: 'a' }, salt, nodeCrypto);
    const full = discloseBody(Order, { amount: 1, lines: [], title: 'a', remark: 'b', payee: 'c' }, salt, nodeCrypto);
    const digests = (body: JsonObject): readonly string[] => (body as unknown as Order)._sd;
    assert.equal(digests(bare.body).length, 3);
    assert.equal(digests(full.body).length, 3);
    for (const { body } of [bare, full]) assert.deepEqual(digests(body), [...digests(body)].sort());
  });

  test('nothing typed stays in the body', () => {
    const marker = 'MARKER';
    const plain = {
      amount: 1,
      lines: [{ account: '1', label: marker, note: marker }],
      place: { country: 'CH', town: marker },
      title: marker,
      payee: marker,
    };
    const { body, disclosures } = discloseBody(Order, plain, salt, nodeCrypto);
    assert.ok(!JSON.stringify(body).includes(marker));
    assert.equal(disclosures.length, 5);
    const checked = checkDisclosures(body, Order, disclosures, nodeCrypto);
    assert.equal(checked.ok ? 'accepted' : checked.code, 'personal-refused');
  });

  test('where there is a vault a personal field comes with its case, or not at all', () => {
    const plain = { amount: 1, lines: [], title: 'a', payee: 'b' };
    const read = (order: JsonObject) => {
      const { body, disclosures } = discloseBody(Order, order, salt, nodeCrypto);
      return checkDisclosures(body, Order, disclosures, nodeCrypto, { takesPersonal: true });
    };
    const checked = read({ ...plain, receiver: 'r' });
    assert.ok(checked.ok);
    assert.deepEqual(
      checked.disclosures.map(({ name, kind, case: of }) => [name, kind, of]),
      [
        ['title', 'published', undefined],
        ['payee', 'personal', 'r'],
      ],
    );
    const homeless = read(plain);
    assert.equal(homeless.ok ? 'accepted' : homeless.code, 'disclosure-body');
  });

  test('a body without disclosed fields stays as it is', () => {
    const Plain = disclosable({ a: Type.Integer() });
    assert.deepEqual(disclosuresOf(Plain), []);
    assert.equal(plainBodySchema(Plain), Plain);
    const body = { a: 1 };
    assert.deepEqual(discloseBody(Plain, body, salt, nodeCrypto), { body, disclosures: [] });
    assert.deepEqual(checkDisclosures(body, Plain, [], nodeCrypto), { ok: true, disclosures: [] });
  });

  test('a short salt is a fault of the client', () => {
    assert.throws(() => makeDisclosure(new Uint8Array(15), 'a', 'b', nodeCrypto), RangeError);
    assert.throws(() => makeDisclosure(new Uint8Array(65), 'a', 'b', nodeCrypto), RangeError);
    assert.throws(() => makeDisclosure(new Uint8Array(16), 'a', 'x'.repeat(60_000), nodeCrypto), RangeError);
  });
});

describe('checking', () => {
  const plain = { amount: 1, lines: [{ account: '1', label: 'a' }], title: 't', remark: 'r' };
  const { body, disclosures } = discloseBody(Order, plain, salt, nodeCrypto);
  const codeOf = (submitted: readonly string[], of: JsonObject = body): string => {
    const checked = checkDisclosures(of, Order, submitted, nodeCrypto);
    return checked.ok ? 'accepted' : checked.code;
  };

  test('any order is taken', () => {
    assert.equal(codeOf([...disclosures].reverse()), 'accepted');
  });

  test('one dropped: missing where required, unseen where optional', () => {
    const codes = disclosures.map((_, i) => codeOf(disclosures.filter((__, k) => k !== i))).sort();
    assert.deepEqual(codes, ['accepted', 'disclosure-missing', 'disclosure-missing']);
  });

  test('one of them with any character changed is refused', () => {
    const [first = '', ...rest] = disclosures;
    for (let at = 0; at < first.length; at++) {
      const changed = first.slice(0, at) + (first[at] === 'A' ? 'B' : 'A') + first.slice(at + 1);
      assert.notEqual(codeOf([changed, ...rest]), 'accepted', `character ${at}`);
    }
  });

  test('at most 4,096 of them', () => {
    assert.equal(codeOf(Array<string>(MAX_DISCLOSURES + 1).fill(disclosures[0] as string)), 'disclosure-too-many');
  });

  test('any body and any texts get an answer of the closed list', () => {
    const anyText = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc.constantFrom(...disclosures),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(body), fc.dictionary(fc.constantFrom('_sd', 'lines', 'place', 'x'), fc.jsonValue())),
        fc.array(anyText, { maxLength: 5 }),
        (any, texts) => {
          const code = codeOf(texts, JSON.parse(JSON.stringify(any)) as JsonObject);
          assert.ok(code === 'accepted' || Object.hasOwn(DISCLOSURE_CODES, code), code);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('any text gets an answer, and what is read is made again from its parts', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => void parseDisclosure(any, nodeCrypto)));
    for (const one of disclosures) {
      const parsed = parseDisclosure(one, nodeCrypto);
      assert.ok(parsed.ok);
      assert.deepEqual(makeDisclosure(parsed.salt, parsed.name, parsed.value, nodeCrypto), { text: one, digest: parsed.digest });
    }
  });

  test('a submission is split and joined', () => {
    assert.deepEqual(splitSubmission(joinSubmission('a.b.c', disclosures)), { jws: 'a.b.c', disclosures });
    assert.equal(joinSubmission('a.b.c', []), 'a.b.c');
    assert.equal(splitSubmission(`a.b.c~${disclosures[0]}`), undefined);
  });
});

describe('declaring', () => {
  test('disclosures are listed with place, kind and whether they are required', () => {
    assert.deepEqual(
      disclosuresOf(Order).map(({ path, name, kind, required }) => [path, name, kind, required]),
      [
        ['', 'title', 'published', true],
        ['', 'remark', 'published', false],
        ['', 'payee', 'personal', false],
        ['/lines/*', 'label', 'published', true],
        ['/lines/*', 'note', 'published', false],
        ['/place', 'town', 'published', false],
      ],
    );
    assert.deepEqual(
      disclosuresOf(Order).flatMap(({ name, about }) => (about === undefined ? [] : [[name, about]])),
      [['payee', 'heir']],
    );
  });

  test('types follow the declaration', () => {
    const digest = 'A'.repeat(43);
    const order: Order = { amount: 1, lines: [{ account: '1', _sd: [digest, digest] }], _sd: [digest, digest, digest] };
    // @ts-expect-error: a disclosed field never stands in the body.
    const wrong: Order = { ...order, title: 'a' };
    assert.equal(makeBodyChecker(Order)(wrong).ok, false);
  });

  test('fields out of reach are a fault of the module, found when it is read', () => {
    const inner = disclosable({ a: published(Type.String()) });
    const wrong = [
      Type.Union([inner, Type.Null()]),
      Type.Record(Type.String(), inner),
      Type.Object({ a: published(Type.String()) }),
      Type.Array(published(Type.String())),
      Type.Object({ list: Type.Array(Type.Union([inner, Type.Null()])) }),
    ];
    for (const schema of wrong) assert.throws(() => disclosuresOf(schema), Error);
    assert.throws(() => published(inner), Error);
    assert.throws(() => published(personal(Type.String())), Error);
    assert.throws(() => disclosuresOf(disclosable({ a: personal(Type.String()) })), Error);
    assert.throws(() => disclosable({ _sd: Type.String() }), Error);
    assert.throws(() => disclosable({ '...': published(Type.String()) }), Error);
  });
});

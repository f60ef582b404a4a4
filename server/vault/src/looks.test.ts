/** Every refusal of a look is provoked; a look that is right in all points opens, by a plain key and by a passkey. */
import assert from 'node:assert/strict';
import { sign as signBytes } from 'node:crypto';
import { test } from 'node:test';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import {
  asciiBytes,
  concatBytes,
  ecdsaFromDer,
  encodeBase64url,
  encodeLook,
  encodePasskeyLook,
  type LookPayload,
  thumbprint,
} from '@tabularium/protocol';
import fc from 'fast-check';
import { LOOK_CODES, type LookCode, type LookRights, verifyLook } from './looks.ts';

const NOW = 1_800_000_000_000;
const [plain, stranger, passkey] = [generateEs256(), generateEs256(), generateEs256()];
const kidOf = ({ jwk }: typeof plain): string => thumbprint(jwk, nodeCrypto);
const party = { rpId: 'ledger.example', origins: ['https://ledger.example'] };
const payload: LookPayload = {
  ledger: 'town.example/0123456789abcdef',
  id: '01JD0RNSS0ABCDEFGHJKMNPQRS',
  as: 'registrar@registry',
  purpose: 'birth-certificate',
  case: 'REG-2026/114',
  exp: NOW / 1_000 + 600,
};
const rights: LookRights = {
  now: NOW,
  origin: payload.ledger,
  crypto: nodeCrypto,
  keyOf: (kid) => {
    if (kid === kidOf(plain)) return { officer: 'ana', key: { kind: 'es256', jwk: plain.jwk } };
    return kid === kidOf(passkey) ? { officer: 'ben', key: { kind: 'passkey', jwk: passkey.jwk, ...party } } : undefined;
  },
  entitled: (officer, role, office) => officer !== 'carl' && ['registrar', 'clerk'].includes(role) && office === 'registry',
  purposeOf: (purpose) => (purpose === 'birth-certificate' ? { basis: 'Civil Status Act art. 5', roles: ['registrar'] } : undefined),
};
const made = (change: Partial<LookPayload> = {}, key = plain) =>
  encodeLook({ ...payload, ...change }, kidOf(key), signEs256(key.privateKey));

test('a look that is right in all points says who looks, what for and for which file', async () => {
  const text = await made();
  const answer = verifyLook(text, rights);
  assert.ok(answer.ok);
  const { look, ...looker } = answer.looker;
  assert.deepEqual(looker, {
    officer: 'ana',
    role: 'registrar',
    office: 'registry',
    purpose: 'birth-certificate',
    file: 'REG-2026/114',
  });
  assert.equal(look.length, 43);
  assert.ok(verifyLook(await made({ exp: NOW / 1_000 + 900 }), rights).ok);
});

test('a passkey looks as well', async () => {
  const text = await encodePasskeyLook(
    payload,
    kidOf(passkey),
    async (challenge) => {
      const clientDataJson = asciiBytes(
        `{"type":"webauthn.get","challenge":"${encodeBase64url(challenge)}","origin":"${party.origins[0]}","crossOrigin":false}`,
      );
      const authenticatorData = concatBytes(nodeCrypto.sha256(asciiBytes(party.rpId)), Uint8Array.of(0x05, 0, 0, 0, 1));
      const der = signBytes('sha256', concatBytes(authenticatorData, nodeCrypto.sha256(clientDataJson)), passkey.privateKey);
      return { authenticatorData, signature: ecdsaFromDer(der)!, clientDataJson };
    },
    nodeCrypto,
  );
  const answer = verifyLook(text, rights);
  assert.ok(answer.ok && answer.looker.officer === 'ben');
});

test('every code of the closed list is provoked, and whoever did not surely sign is not named', async () => {
  const forged = await encodeLook(payload, kidOf(plain), signEs256(stranger.privateKey));
  const cases: Readonly<Record<LookCode, string>> = {
    'look-malformed': 'Bearer of good news',
    'look-ledger': await made({ ledger: 'other.example/0123456789abcdef' }),
    'look-key': await made({}, stranger),
    'look-signature': forged,
    'look-expired': await made({ exp: NOW / 1_000 }),
    'look-too-long': await made({ exp: NOW / 1_000 + 901 }),
    'look-role': await made({ as: 'registrar@elsewhere' }),
    'look-purpose': await made({ purpose: 'curiosity' }),
    'look-purpose-role': await made({ as: 'clerk@registry' }),
  };
  for (const code of Object.keys(LOOK_CODES) as LookCode[]) {
    const answer = verifyLook(cases[code], rights);
    assert.ok(!answer.ok);
    assert.equal(answer.code, code);
    const isNamed = !['look-malformed', 'look-ledger', 'look-key', 'look-signature'].includes(code);
    assert.equal(answer.looker?.officer, isNamed ? 'ana' : undefined, code);
  }
});

test('any changed character makes it refused, and any text gets an answer', async () => {
  const text = await made();
  fc.assert(
    fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom(...'AZaz09-_.~ é'), (at, character) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      return changed === text || !verifyLook(changed, rights).ok;
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (any) => !verifyLook(any, rights).ok));
});

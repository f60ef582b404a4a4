/** Vectors of docs/spec/passkey.md: WebAuthn assertions over transactions, as an authenticator and a browser make them. */
import { MINIMAL, PAYLOAD } from './transaction-vectors.ts';
import type { VectorFile } from './vector-file.ts';
import { base64url, OFFICER, ORDER, PASSKEY, sha256, signEs256, type VectorKey, withScalars } from './vector-keys.ts';

const RP_ID = 'ledger.example';
const ORIGIN = 'https://ledger.example';
const HEADER = `{"alg":"ES256","kid":"${PASSKEY.kid}","typ":"tabularium-tx+webauthn"}`;
const INPUT = `${base64url(HEADER)}.${base64url(JSON.stringify(PAYLOAD))}`;
const CHALLENGE = base64url(sha256(INPUT));

interface PasskeyKey {
  readonly kind: 'passkey' | 'es256';
  readonly jwk: VectorKey['jwk'];
  readonly rpId: string;
  readonly origins: readonly string[];
}
interface PasskeyVector {
  readonly name: string;
  readonly input: string;
  readonly key: PasskeyKey;
  /** A code where the bytes are malformed, otherwise the transaction's name and whether the assertion fits the key. */
  readonly expected: { readonly code: string } | { readonly name: string; readonly verified: boolean };
}

interface Choice {
  readonly input?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly authenticatorData?: Uint8Array;
  readonly clientData?: string | Uint8Array;
  readonly signer?: VectorKey;
  readonly signature?: (made: Uint8Array) => Uint8Array;
  readonly s?: 'high';
  readonly key?: Partial<PasskeyKey>;
}

const clientDataOf = (members: string): string => `{"type":"webauthn.get","challenge":"${CHALLENGE}","origin":"${ORIGIN}"${members}}`;
const CLIENT_DATA = clientDataOf(',"crossOrigin":false');

function assertion(choice: Choice): string {
  const authenticatorData =
    choice.authenticatorData ??
    Buffer.concat([sha256(choice.rpId ?? RP_ID), Buffer.from([choice.flags ?? 0x05]), Buffer.from([0, 0, 0, 9])]);
  const clientData = Buffer.from((choice.clientData ?? CLIENT_DATA) as Uint8Array);
  const made = signEs256(choice.signer ?? PASSKEY, Buffer.concat([authenticatorData, sha256(clientData)]), choice.s ?? 'low');
  const signature = choice.signature?.(made) ?? made;
  return `${choice.input ?? INPUT}.${base64url(Buffer.concat([authenticatorData, signature, clientData]))}`;
}

const keyOf = (choice: Choice): PasskeyKey => ({ kind: 'passkey', jwk: PASSKEY.jwk, rpId: RP_ID, origins: [ORIGIN], ...choice.key });

function verifies(name: string, choice: Choice, verified = true): PasskeyVector {
  return { name, input: assertion(choice), key: keyOf(choice), expected: { name: base64url(sha256(choice.input ?? INPUT)), verified } };
}

function malformed(name: string, code: string, choice: Choice): PasskeyVector {
  return { name: `${code}: ${name}`, input: assertion(choice), key: keyOf(choice), expected: { code } };
}

function accepted(): PasskeyVector[] {
  const origin = 'https://"odd\\origin.example';
  const escaped = `{"type":"webauthn.get","challenge":"${CHALLENGE}","origin":"https://\\"odd\\\\origin.example","crossOrigin":false}`;
  return [
    verifies('usual', {}),
    verifies('a synced passkey: eligible for backup and backed up', { flags: 0x1d }),
    verifies('eligible for backup, not backed up', { flags: 0x0d }),
    verifies('reserved flags are ignored', { flags: 0x27 }),
    verifies('high s is valid as well', { s: 'high' }),
    verifies('a member appended by the browser', {
      clientData: clientDataOf(',"crossOrigin":false,"other_keys_can_be_added_here":"do not compare"'),
    }),
    verifies('crossOrigin left out, as WebKit does', { clientData: clientDataOf('') }),
    verifies('crossOrigin left out, a member appended', { clientData: clientDataOf(',"extra":[1,"x"]') }),
    verifies('the second of two origins', { key: { origins: ['https://other.example', ORIGIN] } }),
    verifies('an origin that needs escapes', { clientData: escaped, key: { origins: [origin] } }),
    verifies('client data of exactly 1,024 bytes', {
      clientData: clientDataOf(`,"crossOrigin":false,"pad":"${'x'.repeat(1024 - CLIENT_DATA.length - 9)}"`),
    }),
  ];
}

function refusedByState(): PasskeyVector[] {
  const flip = (at: number) => (made: Uint8Array) => Buffer.from(made).fill(made[at]! ^ 0x10, at, at + 1);
  const other = `${base64url(HEADER)}.${base64url(JSON.stringify(MINIMAL))}`;
  return [
    verifies('an origin that state does not list', { clientData: CLIENT_DATA.replace(ORIGIN, 'https://evil.example') }, false),
    verifies('an origin that only starts alike', { clientData: CLIENT_DATA.replace(ORIGIN, `${ORIGIN}.evil.example`) }, false),
    verifies('an origin with a port', { clientData: CLIENT_DATA.replace(ORIGIN, `${ORIGIN}:8443`) }, false),
    verifies('an origin over plain HTTP', { clientData: CLIENT_DATA.replace('https:', 'http:') }, false),
    verifies('the rpId of another site', { rpId: 'evil.example' }, false),
    verifies('state names another rpId', { key: { rpId: 'other.example' } }, false),
    verifies('state lists no origin', { key: { origins: [] } }, false),
    verifies('signed by another key', { signer: OFFICER }, false),
    verifies('state holds another key', { key: { jwk: OFFICER.jwk } }, false),
    verifies('state holds the key as a plain one: kinds never mix', { key: { kind: 'es256' } }, false),
    verifies('one bit of r flipped', { signature: flip(5) }, false),
    verifies('one bit of s flipped', { signature: flip(40) }, false),
    verifies('the plain signature of the signing input, under the typ of a passkey', { signature: () => signEs256(PASSKEY, INPUT) }, false),
    malformed('an assertion moved to another transaction', 'passkey-challenge', { input: other }),
  ];
}

function malformedAssertions(): PasskeyVector[] {
  const base = Buffer.concat([sha256(RP_ID), Buffer.from([0x05, 0, 0, 0, 9])]);
  const flags = (name: string, bits: number): PasskeyVector => malformed(name, 'passkey-flags', { flags: bits });
  const scalars = (name: string, make: (made: Uint8Array) => Uint8Array): PasskeyVector =>
    malformed(name, 'signature-range', { signature: make });
  return [
    flags('user not present', 0x04),
    flags('user not verified', 0x01),
    flags('neither present nor verified', 0x00),
    flags('backed up without being eligible', 0x15),
    flags('attested credential data announced', 0x45),
    flags('extension data announced', 0x85),
    malformed('authenticator data of 36 bytes', 'passkey-client-data', { authenticatorData: base.subarray(0, 36) }),
    malformed('authenticator data of 38 bytes', 'passkey-client-data', { authenticatorData: Buffer.concat([base, Buffer.alloc(1, 7)]) }),
    malformed('authenticator data with extensions', 'passkey-flags', {
      authenticatorData: Buffer.concat([sha256(RP_ID), Buffer.from([0x85, 0, 0, 0, 9, 0xa1, 0x61, 0x61, 0x01])]),
    }),
    scalars('r is 0', (made) => withScalars(0n, made.subarray(32))),
    scalars('s is 0', (made) => withScalars(made.subarray(0, 32), 0n)),
    scalars('r is n', (made) => withScalars(ORDER, made.subarray(32))),
    scalars('s is n', (made) => withScalars(made.subarray(0, 32), ORDER)),
    malformed('client data of 1,025 bytes', 'passkey-length', {
      clientData: clientDataOf(`,"crossOrigin":false,"pad":"${'x'.repeat(1025 - CLIENT_DATA.length - 9)}"`),
    }),
    malformed('no client data', 'passkey-length', { clientData: '' }),
  ];
}

function malformedClientData(): PasskeyVector[] {
  const data = (code: string, name: string, clientData: string | Uint8Array): PasskeyVector => malformed(name, code, { clientData });
  const elsewhere = base64url(sha256('another transaction'));
  return [
    data('passkey-type', 'an enrolment', CLIENT_DATA.replace('webauthn.get', 'webauthn.create')),
    data('passkey-type', 'a payment confirmation', CLIENT_DATA.replace('webauthn.get', 'payment.get')),
    data('passkey-type', 'no type', CLIENT_DATA.replace('"type":"webauthn.get",', '')),
    data('passkey-challenge', 'the challenge of another transaction', CLIENT_DATA.replace(CHALLENGE, elsewhere)),
    data('passkey-challenge', 'the challenge in padded base64url', CLIENT_DATA.replace(CHALLENGE, `${CHALLENGE}=`)),
    data('passkey-challenge', 'no challenge', `{"type":"webauthn.get","origin":"${ORIGIN}","crossOrigin":false}`),
    data('passkey-cross-origin', 'in another site’s frame', clientDataOf(',"crossOrigin":true')),
    data(
      'passkey-cross-origin',
      'in a frame of a named top origin',
      clientDataOf(',"crossOrigin":true,"topOrigin":"https://evil.example"'),
    ),
    data('passkey-cross-origin', 'a top origin without crossOrigin', clientDataOf(',"topOrigin":"https://evil.example"')),
    data('passkey-cross-origin', 'crossOrigin as text', clientDataOf(',"crossOrigin":"false"')),
    data('passkey-cross-origin', 'crossOrigin null', clientDataOf(',"crossOrigin":null')),
    data('passkey-client-data', 'no origin', `{"type":"webauthn.get","challenge":"${CHALLENGE}","crossOrigin":false}`),
    data('passkey-client-data', 'origin is a list', CLIENT_DATA.replace(`"${ORIGIN}"`, `["${ORIGIN}"]`)),
    data('passkey-client-data', 'white space', CLIENT_DATA.replace('{', '{ ')),
    data(
      'passkey-client-data',
      'members in another order',
      `{"challenge":"${CHALLENGE}","type":"webauthn.get","origin":"${ORIGIN}","crossOrigin":false}`,
    ),
    data('passkey-client-data', 'crossOrigin not directly after origin', clientDataOf(',"extra":1,"crossOrigin":false')),
    data('passkey-client-data', 'an escape where none is needed', CLIENT_DATA.replace('webauthn', '\\u0077ebauthn')),
    data('passkey-client-data', 'origin twice', clientDataOf(',"crossOrigin":false,"origin":"https://evil.example"')),
    data('passkey-client-data', 'challenge twice', clientDataOf(`,"crossOrigin":false,"challenge":"${elsewhere}"`)),
    data('passkey-client-data', 'text after the object', `${CLIENT_DATA} `.replace(/ $/, '{}')),
    data('passkey-client-data', 'cut off', CLIENT_DATA.slice(0, -1)),
    data('passkey-client-data', 'not JSON', 'client data'),
    data('passkey-client-data', 'a list', `[${CLIENT_DATA}]`),
    data('passkey-client-data', 'a byte order mark', `\ufeff${CLIENT_DATA}`),
    data('passkey-client-data', 'malformed UTF-8', Buffer.concat([Buffer.from(CLIENT_DATA.slice(0, -1)), Buffer.from([0xff, 0x7d])])),
  ];
}

export const passkey: VectorFile<PasskeyVector> = {
  description:
    'Transactions signed by passkeys: bytes with the code of the first rule they break, or whether the assertion fits key, rpId and origins.',
  spec: 'docs/spec/passkey.md',
  vectors: [...accepted(), ...refusedByState(), ...malformedAssertions(), ...malformedClientData()],
};

/**
 * Passkeys (Web Authentication Level 3): a key in a phone, a computer or a stick, which nobody reads out and which signs only when its holder
 * agrees by finger, face or PIN. The server has no part in it: its public half is enrolled by a signed transaction, and whoever verifies an
 * entry checks the rest (docs/spec/passkey.md). The library is loaded when somebody uses one.
 */
import { type Assertion, encodeBase64url, type PublicJwk, thumbprint } from '@tabularium/protocol';
import { assertionOf, jwkOfSpki, kidsThatSigned, nobleCrypto, type PasskeySigner, randomBytes } from '@tabularium/sdk';

/** What a browser keeps of a passkey, so that the right one is asked. */
export interface PasskeyHandle {
  readonly kind: 'passkey';
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly rpId: string;
  /** The authenticator's name for it, base64url. */
  readonly credential: string;
}

/** A key as transactions enrol it (docs/spec/charter.md). */
export interface PasskeyToEnrol {
  readonly kind: 'passkey';
  readonly jwk: PublicJwk;
  readonly rpId: string;
  readonly origins: readonly [string];
}

export interface NewPasskey {
  readonly key: PasskeyToEnrol;
  readonly handle: PasskeyHandle;
}

/** Whether the person said no, did not answer, or has no such passkey: browsers do not tell which (§14.5.2). */
export function isDeclined(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}

/** Why there can be none here: pages over plain HTTP have none, and an address of digits is no name to bind one to. */
export function whyNoPasskey(): 'insecure' | 'no-name' | 'unsupported' | undefined {
  if (!globalThis.isSecureContext) return 'insecure';
  if (typeof PublicKeyCredential === 'undefined') return 'unsupported';
  return /^[\d.]+$|^\[/.test(location.hostname) ? 'no-name' : undefined;
}

/** Asks for a new passkey. `name`: what the device shows beside it. Throws where the person declines. */
export async function makePasskey(name: string): Promise<NewPasskey> {
  const { base64URLStringToBuffer, startRegistration } = await import('@simplewebauthn/browser');
  const rpId = location.hostname;
  const made = await startRegistration({
    optionsJSON: {
      rp: { id: rpId, name },
      // A user id of its own for each, or an authenticator would put the new passkey in the place of the old. It tells nothing about a person.
      user: { id: encodeBase64url(randomBytes(32)), name, displayName: name },
      // Nobody checks this answer but the ledger, by the first signature: no challenge is kept for it.
      challenge: encodeBase64url(randomBytes(32)),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
    },
  });
  const jwk = jwkOfSpki(new Uint8Array(base64URLStringToBuffer(made.response.publicKey ?? '')));
  if (jwk === undefined) throw new RangeError('the passkey has no key of P-256');
  return {
    key: { kind: 'passkey', jwk, rpId, origins: [location.origin] },
    handle: { kind: 'passkey', kid: thumbprint(jwk, nobleCrypto), rpId, credential: made.id },
  };
}

export function passkeySigner({ kid, rpId, credential }: PasskeyHandle): PasskeySigner {
  return { kid, assert: async (challenge) => (await ask(challenge, rpId, credential)).assertion };
}

/** Asks for any passkey of this office, and says which keys can be the one that answered. Throws where the person declines. */
export async function findPasskey(): Promise<{ readonly kids: readonly string[]; readonly handleOf: (kid: string) => PasskeyHandle }> {
  const rpId = location.hostname;
  const { assertion, credential } = await ask(randomBytes(32), rpId);
  return { kids: kidsThatSigned(assertion), handleOf: (kid) => ({ kind: 'passkey', kid, rpId, credential }) };
}

async function ask(
  challenge: Uint8Array,
  rpId: string,
  credential?: string,
): Promise<{ readonly assertion: Assertion; readonly credential: string }> {
  const { base64URLStringToBuffer, startAuthentication } = await import('@simplewebauthn/browser');
  const { id, response } = await startAuthentication({
    optionsJSON: {
      challenge: encodeBase64url(challenge),
      rpId,
      userVerification: 'required',
      ...(credential === undefined ? {} : { allowCredentials: [{ type: 'public-key', id: credential }] }),
    },
  });
  const bytes = (text: string): Uint8Array => new Uint8Array(base64URLStringToBuffer(text));
  const assertion = assertionOf(bytes(response.authenticatorData), bytes(response.signature), bytes(response.clientDataJSON));
  return { assertion, credential: id };
}

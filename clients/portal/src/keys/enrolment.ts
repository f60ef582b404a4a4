/**
 * How a person's new keys get from their device to whoever may enrol them: as a link. What it holds is public; that it was not exchanged on
 * the way is said by a few characters, which the two read to each other.
 */
import type { PasskeyToEnrol } from './passkey.ts';

/** As the kernel's actions take them (docs/spec/kernel-actions.md). */
const KEYS_MIN = 2;
const KEYS_MAX = 8;
export const KEYS_NEEDED = KEYS_MIN;

/** The address at which somebody entitled enrols these keys. Behind `#`: no server is sent it. */
export function enrolmentLink(keys: readonly PasskeyToEnrol[]): string {
  return `${location.origin}/keys/enrol#${btoa(JSON.stringify(keys)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** Undefined where it is no such link. What comes back is checked for its shape only: the ledger checks each key. */
export function readEnrolment(fragment: string): readonly PasskeyToEnrol[] | undefined {
  try {
    const keys: unknown = JSON.parse(atob(fragment.replace(/^#/, '').replaceAll('-', '+').replaceAll('_', '/')));
    if (!Array.isArray(keys) || keys.length < KEYS_MIN || keys.length > KEYS_MAX) return undefined;
    return keys.map(keyOf);
  } catch {
    return undefined;
  }
}

/** Eight characters of a digest over all keys, in two groups: to be read aloud. */
export async function checkCharacters(keys: readonly PasskeyToEnrol[]): Promise<string> {
  const points = keys.map(({ jwk }) => `${jwk.x}.${jwk.y}`).join('\n');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(points)));
  const letters = [...digest.slice(0, 8)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  return `${letters.slice(0, 4)} ${letters.slice(4)}`;
}
/** Thirty-two that nobody takes for another. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Only the members that a key has. Throws where one is missing. */
function keyOf(value: unknown): PasskeyToEnrol {
  const { jwk, rpId, origins } = value as PasskeyToEnrol;
  const { x, y } = jwk;
  const [origin] = origins;
  if ([x, y, rpId, origin].some((text) => typeof text !== 'string')) throw new RangeError('not a key');
  return { kind: 'passkey', jwk: { kty: 'EC', crv: 'P-256', x, y }, rpId, origins: [origin] };
}

/** Who acts at this device, and what signs for them. Who has a key acts; a page that only shows needs none. */
import type { Signer } from '@tabularium/sdk';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/api.ts';
import { type DeviceKey, importDeviceKey } from './device-key.ts';
import { forgetKey, keepKey, keptKey } from './kept-key.ts';
import type { PasskeyHandle } from './passkey.ts';

/** What the demo gives away of an invented officer. */
export interface Invented {
  readonly officer: string;
  /** `role@office`. */
  readonly roles: readonly string[];
  readonly jwk: JsonWebKey;
}

export interface Me {
  readonly officer: string;
  /** `role@office`, as known when the key came here. */
  readonly roles: readonly string[];
  readonly keyKind: Kept['key']['kind'];
  /** Signs transactions; a passkey asks whoever holds it each time. */
  readonly signer: Signer;
}

/** What this browser keeps: whose desk it is, and with which key. */
export interface Kept {
  readonly officer: string;
  readonly roles: readonly string[];
  readonly key: DeviceKey | PasskeyHandle;
}

/** Null where this device has no key: undefined is no answer for a query. */
export const me = queryOptions({ queryKey: ['me'], queryFn: async () => (await whoIAm()) ?? null });

/** Whom a demo lets one be; none where the ledger is a real one. */
export async function inventedOfficers(): Promise<readonly Invented[]> {
  try {
    return (await getJson<{ readonly officers: readonly Invented[] }>('/api/demo/officers')).officers;
  } catch {
    return [];
  }
}

export async function become({ officer, roles, jwk }: Invented): Promise<void> {
  await keepKey({ officer, roles, key: await importDeviceKey(jwk) });
}

/** From now on this officer's passkey signs at this device. */
export async function signWith(key: PasskeyHandle, { officer, roles }: Pick<Me, 'officer' | 'roles'>): Promise<void> {
  await keepKey({ officer, roles, key });
}

export async function leave(): Promise<void> {
  await forgetKey();
}

async function whoIAm(): Promise<Me | undefined> {
  const kept = await keptKey();
  if (kept === undefined) return undefined;
  const { officer, roles, key } = kept;
  // Who only looks loads nothing that signs.
  const { signerOf } = await import('./signer-of.ts');
  return { officer, roles, keyKind: key.kind, signer: await signerOf(key) };
}

/** Who acts at this device, and what signs for them. Who has a key acts; a page that only shows needs none. */
import type { Signer } from '@tabularium/sdk';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/api.ts';
import { type DeviceKey, deviceKeySigner, importDeviceKey } from './device-key.ts';
import { forgetKey, keepKey, keptKey } from './kept-key.ts';

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
  /** Signs transactions; a passkey asks whoever holds it each time. */
  readonly signer: Signer;
}

/** What this browser keeps: whose desk it is, and with which key. */
export interface Kept {
  readonly officer: string;
  readonly roles: readonly string[];
  readonly key: DeviceKey;
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

export async function leave(): Promise<void> {
  await forgetKey();
}

async function whoIAm(): Promise<Me | undefined> {
  const kept = await keptKey();
  return kept && { officer: kept.officer, roles: kept.roles, signer: await deviceKeySigner(kept.key) };
}

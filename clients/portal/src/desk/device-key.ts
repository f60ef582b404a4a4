/**
 * The key with which this device signs: kept by the browser, and handed to nobody, this page included (WebCrypto, not extractable). Who has it
 * acts; a page that only shows needs none.
 */
import { type Es256Signer, webCryptoSigner } from '@tabularium/sdk';
import { getJson } from '../data/api.ts';

export interface Invented {
  readonly officer: string;
  readonly roles: readonly string[];
  readonly jwk: JsonWebKey;
}

export interface Me {
  readonly officer: string;
  readonly roles: readonly string[];
  readonly signer: Es256Signer;
}

interface Kept {
  readonly officer: string;
  readonly roles: readonly string[];
  readonly pair: CryptoKeyPair;
}

const STORE = 'keys';
const SLOT = 'me';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

/** Whom a demo lets one be; none where the ledger is a real one. */
export async function inventedOfficers(): Promise<readonly Invented[]> {
  try {
    return (await getJson<{ readonly officers: readonly Invented[] }>('/api/demo/officers')).officers;
  } catch {
    return [];
  }
}

/** Undefined where this device has no key. */
export async function whoIAm(): Promise<Me | undefined> {
  const kept = await inStore<Kept | undefined>('readonly', (store) => store.get(SLOT));
  return kept === undefined ? undefined : { officer: kept.officer, roles: kept.roles, signer: await webCryptoSigner(kept.pair) };
}

export async function become({ officer, roles, jwk }: Invented): Promise<void> {
  const { kty, crv, x, y, d } = jwk as Required<Pick<JsonWebKey, 'kty' | 'crv' | 'x' | 'y' | 'd'>>;
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ALGORITHM, false, ['sign']),
    crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, true, ['verify']),
  ]);
  const kept: Kept = { officer, roles, pair: { privateKey, publicKey } };
  await inStore('readwrite', (store) => store.put(kept, SLOT));
}

export async function leave(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(SLOT));
}

function inStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('tabularium', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = ask(opening.result.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result as T);
      asked.onerror = () => reject(asked.error);
      asked.transaction!.oncomplete = () => opening.result.close();
    };
  });
}

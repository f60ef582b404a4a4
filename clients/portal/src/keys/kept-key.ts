/** Where a browser keeps whose desk it is: its own store, which no other site can open. */
import type { Kept } from './me.ts';

const STORE = 'keys';
const SLOT = 'me';

export function keptKey(): Promise<Kept | undefined> {
  return inStore('readonly', (store) => store.get(SLOT));
}

export async function keepKey(kept: Kept): Promise<void> {
  await inStore('readwrite', (store) => store.put(kept, SLOT));
}

export async function forgetKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(SLOT));
}

function inStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('tabularium', 2);
    // A browser that was here before keys had kinds begins anew: whoever had this desk takes it again.
    opening.onupgradeneeded = () => {
      if (opening.result.objectStoreNames.contains(STORE)) opening.result.deleteObjectStore(STORE);
      opening.result.createObjectStore(STORE);
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = ask(opening.result.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result as T);
      asked.onerror = () => reject(asked.error);
      asked.transaction!.oncomplete = () => opening.result.close();
    };
  });
}

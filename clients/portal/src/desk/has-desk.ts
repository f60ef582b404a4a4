/** Whether somebody took a desk at this device: known without opening the store of keys, and without loading what signs. */
const TAKEN = 'tabularium-desk';

export function hasDesk(): boolean {
  return localStorage.getItem(TAKEN) !== null;
}

export function rememberDesk(isTaken: boolean): void {
  if (isTaken) localStorage.setItem(TAKEN, '');
  else localStorage.removeItem(TAKEN);
}

/** Every page of the portal, at one address each; those of a record are taken from what the town has written. */

export interface Place {
  readonly name: string;
  readonly path: string;
}

export async function places(url: string): Promise<readonly Place[]> {
  const { rows } = await read<{ readonly rows: readonly { readonly id: string; readonly entry: number }[] }>(
    `${url}/api/v1/treasury/payments?limit=1&state=paid`,
  );
  const [payment] = rows;
  if (payment === undefined) throw new Error('the town has paid nothing yet');
  return [
    { name: 'home', path: '/' },
    { name: 'lists', path: '/lists' },
    // A short page of a list: a long one is more of the same.
    { name: 'payments', path: '/lists/treasury/payments?limit=10' },
    { name: 'budget-lines', path: '/lists/treasury/lines?limit=10' },
    { name: 'payment', path: `/lists/treasury/payments/${payment.id}` },
    { name: 'records', path: '/entries' },
    { name: 'entry', path: `/entries/${payment.entry}` },
    { name: 'charter', path: '/entries/0' },
    { name: 'stamp', path: '/entries/1' },
    { name: 'verify', path: '/verify' },
    { name: 'desk', path: '/desk' },
    { name: 'not-here', path: '/entries/999999999' },
  ];
}

async function read<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

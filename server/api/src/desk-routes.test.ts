/** What a desk is made of: forms with their schemas, what an officer may sign, what one has signed, and what a signature would change. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { openTown } from './town-rig.test.ts';

const { town, get, post, proposal, submit, close } = await openTown();
after(close);

interface FormBody {
  readonly module: string;
  readonly name: string;
  readonly title: string;
  readonly action: string;
  readonly picks?: readonly { readonly list: string }[];
  readonly schema?: { readonly properties: Readonly<Record<string, { readonly items?: { readonly properties: object } }>> };
}

test('every form is told with its lists to pick from; one alone with the schema of what it fills in, in the reader’s language', async () => {
  const { forms } = (await get('/api/v1/forms')).json as unknown as { forms: readonly FormBody[] };
  const order = forms.find(({ action }) => action === 'treasury.payment.order')!;
  assert.deepEqual(
    [order.module, order.name, order.picks![0]!.list, order.schema],
    ['treasury', 'form-payment-order', 'payables', undefined],
  );
  const one = (await get(`/api/v1/forms/treasury/${order.name}`)).json as unknown as FormBody;
  assert.deepEqual(Object.keys(one.schema!.properties.items!.items!.properties), ['payable', 'money', 'execute']);
  const spanish = await fetch(`${town.base}/api/v1/forms/treasury/${order.name}`, { headers: { 'accept-language': 'es' } });
  const told = (await spanish.json()) as FormBody & { schema: { properties: { items: { title: string } } } };
  assert.deepEqual([told.title, told.schema.properties.items.title], ['Ordenar pagos', 'Pagos']);
  for (const path of ['treasury/form-nothing', 'nothing/form-payment-order', 'treasury/payments', '__proto__/toString'])
    assert.equal((await get(`/api/v1/forms/${path}`)).status, 404, path);
});

test('each collection whose records can be corrected has a form, with what of them may change', async () => {
  const { forms } = (await get('/api/v1/forms')).json as unknown as { forms: readonly (FormBody & { corrects?: string })[] };
  const corrections = forms.filter(({ corrects }) => corrects !== undefined);
  assert.deepEqual(
    corrections.map(({ module, corrects }) => `${module}/${corrects}`),
    catalogue.flatMap(({ name, collections }) =>
      Object.entries(collections).flatMap(([one, { correction }]) => (correction === undefined ? [] : [`${name}/${one}`])),
    ),
  );
  assert.ok(corrections.every(({ action, name, corrects }) => action === 'kernel.correct' && name === `correct-${corrects}`));
  const one = (await get('/api/v1/forms/treasury/correct-commitment')).json as unknown as FormBody;
  const { change, reason, key } = one.schema!.properties as Record<string, { properties?: object; enum?: readonly string[] }>;
  assert.deepEqual(Object.keys(change!.properties!), ['money', 'reference', 'until']);
  assert.ok(key !== undefined && reason!.enum!.includes('typing-error'));
  assert.equal((await get('/api/v1/forms/treasury/correct-account')).status, 404);
});

test('what an officer may sign is told to anybody who asks; nobody and a stranger’s spelling have none', async () => {
  const { json } = await get('/api/v1/desk/accounts-1');
  const { terms, actions, proposalDays } = json as {
    terms: readonly { role: string }[];
    actions: readonly { action: string; signers: number; as?: string }[];
    proposalDays: number;
  };
  assert.deepEqual(
    terms.map(({ role }) => role),
    ['accountant'],
  );
  assert.equal(proposalDays, town.charter.limits.proposalDays);
  const order = actions.find(({ action }) => action === 'treasury.payment.order')!;
  assert.deepEqual([order.signers, order.as], [1, 'accountant@accounts']);
  assert.equal(
    actions.some(({ action }) => action === 'treasury.payment.approve'),
    false,
  );
  assert.equal((await get('/api/v1/desk/nobody')).status, 404);
  assert.equal((await get('/api/v1/desk/No%20Body')).status, 400);
});

test('what one has signed is told page by page, a proposer’s act not among its approver’s', async () => {
  const signed = async (officer: string, query = '') =>
    (await get(`/api/v1/desk/${officer}/signed${query}`)).json as unknown as {
      rows: readonly { index: number; role: string; action: string }[];
      next?: number;
    };
  const first = await signed('accounts-1', '?limit=2');
  assert.equal(first.rows.length, 2);
  assert.ok(first.rows.every(({ role }) => role === 'accountant'));
  const then = await signed('accounts-1', `?limit=2&before=${first.next}`);
  assert.ok(then.rows.every(({ index }) => index < first.rows.at(-1)!.index));
  const mayors = (await signed('mayor-1', '?limit=50')).rows;
  assert.ok(mayors.length > 0 && mayors.every(({ role }) => role === 'mayor'));
  assert.deepEqual((await signed('nobody')).rows, []);
});

test('a dry run says which records would read otherwise, before and after, of those that lists show', async () => {
  const made = proposal(31);
  assert.equal((await submit(made)).status, 201);
  const ask = async (body: object) => (await post('/api/v1/check', JSON.stringify(body), 'application/json')).json;
  const approve = { signer: town.keyOf('mayor-1').kid, action: 'kernel.approve', body: { proposal: made.name } };
  assert.equal('changes' in (await ask(approve)), false, 'only where it is asked for');
  const { verdict, changes, more } = (await ask({ ...approve, changes: true })) as {
    verdict: string;
    changes: readonly { key: string; isNew: boolean; members: readonly { label: string; before?: object; after?: { value: string } }[] }[];
    more: number;
  };
  assert.deepEqual([verdict, changes.length, more], ['accepted', 1, 0]);
  assert.deepEqual([changes[0]!.key, changes[0]!.isNew], ['treasury/year/2061', true]);
  const state = changes[0]!.members.find(({ label }) => label === 'State')!;
  assert.deepEqual([state.before, state.after!.value], [undefined, 'open']);
  const refused = await ask({ ...approve, signer: town.keyOf('cash-1').kid, changes: true });
  assert.deepEqual([refused.verdict, 'changes' in refused], ['refused', false]);
});

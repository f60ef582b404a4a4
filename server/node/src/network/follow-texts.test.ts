/** Texts go from the node that took them to all others, whoever is away, behind, new or lying. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoy, disclose, startTextNodes, type TextNode, until } from './texts-rig.test.ts';

const name = (): ReturnType<typeof disclose> => disclose('organisation', 'Smith & Sons');

/** Everything on a node's list. */
function listed({ texts }: TextNode): readonly string[] {
  return texts
    .list()
    .after(undefined, 10_000)!
    .map(({ digest }) => digest);
}

test('what one node took is soon at every other, once, and nobody asks about decoys', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b', 'c');
  const [a, b, c] = nodes as [TextNode, TextNode, TextNode];
  for (const node of nodes) node.follow(...nodes.filter((other) => other !== node));
  const published = Array.from({ length: 20 }, name);
  const decoys = published.map(() => decoy());
  for (const [n, text] of published.entries()) {
    const tx = log.certify([text.digest, decoys[n]!]);
    await nodes[n % 3]!.publish(tx, text);
    for (const { follower } of nodes) follower.block(log.storage.block(n + 1)!);
  }
  await until(() => nodes.every((node) => node.has(...published)));
  for (const node of nodes) {
    assert.deepEqual([...listed(node)].sort(), published.map(({ digest }) => digest).sort());
    assert.ok(!node.asked.some((digest) => decoys.includes(digest)));
    assert.deepEqual(node.reports, []);
  }
  const asked = [...a.asked, ...b.asked, ...c.asked];
  assert.equal(asked.length, 2 * published.length, 'each text comes to each node once');
});

test('a text that comes long after its entry spreads as well', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b');
  const [a, b] = nodes as [TextNode, TextNode];
  const [early, late] = [name(), name()];
  const tx = log.certify([late.digest, decoy()]);
  b.follow(a);
  await a.publish(log.certify([early.digest, decoy()]), early);
  await until(() => b.has(early));
  await a.publish(tx, late);
  await until(() => b.has(late));
});

test('a node that is down is asked when it is back; what others have by then comes from them', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b', 'c');
  const [a, b, c] = nodes as [TextNode, TextNode, TextNode];
  const [first, second] = [name(), name()];
  const [tx1, tx2] = [log.certify([first.digest, decoy()]), log.certify([second.digest, decoy()])];
  await a.publish(tx1, first);
  c.follow(a);
  await until(() => c.has(first));
  await a.deafen();
  b.follow(a, c);
  await until(() => b.has(first));
  await a.publish(tx2, second);
  await a.listen();
  await until(() => b.has(second) && c.has(second));
  assert.deepEqual([b.reports, c.reports], [[], []]);
});

test('a node that ends in the middle goes on where it was, and one that lost everything begins anew', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b', 'c');
  const [a, b, c] = nodes as [TextNode, TextNode, TextNode];
  const bundles = [0, 1, 2, 3, 4].map(() => Array.from({ length: 300 }, name));
  for (const bundle of bundles) await a.publish(log.certify(...bundle.map(({ digest }) => [digest, decoy()] as const)), ...bundle);
  const thousandth = a.texts.list().after(undefined, 1_000)!.at(-1)!;
  const { promise, resolve } = Promise.withResolvers<void>();
  a.lies.text = (digest) => {
    if (a.asked.length > 1_000) resolve();
    return a.asked.length > 1_000 ? undefined : a.texts.get(digest);
  };
  b.follow(a);
  await promise;
  await until(() => b.reports.length > 0);
  await b.restart();
  assert.equal(b.texts.counts().live, 1_000);
  a.lies = {};
  a.places.length = 0;
  b.follow(a);
  await until(() => b.has(...bundles.flat()));
  assert.deepEqual(a.places[0], { at: 1_000, mark: thousandth.mark });
  c.follow(a, b);
  await until(() => c.has(...bundles.flat()));
  assert.equal(listed(c).length, 1_500);
});

test('a list that went on from an older copy is followed anew', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b', 'other');
  const [a, b, other] = nodes as [TextNode, TextNode, TextNode];
  const [first, second] = [name(), name()];
  const [tx1, tx2] = [log.certify([first.digest, decoy()]), log.certify([second.digest, decoy()])];
  await a.publish(tx1, first);
  b.follow(a);
  await until(() => b.has(first));
  await other.publish(tx2, second);
  a.texts.list = () => other.texts.list();
  a.texts.get = (digest) => other.texts.get(digest);
  await until(() => b.has(second));
  assert.deepEqual(b.reports, []);
});

test('withdrawn texts are not asked for; what a node says was withdrawn is passed over', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b');
  const [a, b] = nodes as [TextNode, TextNode];
  const [known, unknown, last] = [name(), name(), name()];
  const withdrawal = (digest: string) => ({ digest, time: 1, ground: 'privacy', case: 'C-1' });
  for (const text of [known, unknown]) await a.publish(log.certify([text.digest, decoy()]), text);
  a.texts.withdraw(withdrawal(unknown.digest));
  b.texts.withdraw(withdrawal(known.digest));
  await a.publish(log.certify([last.digest, decoy()]), last);
  b.follow(a);
  await until(() => b.has(last));
  assert.deepEqual([...a.asked].sort(), [unknown.digest, last.digest].sort());
  assert.equal(b.texts.get(known.digest)?.kind, 'withdrawn');
  assert.equal(b.texts.get(unknown.digest), undefined);
  assert.deepEqual(b.reports, []);
});

test('a node that lists or gives what is not so is reported once, nothing of it is kept, and the others are followed', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'liar', 'honest', 'b');
  const [liar, honest, b] = nodes as [TextNode, TextNode, TextNode];
  const mine = name();
  const tx = log.certify([mine.digest, decoy()]);
  await liar.publish(tx, mine);
  const other = name();
  const otherTx = log.certify([other.digest, decoy()]);
  const person = disclose('person', 'Ann Smith');
  const personTx = log.certify([person.digest, decoy()]);
  const unfit = disclose('organisation', '');
  const unfitTx = log.certify([unfit.digest, decoy()]);
  const plainTx = log.append('treasury.year.close', { year: '2026' });
  const lies: readonly (readonly [TextNode['lies'], RegExp])[] = [
    [{ text: () => ({ kind: 'text', disclosure: other.text }) }, /answers what no node answers/],
    [{ text: () => undefined }, /does not give what it lists/],
    [{ listed: () => ({ digest: mine.digest, tx: otherTx }) }, /none of the entry/],
    [{ listed: () => ({ digest: mine.digest, tx: plainTx }) }, /none of the entry/],
    [
      { listed: () => ({ digest: person.digest, tx: personTx }), text: () => ({ kind: 'text', disclosure: person.text }) },
      /none of the entry/,
    ],
    [
      { listed: () => ({ digest: unfit.digest, tx: unfitTx }), text: () => ({ kind: 'text', disclosure: unfit.text }) },
      /none of the entry/,
    ],
  ];
  for (const [n, [lie, expected]] of lies.entries()) {
    b.reports.length = 0;
    liar.lies = lie;
    const good = name();
    await honest.publish(log.certify([good.digest, decoy()]), good);
    b.follow(liar, honest);
    await until(() => b.has(good) && b.reports.length > 0);
    const before = liar.places.length;
    await until(() => liar.places.length > before);
    assert.equal(b.reports.length, 1, `${b.reports}`);
    assert.match(b.reports[0]!, expected);
    assert.match(b.reports[0]!, /node liar/);
    assert.equal(b.texts.counts().live, n + 1);
  }
  liar.lies = {};
  await until(() => b.has(mine));
});

test('two texts of one field, each handed in at another node, both come', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b', 'c');
  const [a, b, c] = nodes as [TextNode, TextNode, TextNode];
  const [one, two] = [name(), name()];
  const tx = log.certify([one.digest, two.digest]);
  await a.publish(tx, one);
  await b.publish(tx, two);
  b.follow(a);
  await until(() => b.has(one));
  c.follow(b);
  await until(() => c.has(one, two));
  assert.deepEqual(c.reports, []);
});

test('texts of a proposal’s content are taken', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b');
  const [a, b] = nodes as [TextNode, TextNode];
  const title = disclose('title', 'New roof');
  const body = { law: 'BUDGET-1', items: [{ _sd: [title.digest] }] };
  await a.publish(log.append('kernel.propose', { action: 'treasury.budget.enact', body }), title);
  b.follow(a);
  await until(() => b.has(title));
});

test('texts of blocks that have not come here yet wait for them', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b');
  const [a, b] = nodes as [TextNode, TextNode];
  const [first, second] = [name(), name()];
  await a.publish(log.certify([first.digest, decoy()]), first);
  await a.publish(log.certify([second.digest, decoy()]), second);
  b.view.height = 1;
  b.follow(a);
  await until(() => b.has(first));
  await until(() => !b.follower.awaits(decoy()));
  assert.equal(b.texts.get(second.digest), undefined);
  b.view.height = 2;
  b.follower.block(log.storage.block(2)!);
  await until(() => b.has(second));
});

test('a node whose past is still coming takes what is new, and the rest when its past is there, also after a new start', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b');
  const [a, b] = nodes as [TextNode, TextNode];
  const [old, fresh, newest] = [name(), name(), name()];
  for (const text of [old, fresh]) await a.publish(log.certify([text.digest, decoy()]), text);
  b.view.from = log.storage.block(2)!.first;
  b.follow(a);
  await until(() => b.has(fresh));
  assert.equal(b.texts.get(old.digest), undefined);
  await b.restart();
  await a.publish(log.certify([newest.digest, decoy()]), newest);
  b.follow(a);
  await until(() => b.has(newest));
  b.view.from = 0;
  await until(() => b.has(old));
  assert.deepEqual(b.reports, []);
});

test('texts of a ledger before this one are passed over', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b');
  const [a, b] = nodes as [TextNode, TextNode];
  const [old, fresh] = [name(), name()];
  await a.publish(decoy(), old);
  await a.publish(log.certify([fresh.digest, decoy()]), fresh);
  b.follow(a);
  await until(() => b.has(fresh));
  assert.equal(b.texts.get(old.digest), undefined);
  assert.deepEqual(b.reports, []);
});

test('a digest of the last seconds may be a text that is on its way; any digest, while a list is being read', async (t) => {
  const { log, nodes } = await startTextNodes(t, 'a', 'b');
  const [a, b] = nodes as [TextNode, TextNode];
  const [text, none] = [name(), decoy()];
  b.follow(a);
  assert.ok(b.follower.awaits(decoy()), 'nobody knows yet what is on the list');
  await until(() => !b.follower.awaits(decoy()));
  const tx = log.certify([text.digest, none]);
  assert.equal(b.follower.awaits(none), false);
  b.follower.block(log.storage.block(1)!);
  assert.deepEqual([b.follower.awaits(text.digest), b.follower.awaits(none), b.follower.awaits(decoy())], [true, true, false]);
  await a.publish(tx, text);
  await until(() => b.has(text));
  assert.ok(b.follower.awaits(none));
  b.laterMs = 5_000;
  assert.equal(b.follower.awaits(none), false);
});

/** Delivering to real receivers: in order, at least once, whatever fails between. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { openOffice, openReceiver } from './receiver-rig.test.ts';
import { WebhookBook } from './webhook-book.ts';

const BOUND = { timeout: 30_000 };

/** A receiver and an office for each test, closed again. */
function delivering(
  name: string,
  types: readonly string[],
  run: (receiver: Awaited<ReturnType<typeof openReceiver>>, office: ReturnType<typeof openOffice>) => Promise<void>,
): void {
  test(name, BOUND, async () => {
    const receiver = await openReceiver();
    const office = openOffice(receiver, types);
    try {
      await run(receiver, office);
    } finally {
      await office.close();
      await receiver.close();
    }
  });
}

delivering('each happening comes once and in order, signed so that an outside library believes it', [], async (receiver, office) => {
  office.feed.add('treasury.year.opened', 45);
  const courier = office.send();
  await office.until(() => receiver.heard.length === 45);
  office.feed.add('treasury.payment.released');
  courier.stir();
  await office.until(() => receiver.heard.length === 46 && office.found().delivered === 46);
  assert.deepEqual(
    receiver.heard.map(({ id }) => id),
    [...Array.from({ length: 45 }, (_, n) => `1-${n + 1}`), '2-1'],
  );
  const { headers, body } = receiver.heard[45]!;
  assert.equal(headers['content-type'], 'application/cloudevents+json; charset=utf-8');
  assert.equal(headers['webhook-id'], 'evt_0011223344556677_2-1');
  // The library compares with its own clock; what it thinks of the signature is the point.
  const judge = new Webhook(office.secret);
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
  assert.equal(headers['webhook-signature'], judge.sign(headers['webhook-id'] as string, at, body));
  office.now = Date.now();
  office.feed.add('treasury.payment.released');
  courier.stir();
  await office.until(() => receiver.heard.length === 47);
  const last = receiver.heard[46]!;
  judge.verify(last.body, last.headers as Record<string, string>);
  assert.throws(() => judge.verify(last.body.replace('2', '3'), last.headers as Record<string, string>));
});

delivering('only what was asked for, and what was not is passed over for good', ['treasury.payment.*'], async (receiver, office) => {
  office.feed.add('treasury.year.opened', 50);
  office.feed.add('treasury.payment.released', 2);
  office.feed.add('kernel.proposal.made', 30);
  office.send();
  await office.until(() => office.found().cursor === '3-30');
  assert.deepEqual(
    receiver.heard.map(({ id }) => id),
    ['2-1', '2-2'],
  );
});

delivering('a receiver that fails is called again; nothing overtakes', [], async (receiver, office) => {
  receiver.answer = (answer, nth) => void answer.writeHead(nth < 2 ? 500 : 204).end();
  office.feed.add('treasury.year.opened', 2);
  office.send();
  await office.until(() => office.found().delivered === 2);
  assert.deepEqual(
    receiver.heard.map(({ id }) => id),
    ['1-1', '1-1', '1-1', '1-2'],
  );
  // The same message keeps its id, so that a receiver can tell.
  assert.equal(new Set(receiver.heard.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.equal(office.found().failed, 2);
});

delivering('waits grow, are spread, and are no shorter than the receiver asks', [], async (receiver, office) => {
  receiver.answer = (answer, nth) => void answer.writeHead(503, nth === 2 ? { 'retry-after': '600' } : {}).end();
  office.feed.add('treasury.year.opened');
  const courier = office.send({ waitsMs: [1_000, 10_000, 100_000, 100_000], random: () => 1 });
  const waits: number[] = [];
  for (let nth = 1; nth <= 3; nth++) {
    await office.until(() => office.found().attempts === nth);
    waits.push(office.found().nextAt - office.now);
    assert.equal(receiver.heard.length, nth);
    courier.stir();
    office.now = office.found().nextAt;
    courier.stir();
  }
  assert.deepEqual(waits, [1_200, 12_000, 600_000]);
  assert.equal(office.found().trouble, 'answered 503');
});

delivering('after the last attempt it is a dead letter, which can be sent again', [], async (receiver, office) => {
  receiver.answer = (answer, nth) => void answer.writeHead(nth < 4 ? 400 : 204).end();
  office.feed.add('treasury.year.opened', 2);
  const courier = office.send();
  await office.until(() => office.found().delivered === 1);
  const [letter] = office.book.letters(office.id);
  assert.deepEqual(letter, { event: '1-1', time: office.now, why: 'answered 400', replay: false });
  assert.equal(office.found().cursor, '1-2');

  receiver.answer = (answer, nth) => void answer.writeHead(nth === 5 ? 500 : 204).end();
  assert.equal(office.book.replay(office.id), 1);
  courier.stir();
  // Sent once, and dead again.
  await office.until(() => office.book.letters(office.id)[0]?.why === 'answered 500');
  assert.equal(office.book.replay(office.id, '1-1'), 1);
  assert.equal(office.book.replay(office.id, '9-9'), 0);
  courier.stir();
  await office.until(() => office.found().letters === 0);
  assert.equal(receiver.heard.at(-1)!.id, '1-1');
  assert.equal(office.found().delivered, 2);
});

delivering('a dead letter of something that this ledger does not have says so', [], async (receiver, office) => {
  office.book.buried(office.id, '7-7', 'answered 500', 1);
  office.book.passed(office.id, '0-0');
  office.book.replay(office.id);
  office.send();
  await office.until(() => office.book.letters(office.id)[0]?.why === 'not in this ledger');
  assert.equal(receiver.heard.length, 0);
});

delivering('410 ends it, until it is turned on again', [], async (receiver, office) => {
  receiver.answer = (answer, nth) => void answer.writeHead(nth === 0 ? 410 : 204).end();
  office.feed.add('treasury.year.opened');
  const courier = office.send();
  await office.until(() => office.found().state === 'gone');
  assert.match(office.notes[0] ?? '', /gone \(410\)/);
  courier.stir();
  office.feed.add('treasury.year.opened');
  courier.stir();
  assert.equal(receiver.heard.length, 1);
  office.book.turn(office.id, 'on');
  courier.stir();
  await office.until(() => office.found().delivered === 2);
  assert.deepEqual(
    receiver.heard.map(({ id }) => id),
    ['1-1', '1-1', '2-1'],
  );
});

delivering('a dead letter whose receiver is gone stays', [], async (receiver, office) => {
  office.feed.add('treasury.year.opened');
  receiver.answer = (answer, nth) => void answer.writeHead(nth < 4 ? 500 : 410).end();
  const courier = office.send();
  await office.until(() => office.found().letters === 1);
  office.book.replay(office.id);
  courier.stir();
  await office.until(() => office.found().state === 'gone');
  assert.equal(office.found().letters, 1);
});

delivering('too many dead letters pause it, and nothing is lost', [], async (receiver, office) => {
  receiver.answer = (answer) => void answer.writeHead(500).end();
  office.feed.add('treasury.year.opened', 3);
  const courier = office.send({ waitsMs: [], lettersMax: 2 });
  await office.until(() => office.found().state === 'full');
  assert.deepEqual([office.found().letters, office.found().cursor], [2, '1-2']);
  receiver.answer = (answer) => void answer.writeHead(204).end();
  office.book.replay(office.id);
  courier.stir();
  await office.until(() => office.found().cursor === '1-3' && office.found().letters === 0);
});

delivering('an office that paused it is heard at once', [], async (receiver, office) => {
  office.book.turn(office.id, 'paused');
  office.feed.add('treasury.year.opened');
  const courier = office.send();
  office.book.turn(office.id, 'on');
  courier.stir();
  await office.until(() => receiver.heard.length === 1);
});

delivering('both secrets sign while one is replaced', [], async (receiver, office) => {
  const secret = office.book.rotate(office.id, office.now + 1_000)!;
  office.feed.add('treasury.year.opened');
  const courier = office.send();
  await office.until(() => receiver.heard.length === 1);
  const [{ headers, body }] = receiver.heard as [(typeof receiver.heard)[0]];
  const id = headers['webhook-id'] as string;
  const at = new Date(office.now);
  const signed = [secret, office.secret].map((one) => new Webhook(one).sign(id, at, body));
  assert.equal(headers['webhook-signature'], signed.join(' '));
  office.now += 1_000;
  office.feed.add('treasury.year.opened');
  courier.stir();
  await office.until(() => receiver.heard.length === 2);
  assert.doesNotMatch(String(receiver.heard[1]!.headers['webhook-signature']), / /);
  assert.equal(office.book.rotate('none', 0), undefined);
});

delivering('what was under way when the node ended comes again', [], async (receiver, office) => {
  const { answer } = receiver;
  // It hears, and never answers.
  receiver.answer = () => {};
  office.feed.add('treasury.year.opened');
  const courier = office.send();
  await office.until(() => receiver.heard.length === 1);
  await courier.stop();
  assert.deepEqual([office.found().cursor, office.found().attempts], ['0-0', 0]);
  receiver.answer = answer;
  // Another process, as it were.
  const book = WebhookBook.open(office.dir);
  const next = office.send({ book });
  await office.until(() => receiver.heard.length === 2 && book.get(office.id)?.delivered === 1);
  await next.stop();
  book.close();
});

delivering('one made for another ledger is left alone', [], async (receiver, office) => {
  office.feed.add('treasury.year.opened');
  office.send({ source: { ...office.feed, origin: 'town.example/8899aabbccddeeff' } });
  await office.until(() => office.found().state === 'elsewhere');
  assert.equal(receiver.heard.length, 0);
});

delivering('a cursor that no reader can have is told, and nothing is sent', [], async (receiver, office) => {
  office.feed.add('treasury.year.opened');
  office.book.passed(office.id, '1-7');
  office.send();
  await office.until(() => office.notes.length > 0);
  assert.match(office.notes[0]!, /another ledger/);
  assert.equal(receiver.heard.length, 0);
});

delivering('a removed receiver is called no more', [], async (receiver, office) => {
  office.book.buried(office.id, '1-1', 'answered 500', 1);
  assert.equal(office.book.remove(office.id), true);
  office.feed.add('treasury.year.opened');
  await office.send().ended;
  assert.equal(receiver.heard.length, 0);
  assert.deepEqual([office.book.remove(office.id), office.book.turn(office.id, 'on'), office.book.letters(office.id)], [false, false, []]);
});

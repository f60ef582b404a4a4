/** Checkpoints on their way to the other nodes: at once, the newest only, and again where a peer was down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Received } from './cosignature-book.ts';
import { ExchangeError } from './exchange-error.ts';
import { startRig } from './exchange-rig.test.ts';
import { type PushCheckpointsOptions, pushCheckpoints } from './push-checkpoints.ts';

type Peer = PushCheckpointsOptions['peers'][number];

/** Resolves when `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('the newest goes to every peer when it starts, and again when there is another', async (t) => {
  const rigs = [await startRig(t), await startRig(t)];
  let newest: string | undefined;
  const told: [string, Received][] = [];
  const pusher = pushCheckpoints({
    peers: rigs.map((rig) => rig.client()),
    newest: () => newest,
    onReceived: (node, received) => told.push([node, received]),
  });
  newest = 'one\n';
  pusher.notify();
  await until(() => told.length === 2);
  pusher.notify();
  newest = 'two\n';
  pusher.notify();
  await until(() => told.length === 4);
  await pusher.close();
  for (const { door } of rigs) {
    assert.deepEqual(
      door.notes.map(({ note }) => note),
      ['one\n', 'two\n'],
    );
  }
  assert.deepEqual(told[0], ['a', 'accepted']);
});

test('a peer that is down and comes back gets the newest, and delays nobody', async (t) => {
  const up = await startRig(t);
  const down = await startRig(t);
  const client = down.client();
  await down.exchange.close();
  const troubles: string[] = [];
  let newest = 'one\n';
  const pusher = pushCheckpoints({
    peers: [client, up.client()],
    newest: () => newest,
    onTrouble: (_node, error) => troubles.push((error as ExchangeError).code),
    backoffMs: 5,
    backoffMaxMs: 20,
  });
  for (const note of ['two\n', 'three\n']) {
    await until(() => up.door.notes.at(-1)?.note === newest);
    newest = note;
    pusher.notify();
  }
  await until(() => up.door.notes.length === 3 && troubles.length > 0);
  const back = await startRig(t, down.exchange.port, down.server);
  for (const [pin, id] of down.known) back.known.set(pin, id);
  await until(() => back.door.notes.length > 0);
  assert.deepEqual(
    back.door.notes.map(({ note }) => note),
    ['three\n'],
  );
  newest = 'four\n';
  pusher.notify();
  await until(() => back.door.notes.length === 2 && up.door.notes.length === 4);
  assert.deepEqual(troubles, ['unreachable']);
  await pusher.close();
});

/** A peer that answers when it is told to. */
class SlowPeer {
  readonly peer = { id: 'slow', url: 'https://127.0.0.1:1', tls: '' };
  readonly notes: string[] = [];
  readonly answers: PromiseWithResolvers<Received>[] = [];

  sendCheckpoint: Peer['sendCheckpoint'] = (note) => {
    const answer = Promise.withResolvers<Received>();
    this.notes.push(note);
    this.answers.push(answer);
    return answer.promise;
  };
}

test('one request is under way at a time; what came in between is passed over', async () => {
  const slow = new SlowPeer();
  let newest = 1;
  const pusher = pushCheckpoints({ peers: [slow], newest: () => String(newest) });
  while (newest < 100) {
    newest++;
    pusher.notify();
  }
  assert.deepEqual(slow.notes, ['1']);
  slow.answers[0]!.resolve('accepted');
  await until(() => slow.notes.length === 2);
  assert.deepEqual(slow.notes, ['1', '100']);
  slow.answers[1]!.resolve('ahead');
  await pusher.close();
  assert.deepEqual(slow.notes, ['1', '100']);
});

test('closing waits for what is under way, and sends no more, not even again', async () => {
  const slow = new SlowPeer();
  const troubles: unknown[] = [];
  const pusher = pushCheckpoints({ peers: [slow], newest: () => String(slow.notes.length), onTrouble: (_, error) => troubles.push(error) });
  let closed = false;
  const closing = pusher.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(closed, false);
  slow.answers[0]!.reject(new ExchangeError('closed', 'closed'));
  await closing;
  pusher.notify();
  assert.deepEqual([slow.notes, troubles], [['0'], []]);
});

test('a trouble is told once in a row, each reason anew', async () => {
  const slow = new SlowPeer();
  const troubles: string[] = [];
  const pusher = pushCheckpoints({
    peers: [slow],
    newest: () => 'note',
    onTrouble: (_, error) => troubles.push((error as Error).message),
    backoffMs: 1,
  });
  const answers: readonly (Received | Error)[] = [
    new ExchangeError('timeout', 'one'),
    new ExchangeError('timeout', 'two'),
    new ExchangeError('refused', 'three', 'unknown-node'),
    new Error('four'),
    'accepted',
  ];
  for (const [i, answer] of answers.entries()) {
    await until(() => slow.answers.length > i);
    if (typeof answer === 'string') slow.answers[i]!.resolve(answer);
    else slow.answers[i]!.reject(answer);
  }
  await pusher.close();
  assert.deepEqual(troubles, ['one', 'three', 'four']);
});

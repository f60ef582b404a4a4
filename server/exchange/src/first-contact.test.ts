/** A node that joins: it knows an address and an origin, and learns a key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOther, startRig } from './exchange-rig.test.ts';
import { firstContact } from './first-contact.ts';
import { makeTlsIdentity } from './tls-identity.ts';

test('whoever has the key of a node of the charter is asked on', async (t) => {
  const { url, server, known } = await startRig(t);
  const identity = makeTlsIdentity();
  known.set(identity.pin, 'c');
  const asked: string[] = [];
  const { client, charter, node, pin } = await firstContact({
    identity,
    url,
    nodeOf: async (leaf, seen, peer) => {
      asked.push(leaf, seen, (await peer.checkpoint()) ?? '');
      return seen === server.pin ? 'a' : undefined;
    },
  });
  t.after(() => client.close());
  assert.deepEqual(asked, ['{"name":"test.example"}', server.pin, 'a note\n']);
  assert.deepEqual([charter, node, pin], ['{"name":"test.example"}', 'a', server.pin]);
  assert.equal(await client.genesis(), '{"chain_id":"tabularium-1"}');
});

test('whoever has a key of no node of the charter is asked no more', async (t) => {
  const paths: string[] = [];
  const other = await startOther(t, makeTlsIdentity(), (request, response) => {
    paths.push(request.url!);
    response.end('{"name":"test.example"}');
  });
  const contact = firstContact({ identity: makeTlsIdentity(), url: other.url, nodeOf: () => undefined });
  await assert.rejects(contact, { name: 'ExchangeError', code: 'wrong-key' });
  assert.deepEqual(paths, ['/exchange/charter']);
});

test('a node that joins is in the charter before', async (t) => {
  const { url } = await startRig(t);
  const contact = firstContact({ identity: makeTlsIdentity(), url, nodeOf: () => 'a' });
  await assert.rejects(contact, { code: 'refused', problem: 'unknown-node' });
});

test('the key that was seen first is the one: another behind the same address is told nothing', async (t) => {
  const { url, exchange, known } = await startRig(t);
  const identity = makeTlsIdentity();
  known.set(identity.pin, 'c');
  const { client } = await firstContact({ identity, url, nodeOf: () => 'a' });
  t.after(() => client.close());
  await exchange.close();
  const second = await startRig(t, exchange.port);
  second.known.set(identity.pin, 'c');
  await assert.rejects(client.sendCheckpoint('a note\n'), { code: 'wrong-key' });
  assert.deepEqual(second.door.notes, []);
});

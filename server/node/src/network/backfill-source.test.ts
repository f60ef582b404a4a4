/** Whom a node asks for old entries: whoever gave some, before those who do not answer or lie. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { ExchangeClient, type ExchangeDoor, makeTlsIdentity, serveExchange } from '@tabularium/exchange';
import { encodeEntryBundle, LogTree, leafHash, TILE_WIDTH } from '@tabularium/log';
import type { LedgerReader } from '@tabularium/store';
import { BackfillSource } from './backfill-source.ts';

const TILES = 4;
const { sha256, utf8 } = nodeCrypto;

test('one that does not answer is asked once, not at each piece; one that lies is told of once', async (t) => {
  const leaves = Array.from({ length: TILES * TILE_WIDTH }, (_, n) => utf8.encode(`leaf ${n}`));
  const log = LogTree.empty(sha256, () => undefined);
  for (const leaf of leaves) log.append(leafHash(leaf, sha256));
  const bundle = (index: number): Uint8Array => encodeEntryBundle(leaves.slice(TILE_WIDTH * index, TILE_WIDTH * (index + 1)));
  const asked = { away: 0, liar: 0, honest: 0 };
  const clients: ExchangeClient[] = [];
  const doors: readonly (readonly [keyof typeof asked, ExchangeDoor['entries']])[] = [
    [
      'away',
      () => {
        throw new Error('away');
      },
    ],
    ['liar', (index) => bundle((index + 1) % TILES)],
    ['honest', bundle],
  ];
  for (const [id, entries] of doors) {
    const identity = makeTlsIdentity();
    const door = {
      entries: (index: number, width: number) => {
        asked[id]++;
        return entries(index, width);
      },
    } as ExchangeDoor;
    const server = await serveExchange({ host: '127.0.0.1', port: 0, identity, isKnown: () => 'joined', door, onFault: () => undefined });
    t.after(() => server.close());
    const peer = { id, url: `https://127.0.0.1:${server.port}`, tls: identity.pin };
    const client = new ExchangeClient({ identity: makeTlsIdentity(), peer });
    t.after(() => client.close());
    clients.push(client);
  }
  const reader = {
    leaves: () => [],
    tile: (level: number, index: number) => log.tile(level, index, TILE_WIDTH),
  } as unknown as LedgerReader;
  const reports: string[] = [];
  const source = new BackfillSource({ reader, clients, url: undefined, report: (message) => void reports.push(message) });
  const given = await source.leaves(0, leaves.length);
  assert.ok(Buffer.concat(given).equals(Buffer.concat(leaves)));
  assert.deepEqual(asked, { away: 1, liar: 1, honest: TILES });
  assert.deepEqual(reports, ['node liar gave other entries than this log has, from 0 on']);
});

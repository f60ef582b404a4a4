/**
 * Charter and kernel actions against their language-neutral vectors (testing/vectors/data), the charter once with node:crypto and once
 * with noble.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { StateTree, stateLeafHash } from '@tabularium/log';
import { type Crypto, canonicalJson, type JsonObject, makeBodyChecker, toHex } from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import { actions } from './actions.ts';
import { CharterFault, decodeCharter, encodeCharter, makeCharter } from './charter.ts';
import { genesis } from './genesis.ts';
import { kernelModule } from './kernel-module.ts';
import { MapState, PERMIT_BINDINGS, permitWithMarks } from './ledger-rig.test.ts';
import { Machine } from './machine.ts';
import { purseModule } from './test-modules.test.ts';

// biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, and the assertions below are its check.
type Vector = { readonly name: string } & { readonly [member: string]: any };

function vectors(name: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`../../../testing/vectors/data/${name}.json`, import.meta.url), 'utf8')).vectors;
}

function rootOf(records: Iterable<readonly [string, string]>, crypto: Crypto): string {
  const tree = new StateTree(crypto.sha256);
  const changes = [...records].map(([key, value]) => {
    const keyHash = crypto.sha256(crypto.utf8.encode(key));
    return { keyHash, leafHash: stateLeafHash(keyHash, crypto.sha256(crypto.utf8.encode(value)), crypto.sha256), ref: 1 };
  });
  return toHex(tree.apply(changes));
}

for (const [platform, crypto] of Object.entries({ nodeCrypto, nobleCrypto })) {
  describe(`charter.json with ${platform}`, () => {
    for (const { name, leaf, expected } of vectors('charter')) {
      test(name, () => {
        const bytes = crypto.utf8.encode(leaf);
        if (expected === null) {
          assert.throws(() => decodeCharter(bytes, crypto), CharterFault);
          return;
        }
        const charter = decodeCharter(bytes, crypto);
        assert.equal(charter.origin, expected.origin);
        assert.equal(toHex(crypto.sha256(encodeCharter(charter, crypto))), expected.digest);
        const { origin: _, type: __, v: ___, ...draft } = charter;
        assert.equal(canonicalJson(makeCharter(draft, crypto) as unknown as JsonObject), leaf);
        const state = genesis(charter, expected.time, crypto).writes;
        assert.deepEqual([...state], expected.state);
        assert.equal(rootOf(state, crypto), expected.root);
      });
    }
  });
}

describe('kernel-bodies.json', () => {
  const all = vectors('kernel-bodies');
  for (const { name, action, body, valid } of all) {
    test(name, () => {
      const local = action.slice('kernel.'.length) as keyof typeof actions;
      assert.equal(makeBodyChecker(actions[local].body)(body).ok, valid);
    });
  }

  test('every action has a body in form and one that is not', () => {
    for (const name of Object.keys(actions)) {
      const own = all.filter(({ action }) => action === `kernel.${name}`);
      assert.deepEqual(new Set(own.map(({ valid }) => valid)), new Set([true, false]), name);
    }
  });
});

test('a ledger founded on a vector takes nothing before its founders have accepted it', () => {
  const machine = new Machine({ catalogue: [kernelModule, permitWithMarks(), purseModule], crypto: nodeCrypto, bindings: PERMIT_BINDINGS });
  const { expected } = vectors('charter')[0]!;
  const state = new MapState(new Map(expected.state));
  assert.equal(machine.charter(state).origin, expected.origin);
  assert.equal(machine.execute({ height: 2, time: expected.time, transactions: [], accepted: () => undefined }, state).writes.size, 0);
});

/** The state tree's leaves from run file and deltas: the same as from a plain map, and never from a file that was touched. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { mergeChanges } from './state-leaves.ts';
import { emptyRun, readRun, type StateRun, writeRun } from './state-run.ts';

type Leaf = readonly [key: string, leaf: number, ref: number];

/** 32 bytes of which only the named ones differ: neighbours that agree in all the bits that sorting looks at first. */
function hash(first: number, last: number): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes[0] = first;
  bytes[31] = last;
  return bytes;
}

function leavesOf({ count, keyHashes, leafHashes, refs }: StateRun): Leaf[] {
  return Array.from({ length: count }, (_, i) => [
    Buffer.from(keyHashes.subarray(i * 32, i * 32 + 32)).toString('hex'),
    leafHashes[i * 32]!,
    refs[i]!,
  ]);
}

function changed(
  changes: readonly { readonly keyHash: Uint8Array; readonly leafHash: Uint8Array | null; readonly ref: number }[],
): Uint8Array {
  const bytes = Buffer.alloc(changes.length * 68);
  changes.forEach(({ keyHash, leafHash, ref }, i) => {
    bytes.set(keyHash, i * 68);
    if (leafHash === null) return;
    bytes.set(leafHash, i * 68 + 32);
    bytes.writeUInt32BE(ref, i * 68 + 64);
  });
  return bytes;
}

const change = fc.record({
  first: fc.constantFrom(0, 0, 1, 2, 255),
  last: fc.integer({ min: 0, max: 12 }),
  leaf: fc.integer({ min: 1, max: 255 }),
  removed: fc.boolean(),
});

describe('the leaves of the state tree', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-run-'));
  after(() => rmSync(dir, { recursive: true, force: true }));

  test('a run with deltas over it is what a map would hold, sorted; the last change of a key counts', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 30 }), { maxLength: 6 }), (blocks) => {
        const model = new Map<string, Leaf>();
        let run = emptyRun();
        let ref = 0;
        for (const block of blocks) {
          const changes = block.map(({ first, last, leaf, removed }) => {
            const keyHash = hash(first, last);
            const key = Buffer.from(keyHash).toString('hex');
            if (removed) model.delete(key);
            else model.set(key, [key, leaf, ref + 1]);
            ref++;
            return { keyHash, leafHash: removed ? null : new Uint8Array(32).fill(leaf), ref };
          });
          run = mergeChanges(run, changed(changes));
          assert.deepEqual(
            leavesOf(run),
            [...model.values()].sort(([a], [b]) => (a < b ? -1 : 1)),
          );
        }
      }),
    );
  });

  test('a file comes back as it was written; with any byte changed, or cut short, it is as good as missing', () => {
    const path = join(dir, 'run');
    assert.equal(readRun(path), undefined);
    const changes = [3, 1, 2].map((n) => ({ keyHash: hash(n, n), leafHash: new Uint8Array(32).fill(n), ref: n }));
    const run = { ...mergeChanges(emptyRun(), changed(changes)), height: 77 };
    writeRun(path, run);
    const again = readRun(path);
    assert.ok(again !== undefined);
    assert.deepEqual([again.height, leavesOf(again)], [77, leavesOf(run)]);
    const good = readFileSync(path);
    for (let i = 0; i < good.length; i++) {
      const bent = Buffer.from(good);
      bent[i] = bent[i]! ^ 0x10;
      writeFileSync(path, bent);
      assert.equal(readRun(path), undefined, `byte ${i}`);
    }
    writeFileSync(path, good);
    truncateSync(path, good.length - 1);
    assert.equal(readRun(path), undefined);
    writeRun(path, emptyRun());
    assert.equal(readRun(path)?.count, 0);
  });
});

/**
 * What every store promises, as a test: written once, run on each (`storageContract`). Blocks are made by the same `Chain` that engines
 * use and held against a plain model in memory.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoredEvent } from '@tabularium/kernel';
import { formatNote, formatSeal, StateTree, signatureLine } from '@tabularium/log';
import {
  type Crypto,
  canonicalJson,
  encodeBase64url,
  equalBytes,
  makeUlid,
  type Transaction,
  toHex,
  transactionName,
} from '@tabularium/protocol';
import { Chain, PROTOCOL_VERSION } from './chain.ts';
import { counterTransaction, COUNTER_ORIGIN as ORIGIN } from './counter-machine.ts';
import { type BlockCommit, type Head, type KeptRefusal, type StateLeaves, type Storage, StorageDamaged } from './storage.ts';

export interface StorageSubject {
  readonly storage: Storage;
  /** Close and open again from what is on disk; absent for a store that forgets. */
  reopen?(): Storage;
  dispose(): void;
}

export interface StorageContract {
  /** Of the store, for the test's title. */
  readonly name: string;
  readonly crypto: Crypto;
  /** A store that is new and empty. */
  open(): StorageSubject;
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function signed(body: string): string {
  return formatNote(body, [signatureLine({ name: ORIGIN, id: new Uint8Array(4) }, new Uint8Array(64))]);
}

interface ModelBlock {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly leaves: readonly Uint8Array[];
  readonly events: readonly StoredEvent[];
}

/** What the store should hold, in the plainest form. */
class Model {
  readonly #crypto: Crypto;
  readonly kids: readonly string[];
  readonly state = new Map<string, string>();
  readonly leaves: Uint8Array[] = [];
  readonly blocks: ModelBlock[] = [];
  readonly transactions: Transaction[] = [];
  readonly indexes: number[] = [];
  #serial = 0;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
    this.kids = [1, 2, 3].map((n) => encodeBase64url(crypto.sha256(Uint8Array.of(n))));
  }

  transaction(kid: string, exp: number): Transaction {
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(6, this.#serial);
    const id = makeUlid(1_700_000_000_000 + this.#serial++, random);
    const body = { counter: `c${this.#serial}`, amount: 1 };
    const bytes = counterTransaction({ ledger: ORIGIN, kid, id, exp, body });
    const name = transactionName(bytes.subarray(0, bytes.lastIndexOf(0x2e)), this.#crypto);
    return { bytes, name, kid, kind: 'es256', payload: { ledger: ORIGIN, id, action: 'counter.total.add', exp, body: { ...body } } };
  }

  /** Write a block to the store through the chain, and into the model. */
  append(chain: Chain, time: number, accepted: readonly Transaction[], writes: ReadonlyMap<string, string | null>): void {
    const events = accepted.map(({ name, payload }, entry) => ({
      type: 'counter.total.changed',
      data: payload.body,
      tx: name,
      entry,
      action: payload.action,
      signers: [{ kid: this.kids[0]!, officer: 'o1', agency: 'town', role: 'clerk', office: 'desk' }],
      keys: [...writes.keys()].slice(0, 2),
    }));
    const block = chain.append({ time, accepted, writes, events, policy: 'quorum none\n' }, signed);
    for (const [key, value] of writes) {
      if (value === null) this.state.delete(key);
      else this.state.set(key, value);
    }
    accepted.forEach((transaction, i) => {
      this.transactions.push(transaction);
      this.indexes.push(block.first + i);
    });
    this.leaves.push(...block.leaves);
    this.blocks.push({ height: block.height, time, first: block.first, leaves: block.leaves, events });
  }
}

function checkBlocks(storage: Storage, model: Model): void {
  assert.deepEqual(storage.leaves(0, model.leaves.length), model.leaves);
  for (const { height, time, first, leaves } of model.blocks) {
    const row = { height, time, first, count: leaves.length };
    assert.deepEqual(storage.block(height), row);
    for (const index of [first, first + leaves.length - 1]) assert.deepEqual(storage.blockOf(index), row);
  }
  const events = [...storage.events(1, model.blocks.length)].map(({ height, time, first, events: list }) => ({
    height,
    time,
    first,
    events: [...list],
  }));
  assert.deepEqual(
    events,
    model.blocks.map(({ height, time, first, events: list }) => ({ height, time, first, events: list })),
  );
  assert.equal(storage.block(model.blocks.length + 1), undefined);
  assert.equal(storage.blockOf(model.leaves.length), undefined);
  assert.deepEqual(storage.leaves(model.leaves.length, model.leaves.length + 5), []);
}

function checkState(storage: Storage, model: Model, crypto: Crypto): void {
  const keys = [...model.state.keys()].sort();
  for (const key of keys) assert.equal(storage.get(key), model.state.get(key));
  assert.deepEqual(
    storage.scan('', '~', keys.length + 1).map(([key, value]) => [key, value]),
    keys.map((key) => [key, model.state.get(key)]),
  );
  for (const source of ['quick', 'records'] as const) checkTree(storage, storage.stateLeaves(source), crypto, keys.length);
}

function checkTree(storage: Storage, leaves: StateLeaves, crypto: Crypto, count: number): void {
  const { keyHashes, leafHashes, refs } = leaves;
  assert.equal(leaves.count, count);
  for (let i = 0; i < count; i++) {
    const record = storage.record(refs[i]!);
    assert.ok(record !== undefined);
    assert.ok(equalBytes(crypto.sha256(crypto.utf8.encode(record.key)), keyHashes.subarray(i * 32, i * 32 + 32)));
    assert.equal(storage.get(record.key), record.value);
  }
  const tree = StateTree.load(crypto.sha256, leaves.count, keyHashes, leafHashes, refs);
  assert.ok(equalBytes(tree.root, storage.head().state));
}

/** Random blocks, the same for the same seed. */
function grow(chain: Chain, model: Model, seed: number, blocks: number): void {
  const random = seeded(seed);
  for (let n = 0; n < blocks; n++) {
    const time = 1_790_000_000_000 + model.blocks.length * 500;
    const accepted = Array.from({ length: random(7) === 0 ? 40 : random(4) }, () =>
      model.transaction(model.kids[random(3)]!, Math.floor(time / 1000) + 60 + random(600)),
    );
    const writes = new Map<string, string | null>();
    for (let i = random(6); i >= 0; i--) {
      const key = `counter/total/k${random(60)}`;
      writes.set(key, random(5) === 0 ? null : canonicalJson({ n, text: 'x'.repeat(random(300)), i }));
    }
    model.append(chain, time, accepted, writes);
  }
}

/** A block that follows `head` and holds nothing but its seal. */
function bareBlock(storage: Storage, crypto: Crypto, change: Partial<BlockCommit> = {}): BlockCommit {
  const head = storage.head();
  const height = head.height + 1;
  const seal = crypto.utf8.encode(
    formatSeal({
      app: PROTOCOL_VERSION,
      count: 0,
      first: head.size,
      height,
      ledger: ORIGIN,
      prev: head.seal,
      state: toHex(head.state),
      time: head.time,
      type: 'seal',
      v: 1,
      validators: '0'.repeat(64),
    }),
  );
  return {
    height,
    time: head.time,
    first: head.size,
    leaves: [seal],
    seal: toHex(crypto.sha256(seal)),
    stateRoot: head.state,
    changes: [],
    ids: [],
    events: [],
    tiles: [],
    checkpoint: `${ORIGIN}\n${head.size + 1}\n`,
    ...change,
  };
}

function nowAndReopened(
  { storage, reopen }: Pick<StorageSubject, 'storage'> & { reopen: (() => Storage) | undefined },
  check: (store: Storage) => void,
): void {
  check(storage);
  if (reopen !== undefined) check(reopen());
}

function refusal(model: Model, n: number, until: number): KeptRefusal {
  const { name, kid, payload } = model.transaction(model.kids[n % 3]!, until - 86_400);
  return {
    name,
    kid,
    id: payload.id,
    refusal: { code: 'counter.below-zero', rule: 'counter.floor', facts: { n } },
    notice: `a.b.${n}`,
    until,
  };
}

/** Run the contract on one store. */
export function storageContract(contract: StorageContract): void {
  const { name, crypto } = contract;

  function given(run: (subject: StorageSubject & { readonly chain: Chain; readonly model: Model }) => void): () => void {
    return () => {
      const subject = contract.open();
      try {
        const chain = Chain.open({ storage: subject.storage, crypto, origin: ORIGIN });
        run({ ...subject, chain, model: new Model(crypto) });
      } finally {
        subject.dispose();
      }
    };
  }

  describe(`a store keeps its promises: ${name}`, () => {
    test(
      'a new store is empty',
      given(({ storage, model }) => {
        const head = storage.head();
        assert.deepEqual([head.height, head.size, head.time, head.seal], [0, 0, 0, '0'.repeat(64)]);
        assert.deepEqual(head.state, new Uint8Array(32));
        assert.deepEqual([head.checkpoint, head.witnessed], [undefined, undefined]);
        assert.deepEqual([storage.block(1), storage.blockOf(0), storage.tile(0, 0), storage.get('a/b/c')], Array(4).fill(undefined));
        assert.deepEqual([storage.leaves(0, 9), storage.scan('', '~', 9), [...storage.events(1, 9)]], [[], [], []]);
        assert.equal(storage.stateLeaves().count, 0);
        assert.deepEqual([storage.findName(model.transaction(model.kids[0]!, 1).name), storage.record(1)], [undefined, undefined]);
      }),
    );

    for (const seed of [1, 2, 3]) {
      test(
        `blocks, events and state come back as they were written (seed ${seed})`,
        given(({ storage, chain, model, reopen }) => {
          grow(chain, model, seed, 60);
          checkBlocks(storage, model);
          checkState(storage, model, crypto);
          if (reopen === undefined) return;
          const before = storage.head();
          const again = reopen();
          assert.deepEqual(again.head(), before);
          checkBlocks(again, model);
          checkState(again, model, crypto);
          const chainAgain = Chain.open({ storage: again, crypto, origin: ORIGIN });
          assert.deepEqual(chainAgain.log.root(), chain.log.root());
          grow(chainAgain, model, seed + 100, 20);
          checkBlocks(again, model);
          checkState(again, model, crypto);
        }),
      );
    }

    test(
      'a block takes a thousand leaves, and full tiles come back',
      given(({ storage, chain, model, reopen }) => {
        const exp = 1_790_000_600;
        for (let n = 0; n < 3; n++) {
          const accepted = Array.from({ length: 1_000 }, () => model.transaction(model.kids[0]!, exp));
          model.append(chain, 1_790_000_000_000 + n, accepted, new Map([[`counter/total/${n}`, '{}']]));
        }
        nowAndReopened({ storage, reopen }, (store) => {
          for (let index = 0; index < Math.floor(model.leaves.length / 256); index++) {
            assert.deepEqual(store.tile(0, index), chain.log.tile(0, index, 256));
          }
          assert.equal(store.tile(0, Math.floor(model.leaves.length / 256)), undefined);
          assert.equal(store.tile(1, 0), undefined);
          assert.deepEqual(store.leaves(990, 1_010), model.leaves.slice(990, 1_010));
          for (const i of [0, 1, 999, 1_000, 2_999]) assert.equal(store.findName(model.transactions[i]!.name), model.indexes[i]);
        });
      }),
    );

    test(
      'a transaction is found by its name, and by signer and id until its exp',
      given(({ storage, chain, model, reopen }) => {
        grow(chain, model, 7, 40);
        nowAndReopened({ storage, reopen }, (store) => {
          model.transactions.forEach(({ name: txName, kid, payload }, i) => {
            assert.equal(store.findName(txName), model.indexes[i]);
            assert.equal(store.findId(kid, payload.id, payload.exp - 1), model.indexes[i]);
            assert.equal(store.findId(kid, payload.id, payload.exp), undefined);
          });
          const other = model.transaction(model.kids[0]!, 1);
          assert.equal(store.findName(other.name), undefined);
          assert.equal(store.findId(other.kid, other.payload.id, 0), undefined);
        });
      }),
    );

    test(
      'scan gives start ≤ key < end in key order, no more than asked for',
      given(({ storage, chain, model }) => {
        const keys = ['a/b/1', 'a/b/10', 'a/b/2', 'a/b/A', 'a/b/_', 'a/b/a', 'a/c/0', 'b/a/0'];
        model.append(chain, 1, [], new Map(keys.map((key) => [key, '{}'])));
        const found = (start: string, end: string, limit: number): string[] => storage.scan(start, end, limit).map(([key]) => key);
        assert.deepEqual(found('a/b/', 'a/b0', 99), keys.slice(0, 6));
        assert.deepEqual(found('a/b/10', 'a/b/A', 99), ['a/b/10', 'a/b/2']);
        assert.deepEqual(found('a/', 'b', 3), keys.slice(0, 3));
        assert.deepEqual(found('a/b/2', 'a/b/2', 9), []);
        assert.deepEqual(found('c', 'd', 9), []);
      }),
    );

    test(
      'a block that does not follow is refused, and changes nothing',
      given(({ storage, chain, model }) => {
        grow(chain, model, 11, 5);
        const before = storage.head();
        const good = bareBlock(storage, crypto);
        for (const change of [
          { height: good.height + 1 },
          { height: good.height - 1 },
          { first: good.first + 1 },
          { first: good.first - 1 },
          { time: good.time - 1 },
          { leaves: [] },
        ]) {
          assert.throws(() => storage.commit({ ...good, ...change }));
          assert.deepEqual(storage.head(), before);
        }
        storage.commit(good);
        assert.equal(storage.head().height, before.height + 1);
      }),
    );

    test(
      'a change under a wrong ref breaks the whole block',
      given(({ storage, chain, model }) => {
        model.append(chain, 1, [], new Map([['a/b/1', '{"v":1}']]));
        model.append(chain, 2, [], new Map([['a/b/2', '{"v":2}']]));
        const leaf = { keyHash: new Uint8Array(32), leafHash: new Uint8Array(32) };
        const fresh = { key: 'a/b/0', value: '{"v":0}', ...leaf, ref: 0 };
        const ref = chain.state.get(crypto.sha256(crypto.utf8.encode('a/b/1')))!.ref;
        for (const wrong of [
          { key: 'a/b/1', value: '{"v":9}', ...leaf, ref: 0 },
          { key: 'a/b/2', value: '{"v":9}', ...leaf, ref },
          { key: 'a/b/1', value: '{"v":9}', ...leaf, ref: ref + 77 },
          { key: 'a/b/1', value: null, keyHash: leaf.keyHash, leafHash: null, ref: ref + 77 },
        ]) {
          assert.throws(() => storage.commit(bareBlock(storage, crypto, { changes: [fresh, wrong] })));
          assert.deepEqual([storage.head().height, storage.get('a/b/0'), storage.get('a/b/1')], [2, undefined, '{"v":1}']);
        }
      }),
    );

    test(
      'refusals are kept until their end, by name and by signer and id',
      given(({ storage, chain, model, reopen }) => {
        model.append(chain, 1_790_000_000_000, [], new Map([['a/b/1', '{}']]));
        const kept = [0, 1, 2].map((n) => refusal(model, n, 1_790_000_100 + n));
        storage.saveRefusals(kept);
        storage.saveRefusals([]);
        const store = reopen?.() ?? storage;
        for (const one of kept) {
          assert.deepEqual(store.findRefusal(one.name), one);
          assert.deepEqual(store.findRefusalById(one.kid, one.id), one);
        }
        const again = { ...kept[0]!, notice: 'later', until: kept[0]!.until + 50 };
        store.saveRefusals([again]);
        assert.deepEqual(store.findRefusal(again.name), again);
        const chainAgain = Chain.open({ storage: store, crypto, origin: ORIGIN });
        model.append(chainAgain, 1_790_000_102_000, [], new Map([['a/b/2', '{}']]));
        assert.deepEqual(
          kept.map((one) => store.findRefusal(one.name) !== undefined),
          [true, false, false],
        );
        assert.equal(store.findRefusalById(kept[1]!.kid, kept[1]!.id), undefined);
        assert.equal(store.findRefusal(model.transaction(model.kids[0]!, 1).name), undefined);
      }),
    );

    test(
      'checkpoints are replaced in place: the newest, and the newest witnessed',
      given(({ storage, chain, model, reopen }) => {
        model.append(chain, 1, [], new Map([['a/b/1', '{}']]));
        const newest = `${storage.head().checkpoint}\u2014 other AAAAAAAA\n`;
        storage.saveCheckpoint(newest);
        storage.saveCheckpoint('agreed note', 'agreed');
        storage.saveCheckpoint('witnessed note', 'witnessed');
        const notes = ({ checkpoint, agreed, witnessed }: Head) => [checkpoint, agreed, witnessed];
        assert.deepEqual(notes(storage.head()), [newest, 'agreed note', 'witnessed note']);
        const store = reopen?.() ?? storage;
        assert.deepEqual(notes(store.head()), [newest, 'agreed note', 'witnessed note']);
        model.append(Chain.open({ storage: store, crypto, origin: ORIGIN }), 2, [], new Map([['a/b/2', '{}']]));
        assert.notEqual(store.head().checkpoint, newest);
        assert.equal(store.head().witnessed, 'witnessed note');
      }),
    );

    test(
      'a block may be durable before it is signed: the checkpoint before stays, and the engine’s note comes with the block',
      given(({ storage, chain, model, reopen }) => {
        model.append(chain, 1, [], new Map([['a/b/1', '{}']]));
        const { checkpoint, size } = storage.head();
        assert.equal(storage.anchor(), undefined);
        const prepared = chain.prepare({ time: 2, accepted: [], writes: new Map([['a/b/2', '{}']]), events: [], policy: 'quorum none\n' });
        assert.deepEqual([storage.head().size, chain.log.size], [size, size + 1]);
        chain.commit(prepared, { anchor: 'seven' });
        assert.deepEqual([storage.head().checkpoint, storage.head().size, storage.anchor()], [checkpoint, size + 1, 'seven']);
        const store = reopen?.() ?? storage;
        assert.deepEqual([store.head().checkpoint, store.head().size, store.anchor()], [checkpoint, size + 1, 'seven']);
        assert.throws(() => Chain.open({ storage: store, crypto, origin: ORIGIN }), StorageDamaged);
        const again = Chain.open({ storage: store, crypto, origin: ORIGIN, unsigned: true });
        store.saveAnchor('eight');
        store.saveCheckpoint(signed(again.checkpointBody()));
        assert.equal((reopen?.() ?? store).anchor(), 'eight');
      }),
    );

    test(
      'a prepared block that is abandoned was never there',
      given(({ storage, chain, model }) => {
        grow(chain, model, 5, 100);
        const before = [storage.head(), chain.log.root(), chain.state.root, chain.state.size];
        const [first, second] = [...model.state.keys()];
        const writes = new Map([
          ['a/b/new', '{}'],
          [first!, null],
          [second!, '{"other":1}'],
        ]);
        const other = chain.prepare({ time: 9, accepted: [], writes, events: [], policy: 'quorum none\n' });
        assert.notDeepEqual(chain.log.root(), before[1]);
        chain.abandon(other);
        assert.deepEqual([storage.head(), chain.log.root(), chain.state.root, chain.state.size], before);
        grow(chain, model, 2, 5);
      }),
    );

    test(
      'what a store hands out is the caller’s own',
      given(({ storage, chain, model }) => {
        grow(chain, model, 5, 3);
        for (const leaf of storage.leaves(0, 2)) leaf.fill(0);
        assert.deepEqual(storage.leaves(0, 2), model.leaves.slice(0, 2));
      }),
    );
  });
}

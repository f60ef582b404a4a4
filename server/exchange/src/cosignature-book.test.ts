/** What the nodes agree on, told by notes that real keys signed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { checkPolicy, formatNote, type Policy, parseNote, signatureLine } from '@tabularium/log';
import fc from 'fast-check';
import { type BookNode, CosignatureBook } from './cosignature-book.ts';
import type { Evidence } from './evidence.ts';
import { checkpointText, ORIGIN, SigningNode } from './exchange-rig.test.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => new SigningNode(id)) as [SigningNode, SigningNode, SigningNode, SigningNode];
const follower = new SigningNode('f', false);
const stranger = new SigningNode('s');

/** The book of node a: four of five vote, three of them make a quorum. */
class Rig {
  nodes: readonly BookNode[] = [a, b, c, d, follower].map(({ entry }) => entry);
  quorum = 3;
  readonly agreed: { readonly note: string; readonly size: number }[] = [];
  readonly evidence: Evidence[] = [];
  readonly outvoted: number[] = [];
  readonly book: CosignatureBook;

  /** `known`: faults that were told before. */
  constructor(known: readonly Evidence[] = []) {
    this.book = new CosignatureBook({
      origin: ORIGIN,
      crypto: nodeCrypto,
      charter: () => ({ nodes: this.nodes, quorum: this.quorum }),
      known,
      onAgreed: (note, size) => this.agreed.push({ note, size }),
      onEvidence: (evidence) => this.evidence.push(evidence),
      onOutvoted: (size) => this.outvoted.push(size),
    });
  }

  get sizes(): readonly number[] {
    return this.agreed.map(({ size }) => size);
  }
}

/** The lines of a note whose keys have this name. */
function linesOf(note: string, name: string): readonly string[] {
  return parseNote(note)!
    .signatures.filter((line) => line.name === name)
    .map((line) => signatureLine(line, line.signature));
}

const cosignerName = ({ id }: SigningNode): string => `${ORIGIN}/${id}`;
/** Only what the log key signed. */
const logOnly = (note: string): string => formatNote(parseNote(note)!.text, linesOf(note, ORIGIN));

function cosigners(note: string): readonly string[] {
  return parseNote(note)!.signatures.flatMap(({ name }) => (name === ORIGIN ? [] : [name.slice(ORIGIN.length + 1)]));
}

test('a checkpoint is agreed once a quorum cosigned it, this node included, and its note satisfies the policy', () => {
  const { book, agreed, nodes } = new Rig();
  book.own(a.sign(10));
  assert.equal(book.received('b', b.sign(10)), 'accepted');
  assert.deepEqual([agreed, book.agreed, book.agreedAt(10)], [[], undefined, undefined]);
  assert.equal(book.received('c', c.sign(10)), 'accepted');
  assert.deepEqual(book.agreed, agreed[0]);
  const { note, size } = agreed[0]!;
  assert.deepEqual([agreed.length, size, cosigners(note), book.agreedAt(10)], [1, 10, ['a', 'b', 'c'], note]);
  const policy: Policy = {
    logs: nodes.map(({ log: key }) => ({ key })),
    witnesses: nodes.map(({ id: name, cosigner: key }) => ({ name, key })),
    groups: [{ name: 'nodes', threshold: 3, members: ['a', 'b', 'c', 'd'] }],
    quorum: 'nodes',
  };
  const check = checkPolicy(policy, note, nodeCrypto);
  assert.ok(check.ok && check.size === 10 && check.logSignatures === 1);
});

test('a node without a vote is shown, and not counted', () => {
  const { book, agreed } = new Rig();
  book.own(a.sign(10));
  book.received('b', b.sign(10));
  assert.equal(book.received('f', follower.sign(10)), 'accepted');
  assert.equal(book.agreed, undefined);
  book.received('d', d.sign(10));
  assert.deepEqual(cosigners(agreed[0]!.note), ['a', 'b', 'd', 'f']);
});

test('the log key alone says that a node is of one mind, and is not counted', () => {
  const { book } = new Rig();
  book.own(a.sign(10));
  book.received('b', b.sign(10));
  assert.equal(book.received('c', logOnly(c.sign(10))), 'accepted');
  assert.equal(book.agreed, undefined);
});

test('lines count for whoever made them, whoever brings them', () => {
  const { book, agreed } = new Rig();
  book.own(a.sign(10));
  const note = b.sign(10) + linesOf(c.sign(10), cosignerName(c)).join('');
  assert.equal(book.received('b', note), 'accepted');
  assert.deepEqual(cosigners(agreed[0]!.note), ['a', 'b', 'c']);
  assert.equal(book.received('d', c.sign(10)), 'not-signed');
});

test('our own note may bring the others’ lines, as after a restart, and those of witnesses stay', () => {
  const { book, agreed } = new Rig();
  const others = [b, c, stranger].flatMap((node) => linesOf(node.sign(10), cosignerName(node)));
  book.own(a.sign(10) + others.join(''));
  assert.deepEqual(cosigners(agreed[0]!.note), ['a', 'b', 'c', 's']);
});

test('what is larger than ours is kept until ours is as large', () => {
  const { book, sizes } = new Rig();
  assert.equal(book.received('b', b.sign(20)), 'ahead');
  book.own(a.sign(10));
  assert.equal(book.received('c', c.sign(20)), 'ahead');
  assert.equal(book.received('c', c.sign(10)), 'accepted');
  assert.deepEqual([book.agreed, sizes], [undefined, []]);
  const rig = new Rig();
  for (const node of [b, c]) rig.book.received(node.id, node.sign(20));
  rig.book.own(a.sign(10));
  rig.book.own(a.sign(20));
  assert.deepEqual(rig.sizes, [20]);
});

test('of what is larger the last sixteen of a node are kept', () => {
  const rig = new Rig();
  for (let size = 1; size <= 20; size++) for (const node of [b, c]) rig.book.received(node.id, node.sign(size));
  for (let size = 1; size <= 20; size++) rig.book.own(a.sign(size));
  assert.deepEqual(
    rig.sizes,
    Array.from({ length: 16 }, (_, i) => i + 5),
  );
});

test('late lines complete an older checkpoint of ours; the newest agreed one never goes back', () => {
  const rig = new Rig();
  for (const size of [10, 20, 30]) rig.book.own(a.sign(size));
  rig.book.received('b', b.sign(20));
  assert.equal(rig.book.received('c', c.sign(20)), 'accepted');
  assert.deepEqual(rig.sizes, [20]);
  for (const node of [b, c]) assert.equal(rig.book.received(node.id, node.sign(10)), 'accepted');
  assert.deepEqual(rig.sizes, [20]);
  assert.equal(rig.book.agreedAt(10) === undefined, false);
  for (const node of [b, d]) rig.book.received(node.id, node.sign(30));
  assert.deepEqual(rig.sizes, [20, 30]);
});

test('of ours the last forty-eight are kept; a smaller one is old, and so is a size at which we signed nothing', () => {
  const { book } = new Rig();
  for (let size = 1; size <= 50; size++) book.own(a.sign(size * 10));
  assert.equal(book.received('b', b.sign(20)), 'old');
  assert.equal(book.received('b', b.sign(30)), 'accepted');
  assert.equal(book.received('b', b.sign(35)), 'old');
  assert.equal(book.agreedAt(20), undefined);
});

test('fresher cosignatures of the agreed checkpoint are told, staler ones and repetitions are not', () => {
  const { book, agreed } = new Rig();
  const stale = b.sign(10);
  b.nowMs += 60_000;
  const fresh = b.sign(10);
  b.nowMs -= 60_000;
  const note = a.sign(10);
  book.own(note);
  for (const one of [stale, stale]) book.received('b', one);
  const cs = c.sign(10);
  for (const one of [cs, cs]) book.received('c', one);
  assert.equal(agreed.length, 1);
  book.received('b', fresh);
  assert.equal(agreed.length, 2);
  assert.deepEqual(linesOf(agreed[1]!.note, cosignerName(b)), linesOf(fresh, cosignerName(b)));
  book.received('b', stale);
  book.own(note);
  assert.equal(agreed.length, 2);
  a.nowMs += 60_000;
  book.own(a.sign(10));
  a.nowMs -= 60_000;
  assert.deepEqual([agreed.length, book.agreed?.note === agreed[2]!.note], [3, true]);
});

test('what is no checkpoint of this ledger is malformed', () => {
  const { book } = new Rig();
  const note = b.sign(10);
  const wrong = [
    '',
    'no note',
    note.slice(0, -1),
    checkpointText(10),
    b.signText(checkpointText(10, 'ours', 'other.example/0123456789abcdef')),
    b.signText(`${checkpointText(10)}an extension\n`),
    b.signText('a text\n'),
  ];
  for (const one of wrong) assert.equal(book.received('b', one), 'malformed', one);
  for (const one of wrong) assert.throws(() => book.own(one), RangeError);
});

test('nobody but a node of the charter is heard, and nothing that it has not signed', () => {
  const { book, evidence } = new Rig();
  book.own(a.sign(10));
  assert.equal(book.received('s', stranger.sign(10)), 'unknown-node');
  assert.equal(book.received('b', stranger.sign(10)), 'not-signed');
  // Another text under b's lines.
  const lines = parseNote(b.sign(10))!.signatures.map((line) => signatureLine(line, line.signature));
  assert.equal(book.received('b', formatNote(checkpointText(10, 'other'), lines)), 'not-signed');
  assert.deepEqual([evidence, book.contradictors(10)], [[], []]);
});

test('a line of another key beside the good one that does not verify is passed over', () => {
  const { book, agreed } = new Rig();
  book.own(a.sign(10));
  const forged = linesOf(c.sign(20), cosignerName(c));
  assert.equal(book.received('b', b.sign(10) + forged.join('')), 'accepted');
  assert.deepEqual(agreed, []);
});

test('a node that signed another root is contradicted by our note; its log key is enough', () => {
  const { book, evidence } = new Rig();
  const ours = a.sign(10);
  book.own(ours);
  const theirs = logOnly(b.sign(10, 'other'));
  assert.equal(book.received('b', theirs), 'contradiction');
  assert.equal(book.received('b', theirs), 'contradiction');
  assert.deepEqual(evidence, [{ kind: 'contradiction', node: 'b', size: 10, ours, theirs }]);
  assert.deepEqual(book.evidence, evidence);
  assert.deepEqual(book.contradictors(10), ['b']);
  assert.deepEqual([book.isOutvoted(10), book.contradictors(20), book.isOutvoted(20)], [false, [], false]);
});

test('who contradicts us ahead of us is found when we get there', () => {
  const { book, evidence } = new Rig();
  assert.equal(book.received('b', b.sign(10, 'other')), 'ahead');
  assert.deepEqual(evidence, []);
  book.own(a.sign(10));
  assert.deepEqual([evidence.length, book.contradictors(10)], [1, ['b']]);
});

test('a quorum that signed one and the same other root outvotes us; told once', () => {
  const { book, outvoted, evidence } = new Rig();
  book.own(a.sign(10));
  book.received('b', b.sign(10, 'other'));
  book.received('f', follower.sign(10, 'other'));
  book.received('c', c.sign(10, 'third'));
  book.received('d', d.sign(10, 'other'));
  assert.deepEqual([book.isOutvoted(10), outvoted, book.contradictors(10)], [false, [], ['b', 'c', 'd', 'f']]);
  book.received('c', c.sign(10, 'other'));
  book.received('c', c.sign(10, 'other'));
  assert.deepEqual([book.isOutvoted(10), outvoted], [true, [10]]);
  // c signed both.
  assert.deepEqual(
    evidence.filter(({ node }) => node === 'c').map(({ kind }) => kind),
    ['contradiction', 'equivocation', 'contradiction'],
  );
});

test('a checkpoint that we came to and have not signed can be held against what the others signed', () => {
  const { book, outvoted } = new Rig();
  book.own(a.sign(10));
  for (const node of [b, c, d]) book.received(node.id, node.sign(20));
  assert.equal(book.isOutvoted(20, checkpointText(20, 'other')), true);
  assert.deepEqual(book.contradictors(20, checkpointText(20, 'other')), ['b', 'c', 'd']);
  assert.equal(book.isOutvoted(20, checkpointText(20)), false);
  assert.deepEqual(outvoted, []);
});

test('two roots of one size are equivocation, even when one of them is ours', () => {
  const { book, evidence, agreed } = new Rig();
  book.own(a.sign(10));
  const first = b.sign(10);
  const second = b.sign(10, 'other');
  assert.equal(book.received('b', first), 'accepted');
  assert.equal(book.received('b', second), 'contradiction');
  assert.deepEqual(
    evidence.filter(({ kind }) => kind === 'equivocation'),
    [{ kind: 'equivocation', node: 'b', size: 10, first, second }],
  );
  assert.equal(evidence.length, 2);
  // It cosigned ours all the same, and cannot take that back.
  book.received('c', c.sign(10));
  assert.deepEqual(agreed.length, 1);
});

test('two roots of one size are equivocation before we come there, whoever brings them', () => {
  const { book, evidence } = new Rig();
  const first = b.sign(10, 'one');
  const second = b.sign(10, 'two');
  book.received('b', first);
  const lines = parseNote(second)!.signatures.map((line) => signatureLine(line, line.signature));
  const theirs = parseNote(c.sign(10, 'two'))!.signatures.map((line) => signatureLine(line, line.signature));
  assert.equal(book.received('c', formatNote(checkpointText(10, 'two'), [...theirs, ...lines])), 'ahead');
  assert.deepEqual(evidence, [{ kind: 'equivocation', node: 'b', size: 10, first, second }]);
});

test('another root and, at a larger size, ours: no log has both', () => {
  const { book, evidence } = new Rig();
  book.own(a.sign(10));
  book.own(a.sign(20));
  book.own(a.sign(30));
  const first = b.sign(10, 'other');
  const second = b.sign(20);
  book.received('b', first);
  assert.equal(book.received('b', second), 'accepted');
  book.received('b', b.sign(30));
  assert.deepEqual(
    evidence.filter(({ kind }) => kind === 'equivocation'),
    [{ kind: 'equivocation', node: 'b', size: 10, first, second }],
  );
  // Ours first and another later may be one log: it went its own way in between.
  book.received('c', c.sign(10));
  book.received('c', c.sign(20, 'other'));
  assert.deepEqual(
    evidence.filter(({ node }) => node === 'c').map(({ kind }) => kind),
    ['contradiction'],
  );
});

test('a key of ours in other hands convicts us: our own line under another root', () => {
  const { book, evidence } = new Rig();
  book.own(a.sign(10));
  const theirs = parseNote(a.sign(10, 'other'))!;
  const lines = [...parseNote(b.sign(10, 'other'))!.signatures, ...theirs.signatures].map((line) => signatureLine(line, line.signature));
  book.received('b', formatNote(theirs.text, lines));
  assert.deepEqual(
    evidence.filter(({ node }) => node === 'a').map(({ kind }) => kind),
    ['equivocation', 'contradiction'],
  );
});

test('faults are kept within bounds', () => {
  const { book, evidence } = new Rig();
  for (let size = 1; size <= 20; size++) book.own(a.sign(size));
  for (let size = 1; size <= 20; size++) book.received('b', b.sign(size, 'other'));
  book.received('c', c.sign(5, 'other'));
  assert.deepEqual([evidence.length, evidence.at(-1)?.node, book.evidence.length], [9, 'c', 9]);
  for (let i = 0; i < 10; i++) book.received('d', d.sign(5, `history ${i}`));
  assert.equal(evidence.filter(({ node }) => node === 'd').length, 3 + 2);
});

test('a fault that was told before a new start is kept, and not told again', () => {
  const hear = (rig: Rig): void => {
    rig.book.own(a.sign(10));
    rig.book.received('b', b.sign(10, 'other'));
    rig.book.received('c', c.sign(20));
    rig.book.received('c', c.sign(20, 'other'));
    // Its larger one is ours, and grows.
    rig.book.own(a.sign(11));
    rig.book.received('b', b.sign(11));
  };
  const before = new Rig();
  hear(before);
  assert.deepEqual(
    before.evidence.map(({ kind, node }) => `${node} ${kind}`),
    ['b contradiction', 'c equivocation', 'b equivocation'],
  );
  const later = new Rig(before.evidence);
  assert.deepEqual(later.book.evidence, before.evidence);
  hear(later);
  later.book.own(a.sign(12));
  later.book.received('b', b.sign(12));
  assert.deepEqual([later.evidence, later.book.evidence], [[], before.evidence]);
  later.book.received('d', d.sign(12, 'other'));
  assert.deepEqual([later.evidence.length, later.book.evidence.length], [1, 4]);
});

test('we never sign two roots of one size; what we signed long ago is not taken up again', () => {
  const { book, agreed } = new Rig();
  book.own(a.sign(20));
  assert.throws(() => book.own(a.sign(20, 'other')), /two checkpoints of size 20/);
  book.own(a.sign(10));
  for (const node of [b, c]) assert.equal(book.received(node.id, node.sign(10)), 'old');
  assert.deepEqual(agreed, []);
});

test('another charter: quorum, votes and keys are those in force, and what was agreed stays', () => {
  const rig = new Rig();
  const { book } = rig;
  book.own(a.sign(10));
  book.received('b', b.sign(10));
  rig.quorum = 2;
  book.charterChanged();
  assert.deepEqual(rig.sizes, [10]);
  rig.quorum = 4;
  book.charterChanged();
  assert.deepEqual([book.agreed?.size, book.agreedAt(10)], [10, undefined]);

  book.own(a.sign(20));
  for (const node of [b, c]) book.received(node.id, node.sign(20));
  assert.deepEqual(rig.sizes, [10]);
  // c's machine was replaced: what its old keys signed no longer counts.
  const renewed = new SigningNode('c');
  rig.nodes = [a, b, renewed, d, follower].map(({ entry }) => entry);
  rig.quorum = 3;
  book.charterChanged();
  assert.deepEqual(rig.sizes, [10]);
  assert.equal(book.received('c', c.sign(20)), 'not-signed');
  assert.equal(book.received('c', renewed.sign(20)), 'accepted');
  assert.deepEqual(rig.sizes, [10, 20]);

  // b leaves.
  rig.nodes = rig.nodes.filter(({ id }) => id !== 'b');
  book.charterChanged();
  assert.equal(book.received('b', b.sign(20)), 'unknown-node');
  rig.quorum = 0;
  assert.throws(() => book.charterChanged(), RangeError);
});

test('whoever is told may tell the book more', () => {
  const sizes: number[] = [];
  const book: CosignatureBook = new CosignatureBook({
    origin: ORIGIN,
    crypto: nodeCrypto,
    charter: () => ({ nodes: [a.entry], quorum: 1 }),
    onAgreed: (_note, size) => {
      sizes.push(size);
      if (size < 5) book.own(a.sign(size + 1));
    },
    onEvidence: () => {},
    onOutvoted: () => {},
  });
  book.own(a.sign(1));
  assert.deepEqual([sizes, book.agreed?.size], [[1, 2, 3, 4, 5], 5]);
});

test('in whatever order notes arrive, the same is agreed and the same nodes are contradicted', () => {
  const sizes = [1, 2, 3, 4, 5, 6];
  const spoken = [a, b, c, d, follower].map((node) => ({
    node,
    notes: sizes.map((size) => ({ ours: node.sign(size), other: node.sign(size, 'other') })),
  }));
  const word = fc.record({
    node: fc.integer({ min: 1, max: 4 }),
    size: fc.integer({ min: 0, max: 5 }),
    other: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat()), (words, left, right) => {
      const results = [left, right].map((dice) => {
        const { book, evidence } = new Rig();
        const own = spoken[0]!.notes.map(
          ({ ours }) =>
            () =>
              book.own(ours),
        );
        const received = words.map(({ node, size, other }) => () => {
          const { node: from, notes } = spoken[node]!;
          book.received(from.id, other ? notes[size]!.other : notes[size]!.ours);
        });
        // Ours come in their order, the others' anyhow between them.
        while (own.length + received.length > 0) {
          const at = dice.next().value! % (received.length + 1);
          if (at === received.length && own.length > 0) own.shift()!();
          else if (received.length > 0) received.splice(at % received.length, 1)[0]!();
        }
        return {
          agreed: book.agreed?.size,
          contradictors: sizes.map((size) => book.contradictors(size)),
          outvoted: sizes.map((size) => book.isOutvoted(size)),
          convicted: [...new Set(evidence.map(({ node, kind }) => `${node} ${kind}`))].sort(),
        };
      });
      assert.deepEqual(results[0], results[1]);
      // And it is what counting says.
      const cosigned = sizes.map((_, at) => {
        const voters = words.filter(({ node, size, other }) => size === at && !other && node <= 3);
        return new Set(voters.map(({ node }) => node)).size + 1;
      });
      const expected = sizes.findLast((_, at) => cosigned[at]! >= 3);
      assert.equal(results[0]!.agreed, expected);
    }),
    { numRuns: 60 },
  );
});

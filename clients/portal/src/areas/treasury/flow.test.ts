/** The flow of funds keeps every cent: what comes into a part goes out of it, and its parts are the whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classFigures, type Flow, flowOf, lineFigures, type Sum, total } from './flow.ts';

const sum = (code: string, office: string | null, appropriated: string, paid: string): Sum => ({
  ...{ fund: 'GEN', code, administrative: office, appropriated, paid, rows: 1, currency: 'EUR' },
});
const into = (flow: Flow, id: string): bigint => flow.links.reduce((all, link) => (link.target === id ? all + link.amount : all), 0n);
const outOf = (flow: Flow, id: string): bigint => flow.links.reduce((all, link) => (link.source === id ? all + link.amount : all), 0n);

/** Sums by class, as the API would answer them. */
function byOffice(sums: readonly Sum[]): Sum[] {
  const offices = [...new Set(sums.map(({ administrative }) => administrative))];
  return offices.map((administrative) => {
    const of = sums.filter((one) => one.administrative === administrative);
    const add = (column: string): string => of.reduce((all, one) => all + BigInt(String(one[column])), 0n).toString();
    return { administrative: administrative ?? null, appropriated: add('appropriated'), paid: add('paid'), rows: of.length };
  });
}

test('from the whole to offices, from each to its lines, from each to paid and not yet paid', () => {
  const sums = [
    sum('1', 'SCHOOLS', '700', '700'),
    sum('2', 'SCHOOLS', '300', '100'),
    sum('3', 'WORKS', '500', '0'),
    sum('4', null, '50', '0'),
  ];
  const classes = classFigures(byOffice(sums), 'administrative');
  const flow = flowOf(classes, lineFigures(sums, 'administrative', '2026'));
  assert.deepEqual(
    flow.nodes.map(({ kind, of, amount }) => [kind, of, amount]),
    [
      ['whole', '', 1550n],
      ['class', 'SCHOOLS', 1000n],
      ['class', 'WORKS', 500n],
      ['class', '', 50n],
      ['line', '2026.GEN.1', 700n],
      ['line', '2026.GEN.2', 300n],
      ['line', '2026.GEN.3', 500n],
      ['line', '2026.GEN.4', 50n],
      ['paid', '', 800n],
      ['open', '', 750n],
    ],
  );
  assert.deepEqual([into(flow, 'paid'), into(flow, 'open'), outOf(flow, 'whole')], [800n, 750n, 1550n]);
  assert.deepEqual(total(classes), { id: '', budget: 1550n, paid: 800n, lines: 4 });
});

test('one class alone is the whole; where its lines are too many to tell, it leads to paid and not yet paid itself', () => {
  const sums = [sum('1', 'WORKS', '500', '500')];
  const classes = classFigures(byOffice(sums), 'administrative');
  assert.deepEqual(
    flowOf(classes, lineFigures(sums, 'administrative', '2026')).nodes.map(({ kind }) => kind),
    ['class', 'line', 'paid'],
  );
  assert.deepEqual(flowOf(classes, []).links, [{ source: 'class WORKS', target: 'paid', amount: 500n }]);
  assert.deepEqual(flowOf([], []), { nodes: [], links: [] });
});

test('small ones are put together, but never a single one', () => {
  const many = (count: number): readonly Sum[] => Array.from({ length: count }, (_, n) => sum(String(n), `O${n}`, String(1000 - n), '0'));
  const kinds = (count: number): readonly string[] =>
    flowOf(classFigures(byOffice(many(count)), 'administrative'), lineFigures(many(count), 'administrative', '2026')).nodes.map(
      ({ kind }) => kind,
    );
  assert.equal(kinds(10).filter((kind) => kind.startsWith('other')).length, 0);
  assert.equal(kinds(11).filter((kind) => kind === 'other-classes').length, 1);
  assert.equal(kinds(13).filter((kind) => kind === 'other-lines').length, 0);
  assert.equal(kinds(14).filter((kind) => kind === 'other-lines').length, 1);
});

test('no cent is lost, at any size', () => {
  const amount = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  const line = fc.record({ office: fc.option(fc.constantFrom(...'ABCDEFGHIJKLMNOP')), budget: amount, paid: amount });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const sums = lines.map(({ office, budget, paid }, n) => sum(String(n), office, budget.toString(), paid.toString()));
      const classes = classFigures(byOffice(sums), 'administrative');
      const flow = flowOf(classes, lineFigures(sums, 'administrative', '2026'));
      assert.equal(new Set(flow.nodes.map(({ id }) => id)).size, flow.nodes.length);
      for (const { id, kind, amount: held } of flow.nodes) {
        if (kind !== 'paid' && kind !== 'open') assert.equal(outOf(flow, id), held, id);
        if (into(flow, id) !== 0n) assert.equal(into(flow, id), held, id);
      }
      assert.equal(into(flow, 'paid') + into(flow, 'open'), total(classes).budget);
      assert.ok(flow.links.every(({ amount: moved }) => moved > 0n));
    }),
  );
});

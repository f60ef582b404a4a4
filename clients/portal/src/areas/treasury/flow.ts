/**
 * From sums of budget lines to a flow of funds: the whole goes to classes (offices or purposes), from each to its largest lines, from each of
 * them to what is paid and what is not. Exact: amounts are minor units of one currency as bigint; numbers are for drawing alone.
 */

/** What a class or a line of the budget may spend, and what of it was paid. */
export interface Figure {
  /** Of a class: its code, or empty where none is stated. Of a line: its id. */
  readonly id: string;
  readonly budget: bigint;
  readonly paid: bigint;
  /** Budget lines in it. */
  readonly lines: number;
}

export interface LineFigure extends Figure {
  /** Id of its class. */
  readonly of: string;
}

export type NodeKind = 'whole' | 'class' | 'other-classes' | 'line' | 'other-lines' | 'paid' | 'open';

export interface FlowNode {
  readonly kind: NodeKind;
  /** Unique in the flow. */
  readonly id: string;
  /** Code of the class or id of the line; empty of others. */
  readonly of: string;
  readonly amount: bigint;
  readonly lines: number;
}

export interface FlowLink {
  readonly source: string;
  readonly target: string;
  readonly amount: bigint;
}

export interface Flow {
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
}

const CLASSES_SHOWN = 9;
const LINES_SHOWN = 12;

/** Sums as the API gives them: amounts in minor units. */
export type Sum = Readonly<Record<string, string | number | null>>;

const minor = (value: Sum[string] | undefined): bigint => BigInt(String(value ?? '0'));
const bySize = (a: Figure, b: Figure): number => (a.budget < b.budget ? 1 : a.budget > b.budget ? -1 : a.id < b.id ? -1 : 1);

/** Largest first. `by`: column that names the class. */
export function classFigures(sums: readonly Sum[], by: string): readonly Figure[] {
  return sums
    .map((sum) => ({ id: String(sum[by] ?? ''), budget: minor(sum.appropriated), paid: minor(sum.paid), lines: Number(sum.rows) }))
    .sort(bySize);
}

/** Largest first, of a year. */
export function lineFigures(sums: readonly Sum[], by: string, year: string): readonly LineFigure[] {
  return sums
    .map((sum) => ({
      ...{ id: `${year}.${sum.fund}.${sum.code}`, of: String(sum[by] ?? '') },
      ...{ budget: minor(sum.appropriated), paid: minor(sum.paid), lines: 1 },
    }))
    .sort(bySize);
}

/** All together. */
export function total(figures: readonly Figure[]): Figure {
  const nothing: Figure = { id: '', budget: 0n, paid: 0n, lines: 0 };
  return figures.reduce(
    (sum, one) => ({ id: '', budget: sum.budget + one.budget, paid: sum.paid + one.paid, lines: sum.lines + one.lines }),
    nothing,
  );
}

/** `lines`: those of the classes; none where they are too many to be told apart. Of one class alone, it is the whole. */
export function flowOf(classes: readonly Figure[], lines: readonly LineFigure[]): Flow {
  const shown = classes.filter(({ budget }) => budget > 0n).toSorted(bySize);
  const [named, others] = cut(shown, CLASSES_SHOWN);
  const placeOf = new Map(shown.map((one) => [one.id, named.includes(one) ? `class ${one.id}` : 'other-classes']));
  const rank = new Map(shown.map((one, n) => [one.id, n]));
  const [largest, small] = cut(lines.filter(({ budget, of }) => budget > 0n && placeOf.has(of)).toSorted(bySize), LINES_SHOWN);
  const ordered = largest.toSorted((a, b) => (rank.get(a.of) ?? 0) - (rank.get(b.of) ?? 0) || bySize(a, b));
  const links = new Links();
  const node = (kind: NodeKind, figures: readonly Figure[], of = ''): FlowNode[] => {
    if (figures.length === 0) return [];
    const { budget: amount, lines: count } = total(figures);
    return [{ kind, id: of === '' && kind !== 'class' ? kind : `${kind} ${of}`, of, amount, lines: count }];
  };
  const nodes = [
    ...(shown.length > 1 ? node('whole', shown) : []),
    ...named.flatMap((one) => node('class', [one], one.id)),
    ...node('other-classes', others),
    ...ordered.flatMap((one) => node('line', [one], one.id)),
    ...node('other-lines', small),
  ];
  for (const one of shown) if (shown.length > 1) links.add('whole', placeOf.get(one.id) as string, one.budget);
  for (const [figures, place] of [
    [largest, (one: LineFigure) => `line ${one.id}`],
    [small, () => 'other-lines'],
  ] as const)
    for (const one of figures) links.add(placeOf.get(one.of) as string, place(one), one.budget).spend(place(one), one);
  if (lines.length === 0) for (const one of shown) links.spend(placeOf.get(one.id) as string, one);
  return { nodes: [...nodes, ...links.ends()], links: links.all() };
}

/** The first ones, and the rest; a rest of one is shown as itself. */
function cut<T>(all: readonly T[], count: number): readonly [shown: readonly T[], rest: readonly T[]] {
  return all.length <= count + 1 ? [all, []] : [all.slice(0, count), all.slice(count)];
}

/** Links between the same two nodes are one. */
class Links {
  readonly #amounts = new Map<string, FlowLink>();

  add(source: string, target: string, amount: bigint): this {
    const key = `${source}\n${target}`;
    if (amount > 0n) this.#amounts.set(key, { source, target, amount: (this.#amounts.get(key)?.amount ?? 0n) + amount });
    return this;
  }

  /** Never more is drawn as paid than there was to spend. */
  spend(source: string, { budget, paid }: Figure): void {
    const gone = paid < 0n ? 0n : paid > budget ? budget : paid;
    this.add(source, 'paid', gone).add(source, 'open', budget - gone);
  }

  /** Where it all ends, as far as anything does. */
  ends(): FlowNode[] {
    return (['paid', 'open'] as const).flatMap((kind): FlowNode[] => {
      const amount = this.all().reduce((sum, link) => (link.target === kind ? sum + link.amount : sum), 0n);
      return amount === 0n ? [] : [{ kind, id: kind, of: '', amount, lines: 0 }];
    });
  }

  all(): readonly FlowLink[] {
    return [...this.#amounts.values()];
  }
}

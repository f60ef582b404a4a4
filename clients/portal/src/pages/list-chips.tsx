/** What a list is narrowed to, in words, each part of it to be taken away again. */
import { Button } from '@digdir/designsystemet-react';
import type { ListView } from '../data/api.ts';
import { DAY, shortened } from '../parts/cell.tsx';
import { codeWords, Day, Money, When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';

interface ChipsProps {
  readonly view: ListView;
  readonly search: Readonly<Record<string, string>>;
  /** Of the amounts in the list; empty where it has none. */
  readonly currency: string;
  readonly onRemove: (field: string) => void;
}

export function Chips({ view, search, currency, onRemove }: ChipsProps) {
  const say = useWords();
  const chips = Object.entries(search).flatMap(([field, value]) => {
    const [, column = field, bound] = /^(.*)_(from|to)$/.exec(field) ?? [];
    const type = bound === undefined ? undefined : view.ranges[column];
    return type !== undefined || view.filters.includes(field)
      ? [{ field, column: type === undefined ? field : column, bound, type, value }]
      : [];
  });
  if (chips.length === 0) return null;
  return (
    <p className="chips">
      {chips.map(({ field, column, bound, type, value }) => (
        <Button key={field} variant="secondary" data-size="sm" onClick={() => onRemove(field)}>
          <span>
            {labelOf(view, column)}
            {type === undefined ? ': ' : ` ${say(bound === 'from' ? 'list.from' : 'list.to')} `}
            <Said type={type} value={value} currency={currency} />
          </span>{' '}
          <span aria-hidden="true">✕</span>
          <span className="unseen">{say('list.take-away')}</span>
        </Button>
      ))}
    </p>
  );
}

function Said({
  type,
  value,
  currency,
}: {
  readonly type: ListView['ranges'][string] | undefined;
  readonly value: string;
  readonly currency: string;
}) {
  if (type === 'money') return <Money minor={value} currency={currency} />;
  if (type === 'time' && /^\d{1,15}$/.test(value)) return <When time={Number(value)} />;
  return DAY.test(value) ? <Day day={value} /> : shortened(value);
}

/** As the list's own head says it; a column that it does not show, by its name. */
export function labelOf({ columns }: ListView, column: string): string {
  return columns.find((one) => one.column === column)?.label ?? codeWords(column);
}

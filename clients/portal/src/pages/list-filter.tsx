/**
 * A list narrowed by its own columns: from and to where the node knows amounts and moments, a day where it knows days, and for the rest one of
 * the values that stand in it.
 */
import { Button, Field, Label, Select, Textfield } from '@digdir/designsystemet-react';
import { amountFromDecimal } from '@tabularium/protocol';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { getJson, type ListView, type ModuleViews, type Row } from '../data/api.ts';
import { plainDecimal, typedAmount } from '../desk/forms/body.ts';
import { useLocale } from '../desk/forms/use-locale.ts';
import { codeWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { labelOf } from './list-chips.tsx';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** More than these are typed and not chosen. */
const CHOICES_MAX = 60;
const USUAL = 'EUR';

export interface NarrowProps {
  readonly module: ModuleViews;
  readonly name: string;
  readonly view: ListView;
  readonly search: Readonly<Record<string, string>>;
  /** Of the amounts in the list; empty where it has none. */
  readonly currency: string;
  readonly onChange: (changes: Readonly<Record<string, string | undefined>>) => void;
}

interface Asked {
  readonly column: string;
  readonly kind: 'money' | 'time' | 'day' | 'value';
}

/** What people would ask by: columns that the list shows, and moments. What a row is about is sought, and not typed by its id. */
function askable({ columns, filters, ranges, about, id }: ListView): readonly Asked[] {
  return filters.flatMap((column): Asked[] => {
    const shown = columns.find((one) => one.column === column);
    const type = ranges[column];
    if (type === 'time') return [{ column, kind: 'time' }];
    if (shown === undefined || column === about?.column || column === id || type === 'integer') return [];
    if (type === 'money') return [{ column, kind: 'money' }];
    return [{ column, kind: shown.as === 'date' ? 'day' : 'value' }];
  });
}

export function ListFilter({ module, name, view, search, currency, onChange }: NarrowProps) {
  const say = useWords();
  const { decimal, offset } = useLocale();
  const [faults, setFaults] = useState<ReadonlySet<string>>(new Set());
  const asked = askable(view);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const wrong = new Set<string>();
    const changes: Record<string, string | undefined> = {};
    for (const { column, kind } of asked) {
      const bounds = kind === 'money' || kind === 'time' ? (['_from', '_to'] as const) : ([''] as const);
      for (const bound of bounds) {
        const field = `${column}${bound}`;
        const text = String(typed.get(field) ?? '').trim();
        const value = text === '' || kind === 'day' || kind === 'value' ? text : kind === 'time' ? momentOf(text, bound) : amountOf(text);
        if (value === undefined) wrong.add(field);
        changes[field] = value;
      }
    }
    setFaults(wrong);
    if (wrong.size === 0) onChange(changes);
  };
  const amountOf = (text: string): string | undefined => amountFromDecimal(plainDecimal(text, decimal), currency || USUAL)?.toString();
  /** A day begins and ends by the office's clocks. */
  const momentOf = (day: string, bound: string): string | undefined => {
    const wall = Date.parse(day) + (bound === '_to' ? DAY_MS : 0);
    return Number.isNaN(wall) ? undefined : String(wall - offset(wall) * MINUTE_MS - (bound === '_to' ? 1 : 0));
  };
  const shown = (field: string, kind: Asked['kind']): string => {
    const value = search[field] ?? '';
    if (!/^-?\d{1,18}$/.test(value)) return kind === 'day' || kind === 'value' ? value : '';
    if (kind === 'money') return typedAmount(value, currency || USUAL, decimal);
    return kind === 'time' ? new Date(Number(value) + offset(Number(value)) * MINUTE_MS).toISOString().slice(0, 10) : value;
  };
  return (
    <form className="narrow" onSubmit={submit} noValidate>
      {asked.map(({ column, kind }) => {
        const label = labelOf(view, column);
        if (kind === 'value') return <OneOf key={column} {...{ module, name, view, column, label }} chosen={search[column] ?? ''} />;
        if (kind === 'day') return <Textfield key={column} type="date" name={column} label={label} defaultValue={shown(column, kind)} />;
        return (['_from', '_to'] as const).map((bound) => (
          <Textfield
            key={column + bound}
            name={column + bound}
            {...(kind === 'time' ? { type: 'date' as const } : { inputMode: 'decimal' as const })}
            autoComplete="off"
            label={`${label} ${say(bound === '_from' ? 'list.from' : 'list.to')}`}
            defaultValue={shown(column + bound, kind)}
            {...(faults.has(column + bound) ? { error: say('form.fault-amount') } : {})}
          />
        ));
      })}
      <div className="links">
        <Button type="submit">{say('list.narrow-go')}</Button>
      </div>
    </form>
  );
}

interface OneOfProps extends Pick<NarrowProps, 'module' | 'name' | 'view'> {
  readonly column: string;
  readonly label: string;
  readonly chosen: string;
}

interface Sums {
  readonly groups: readonly Row[];
  readonly complete: boolean;
}

/** One of the values that stand in the list. */
function OneOf({ module, name, view, column, label, chosen }: OneOfProps) {
  const say = useWords();
  const { data } = useQuery({
    queryKey: ['ledger', module.name, name, 'values', column],
    queryFn: () => getJson<Sums>(`/api/v1/${module.name}/${name}/sums?by=${column}`),
  });
  if (data === undefined) return null;
  const values = new Set(
    data.groups.map((group) => group[column]).filter((value) => value !== null && value !== undefined && value !== ''),
  );
  if (!data.complete || values.size > CHOICES_MAX)
    return <Textfield name={column} label={label} autoComplete="off" defaultValue={chosen} />;
  // Where there is but one, there is nothing to choose.
  if (values.size < 2 && chosen === '') return null;
  const isWorded = view.columns.find((one) => one.column === column)?.as === undefined;
  const options = [...values].map(String);
  return (
    <Field>
      <Label>{label}</Label>
      <Select name={column} defaultValue={chosen}>
        <Select.Option value="">{say('list.any')}</Select.Option>
        {(chosen === '' || options.includes(chosen) ? options : [chosen, ...options]).map((value) => (
          <Select.Option key={value} value={value}>
            {isWorded ? codeWords(value) : value}
          </Select.Option>
        ))}
      </Select>
    </Field>
  );
}

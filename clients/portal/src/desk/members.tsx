/**
 * Every member of a body, none left out and none reworded: what is signed is what stands here, letter for letter. Only what the schema lists
 * as one of a few codes is put in words, and amounts, days and moments are written as people write them.
 */
import { minorDigits } from '@tabularium/protocol';
import { DAY } from '../parts/cell.tsx';
import { codeWords, Day, Money, When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import type { Schema } from './forms/fields.ts';
import { nameWords } from './name-words.ts';

interface MembersProps {
  readonly of: Readonly<Record<string, unknown>>;
  /** Of the whole; undefined where nobody declares one. */
  readonly schema: Schema | undefined;
}

export function Members({ of, schema }: MembersProps) {
  const say = useWords();
  return (
    <dl className="facts">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{memberOf(schema, name)?.title ?? nameWords(name, say)}</dt>
          <dd>
            <Value value={value} schema={memberOf(schema, name)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function memberOf(schema: Schema | undefined, name: string): Schema | undefined {
  const { properties = {} } = schema ?? {};
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

export function Value({ value, schema }: { readonly value: unknown; readonly schema: Schema | undefined }) {
  const say = useWords();
  if (typeof value === 'string') {
    if (schema?.enum?.includes(value) === true) return <>{codeWords(value)}</>;
    if (schema?.['x-type'] === 'day' && DAY.test(value)) return <Day day={value} />;
    return <bdi className="as-written">{value}</bdi>;
  }
  if (typeof value === 'number' && schema?.['x-type'] === 'instant') return <When time={value} withClock />;
  if (typeof value === 'boolean') return <>{say(value ? 'yes' : 'no')}</>;
  if (typeof value !== 'object' || value === null) return <>{String(value)}</>;
  if (Array.isArray(value))
    return value.map((one, n) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: what is proposed never changes.
      <div key={n}>
        <Value value={one} schema={schema?.items} />
      </div>
    ));
  const { amount, currency, ...rest } = value as { readonly amount?: unknown; readonly currency?: unknown };
  if (typeof amount === 'string' && typeof currency === 'string' && Object.keys(rest).length === 0 && isMoney(amount, currency))
    return <Money minor={amount} currency={currency} />;
  return <Members of={value as Readonly<Record<string, unknown>>} schema={schema} />;
}

function isMoney(amount: string, currency: string): boolean {
  return /^-?\d{1,19}$/.test(amount) && minorDigits(currency) !== undefined;
}

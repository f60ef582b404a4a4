/** Every member of a body, none left out: what is signed is what stands here. */
import { DAY, WORDS } from '../parts/cell.tsx';
import { codeWords, Day, Money } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { nameWords } from './name-words.ts';

export function Members({ of }: { readonly of: Readonly<Record<string, unknown>> }) {
  const say = useWords();
  return (
    <dl className="facts">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{nameWords(name, say)}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (typeof value === 'string' && DAY.test(value)) return <Day day={value} />;
  if (typeof value === 'string' && WORDS.test(value)) return <>{codeWords(value)}</>;
  if (typeof value !== 'object' || value === null) return <>{String(value)}</>;
  // biome-ignore lint/suspicious/noArrayIndexKey: what is proposed never changes.
  if (Array.isArray(value)) return value.map((one, n) => <Value key={n} value={one} />);
  const { amount, currency, ...rest } = value as { readonly amount?: unknown; readonly currency?: unknown };
  if (typeof amount === 'string' && typeof currency === 'string' && Object.keys(rest).length === 0)
    return <Money minor={amount} currency={currency} />;
  return <Members of={value as Readonly<Record<string, unknown>>} />;
}

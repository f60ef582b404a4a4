/** Every member of a body, none left out: what is signed is what stands here. */
import { codeWords, Money } from '../parts/said.tsx';

export function Members({ of }: { readonly of: Readonly<Record<string, unknown>> }) {
  return (
    <dl className="facts">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{codeWords(name)}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (typeof value !== 'object' || value === null) return <>{String(value)}</>;
  // biome-ignore lint/suspicious/noArrayIndexKey: what is proposed never changes.
  if (Array.isArray(value)) return value.map((one, n) => <Value key={n} value={one} />);
  const { amount, currency, ...rest } = value as { readonly amount?: unknown; readonly currency?: unknown };
  if (typeof amount === 'string' && typeof currency === 'string' && Object.keys(rest).length === 0)
    return <Money minor={amount} currency={currency} />;
  return <Members of={value as Readonly<Record<string, unknown>>} />;
}

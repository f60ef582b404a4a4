/** Who has signed a stamp besides the record itself, called as people call them; the names that a policy gives them stand among the technical details. */
import type { VerifiedReceipt } from '@tabularium/verify';
import { codeWords, When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { cosignerOf } from './cosigner-name.ts';

export function Cosigners({ cosigners }: Pick<VerifiedReceipt, 'cosigners'>) {
  const say = useWords();
  return (
    <ul>
      {cosigners.map(({ name, time }) => {
        const { kind, of } = cosignerOf(name);
        return (
          <li key={name}>
            {say(`verdict.seen-${kind}`, { name: codeWords(of) })} <When time={time * 1_000} withClock />
          </li>
        );
      })}
    </ul>
  );
}

/** Exact names, for whoever compares them. */
export function ExactNames({ origin, cosigners }: Pick<VerifiedReceipt, 'cosigners'> & { readonly origin: string }) {
  const say = useWords();
  const names = [
    ['blocks.origin', origin],
    ['verdict.cosigners', cosigners.map(({ name }) => name).join(', ')],
  ] as const;
  return (
    <details className="technical">
      <summary>{say('technical.title')}</summary>
      <dl className="facts">
        {names.map(
          ([word, value]) =>
            value !== '' && (
              <div key={word}>
                <dt>{say(word)}</dt>
                <dd>
                  <code>{value}</code>
                </dd>
              </div>
            ),
        )}
      </dl>
    </details>
  );
}

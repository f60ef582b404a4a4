/** Why not: one plain sentence, with the amounts where it is about those, and its legal basis; the rule's own text behind a click. */
import { Alert, Paragraph } from '@digdir/designsystemet-react';
import type { Outcome } from '@tabularium/sdk';
import { useEffect, useRef } from 'react';
import { shortened } from '../parts/cell.tsx';
import { tellDeed } from '../parts/deeds.ts';
import { moneyWords } from '../parts/said.tsx';
import { useLanguage, useWords } from '../words/use-words.ts';
import { nameWords } from './name-words.ts';

type Refused = Outcome & { readonly kind: 'refused' };

/** `isQuiet`: told beside something else, and not called out. */
export function RefusalWords({ refused, isQuiet = false }: { readonly refused: Refused; readonly isQuiet?: boolean }) {
  const say = useWords();
  const language = useLanguage();
  const shown = useRef<HTMLDivElement>(null);
  const { detail, text, basis = '', facts } = refused;
  useEffect(() => whenSeen(shown.current, () => tellDeed('refused')), []);
  const { asked, available, currency } = facts ?? {};
  const isOfSums = [asked, available].every(isMinor) && isCurrency(currency);
  const sum = (minor: unknown): string => moneyWords(String(minor), String(currency), language);
  const rule = [isOfSums ? detail : '', text === detail ? '' : text].filter(Boolean).join(' ');
  return (
    <Alert ref={shown} data-color="warning" {...(isQuiet ? { role: 'status' } : { role: 'alert' })}>
      <Paragraph>
        <strong>{isOfSums ? say('refusal.sums', { asked: sum(asked), available: sum(available) }) : detail}</strong>{' '}
        {basis !== '' && <span>{say('form.basis', { basis })}</span>}
      </Paragraph>
      {!isOfSums && facts !== undefined && <Facts facts={facts} />}
      {rule !== '' && (
        <details>
          <summary>{say('refusal.rule')}</summary>
          <Paragraph data-size="sm">{rule}</Paragraph>
          {isOfSums && <Facts facts={facts ?? {}} />}
        </details>
      )}
    </Alert>
  );
}

/** How long something is in view before it was seen. */
const SEEN_MS = 700;

/** Answers how to end it. */
function whenSeen(element: Element | null, tell: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = new IntersectionObserver(
    ([entry]) => {
      clearTimeout(timer);
      if (entry?.isIntersecting === true) timer = setTimeout(tell, SEEN_MS);
    },
    { threshold: 0.6 },
  );
  if (element !== null) watch.observe(element);
  return () => {
    clearTimeout(timer);
    watch.disconnect();
  };
}

const isMinor = (value: unknown): value is string => typeof value === 'string' && /^-?\d+$/.test(value);
const isCurrency = (value: unknown): boolean => typeof value === 'string' && /^[A-Z]{3}$/.test(value);

/** Amounts in facts are minor units of the currency that is named beside them. */
export function Facts({ facts }: { readonly facts: NonNullable<Refused['facts']> }) {
  const language = useLanguage();
  const say = useWords();
  const { currency } = facts;
  const isAmount = (name: string, value: string | number): value is string => isCurrency(currency) && isMinor(value) && name !== 'year';
  const told = Object.entries(facts).filter(([name]) => name !== 'currency');
  if (told.length === 0) return null;
  return (
    <Paragraph data-size="sm">
      {told
        .map(([name, value]) => {
          const words = isAmount(name, value) ? moneyWords(value, String(currency), language) : shortened(String(value));
          return `${nameWords(name, say)}: ${words}`;
        })
        .join(' · ')}
    </Paragraph>
  );
}

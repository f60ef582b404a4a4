/** Why not: the rule in one plain sentence, with its legal basis and what it is about. */
import { Alert, Paragraph } from '@digdir/designsystemet-react';
import type { Outcome } from '@tabularium/sdk';
import { useEffect } from 'react';
import { shortened } from '../parts/cell.tsx';
import { tellDeed } from '../parts/deeds.ts';
import { moneyWords } from '../parts/said.tsx';
import { useLanguage, useWords } from '../words/use-words.ts';
import { nameWords } from './name-words.ts';

type Refused = Outcome & { readonly kind: 'refused' };

/** `isQuiet`: told beside something else, and not called out. */
export function RefusalWords({ refused, isQuiet = false }: { readonly refused: Refused; readonly isQuiet?: boolean }) {
  const say = useWords();
  const { detail, text, basis = '', facts } = refused;
  useEffect(() => tellDeed('refused'), []);
  return (
    <Alert data-color="warning" {...(isQuiet ? { role: 'status' } : { role: 'alert' })}>
      <Paragraph>
        <strong>{detail}</strong> {text !== undefined && text !== detail && text}
      </Paragraph>
      {facts !== undefined && <Facts facts={facts} />}
      {basis !== '' && <Paragraph data-size="sm">{say('form.basis', { basis })}</Paragraph>}
    </Alert>
  );
}

/** Amounts in facts are minor units of the currency that is named beside them. */
export function Facts({ facts }: { readonly facts: NonNullable<Refused['facts']> }) {
  const language = useLanguage();
  const say = useWords();
  const { currency } = facts;
  const isAmount = (name: string, value: string | number): value is string =>
    typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) && typeof value === 'string' && /^-?\d+$/.test(value) && name !== 'year';
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

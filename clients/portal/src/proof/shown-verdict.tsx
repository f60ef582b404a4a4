/** What a holder shows of a record, proven: the fields, how many stay hidden, for whom it was signed, and what all this does not prove. */
import { Alert, Link as Anchor, Heading, Paragraph } from '@digdir/designsystemet-react';
import { isTrainingOrigin } from '@tabularium/log';
import { HOLDER_KEY } from '@tabularium/protocol';
import { packPresentation } from '@tabularium/sdk';
import type { VerifiedPresentation } from '@tabularium/verify';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { office } from '../data/api.ts';
import { codeWords, When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { ledgerIn } from './cosigner-name.ts';
import { Cosigners, ExactNames } from './cosigners.tsx';
import { useFieldNames, valueWords } from './field-names.ts';
import { NoEffect } from './receipt-verdict.tsx';

interface ShownVerdictProps {
  readonly checked: VerifiedPresentation;
  /** Nobody was asked for anything, and nobody is. */
  readonly alone: boolean;
  readonly proof: string | Uint8Array;
  readonly children?: ReactNode;
}

export function ShownVerdict({ checked, alone, proof, children }: ShownVerdictProps) {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const { receipt, hidden, holder, record } = checked;
  const { checkpoint, index, cosigners, transaction } = receipt;
  const nameOf = useFieldNames(transaction.payload.action, !alone && checkpoint.origin === origin);
  const shown = checked.shown.filter(({ name }) => name !== HOLDER_KEY);
  const isTraining = isTrainingOrigin(checkpoint.origin);
  return (
    <Alert data-color={isTraining ? 'warning' : 'success'} role="status">
      <Heading level={2} data-size="2xs">
        {say('verdict.holds')}
      </Heading>
      {isTraining && <NoEffect />}
      <Paragraph>
        {shown.length === 0
          ? say('shown.nothing')
          : say('shown.these', { ledger: codeWords(ledgerIn(checkpoint.origin)), index, size: checkpoint.size })}
      </Paragraph>
      <dl className="facts shown">
        {shown.map((field) => (
          <div key={`${field.path}/${field.name}`}>
            <dt>{nameOf(field)}</dt>
            <dd>{valueWords(field.value)}</dd>
          </div>
        ))}
      </dl>
      <Paragraph>{say('shown.hidden', { count: hidden })}</Paragraph>
      <Paragraph>
        {holder === undefined ? (
          say('shown.unsigned')
        ) : (
          <>
            {say('shown.signed', { audience: holder.audience, nonce: holder.nonce })} <When time={holder.time * 1_000} withClock />.{' '}
            {say('shown.signed-compare')}
          </>
        )}
      </Paragraph>
      <Paragraph>
        {record === undefined ? (
          say('shown.no-fact')
        ) : (
          <>
            {say('shown.in-force')} <When time={record.seal.time} withClock />
            {record.state === undefined ? '.' : ` (${codeWords(record.state)}).`}
          </>
        )}
      </Paragraph>
      <Cosigners cosigners={cosigners} />
      <Paragraph data-size="sm">{say('verdict.not-proven')}</Paragraph>
      <ExactNames origin={checkpoint.origin} cosigners={cosigners} />
      {shown.length > 1 && holder === undefined && <ChooseFrom proof={proof} />}
      {children}
    </Alert>
  );
}

/** Whoever holds a file of their own goes on to choose what to show of it. */
function ChooseFrom({ proof }: Pick<ShownVerdictProps, 'proof'>) {
  const say = useWords();
  const text = typeof proof === 'string' ? proof : new TextDecoder().decode(proof);
  const { data } = useQuery({ queryKey: ['packed', text], queryFn: () => packPresentation(text), staleTime: Number.POSITIVE_INFINITY });
  if (data === undefined) return null;
  return (
    <Paragraph>
      {say('shown.yours')}{' '}
      <Anchor asChild>
        <Link to="/present" hash={`p=${data}`}>
          {say('shown.choose')}
        </Link>
      </Anchor>
    </Paragraph>
  );
}

/** On a record's page: whether the ledger's newest state holds it, checked here. */
import { Alert, Paragraph } from '@digdir/designsystemet-react';
import { isTrainingOrigin } from '@tabularium/log';
import { useQuery } from '@tanstack/react-query';
import { When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { fetchAndCheckFact } from './check.ts';
import { FactFailure } from './failure.tsx';
import { NoEffect } from './receipt-verdict.tsx';

export function FactProof({ stateKey }: { readonly stateKey: string }) {
  const say = useWords();
  const { data, error } = useQuery({ queryKey: ['ledger', 'fact', stateKey], queryFn: () => fetchAndCheckFact(stateKey) });
  if (error !== null) return <p className="note">{say('proof.not-now')}</p>;
  if (data === undefined) return <p className="note">{say('proof.checking')}</p>;
  return data.ok ? (
    <Alert data-color={isTrainingOrigin(data.checkpoint.origin) ? 'warning' : 'success'} role="status">
      {isTrainingOrigin(data.checkpoint.origin) && <NoEffect />}
      <Paragraph>
        {say(data.value === null ? 'fact.absent' : 'fact.holds')} <When time={data.seal.time} withClock />
      </Paragraph>
    </Alert>
  ) : (
    <FactFailure refused={data} />
  );
}

/** On a record's page: whether the ledger's newest state holds what the page shows, checked and compared here. */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import { isTrainingOrigin } from '@tabularium/log';
import type { JsonObject } from '@tabularium/protocol';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { fact } from './check.ts';
import { FactFailure } from './failure.tsx';
import { NoEffect } from './receipt-verdict.tsx';
import { useAsking } from './use-asking.ts';

/** A value that the page shows otherwise than the proven record has it. */
interface ShownOtherwise {
  readonly label: string;
  readonly here: ReactNode;
  /** Absent where the record has no such value. */
  readonly proven?: ReactNode;
}

interface FactProofOf {
  readonly stateKey: string;
  /** What the green sentence speaks of. */
  readonly holds: 'fact.marked' | 'fact.stands';
  /** Whether the page shows a record at all. */
  readonly isShown: boolean;
  readonly compare: (record: JsonObject) => readonly ShownOtherwise[];
}

export function FactProof({ stateKey, holds, isShown, compare }: FactProofOf) {
  const say = useWords();
  const { data, error } = useQuery(fact(stateKey));
  const record = data?.ok === true ? (data.value as JsonObject | null) : undefined;
  const otherwise = record && isShown ? compare(record) : [];
  const isOtherwise = otherwise.length > 0 || (record !== undefined && (record !== null) !== isShown);
  const isAsking = useAsking(isOtherwise);
  if (error !== null) return <p className="note">{say('proof.not-now')}</p>;
  if (data === undefined || (isOtherwise && isAsking)) return <p className="note">{say('proof.checking')}</p>;
  if (!data.ok) return <FactFailure refused={data} />;
  if (isOtherwise) return <Contradiction otherwise={otherwise} isAbsent={record === null} />;
  return (
    <Alert data-color={isTrainingOrigin(data.checkpoint.origin) ? 'warning' : 'success'} role="status">
      {isTrainingOrigin(data.checkpoint.origin) && <NoEffect />}
      <Paragraph>
        {say(record === null ? 'fact.absent' : holds)} <When time={data.seal.time} withClock />
      </Paragraph>
    </Alert>
  );
}

/** `isAbsent`: nothing stands there. */
function Contradiction({ otherwise, isAbsent }: { readonly otherwise: readonly ShownOtherwise[]; readonly isAbsent: boolean }) {
  const say = useWords();
  return (
    <Alert data-color="danger" role="alert">
      <Heading level={2} data-size="2xs">
        {say('fact.otherwise')}
      </Heading>
      {otherwise.length === 0 && <Paragraph>{say(isAbsent ? 'fact.otherwise-none' : 'fact.otherwise-some')}</Paragraph>}
      <ul className="plain">
        {otherwise.map(({ label, here, proven }) => (
          <li key={label}>
            {label}: {say('fact.here')} {here}, {say('fact.proven')} {proven ?? say('fact.nothing')}.
          </li>
        ))}
      </ul>
      <Paragraph>{say('fact.otherwise-means')}</Paragraph>
    </Alert>
  );
}

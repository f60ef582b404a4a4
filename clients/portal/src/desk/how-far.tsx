/** Of a proposal: who made it, how many have signed it, and until when it is open; once it is decided, that it is. */
import { Paragraph } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { row } from '../data/api.ts';
import { codeWords, seatWords, When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import type { OpenProposal } from './open-proposals.ts';

interface HowFarProps {
  readonly proposal: OpenProposal;
  /** By me, a moment ago. */
  readonly isSigned: boolean;
}

export function HowFar({ proposal: { id, proposer, seat, signed, needed, until }, isSigned }: HowFarProps) {
  const say = useWords();
  const now = useQuery({ ...row('kernel', 'proposals', id), enabled: isSigned }).data;
  // The list comes a moment after the answer.
  const signatures = isSigned ? Math.max(Number(now?.signed ?? 0), signed + 1) : signed;
  const who = seat === undefined ? codeWords(proposer) : seatWords(seat);
  const isDecided = now?.status === 'executed';
  return (
    <Paragraph className="note">
      {say('desk.proposed-by', { who })}{' '}
      {isDecided ? say('desk.decided', { signed: signatures, needed }) : say('desk.open-until', { signed: signatures, needed })}
      {!isDecided && (
        <>
          {' '}
          <When time={until} />
        </>
      )}
    </Paragraph>
  );
}

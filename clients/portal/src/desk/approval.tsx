/** One proposal: what it says, what it would change, whether I may sign it, one signature, one receipt. */
import { Button, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { CheckVerdict } from '@tabularium/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me } from '../keys/me.ts';
import { type Signed, signAndSend } from '../keys/sign-and-send.ts';
import { useWords } from '../words/use-words.ts';
import { Changes, telling, tellsChanges } from './changes.tsx';
import { HowFar } from './how-far.tsx';
import { leftOver } from './left-over.ts';
import { Members } from './members.tsx';
import { SignedOutcome } from './signed-outcome.tsx';
import { type Asked, approvalOf } from './use-asked.ts';
import { Warnings } from './warnings.tsx';

interface ApprovalProps {
  readonly me: Me;
  readonly asked: Asked;
  readonly origin: string;
  /** In words. */
  readonly title: string;
  /** Whether it stays here although it may wait for nobody any more. */
  readonly onHold: (asked: Asked, isHeld: boolean) => void;
}

export function Approval({ me, asked, origin, title, onHold }: ApprovalProps) {
  const say = useWords();
  const [outcome, setOutcome] = useState<Signed>();
  /** What stood here when it was signed: it stays, whatever the rules say of it afterwards. */
  const [signed, setSigned] = useState<CheckVerdict>();
  const { proposal, schema } = asked;
  const verdict = signed ?? asked.verdict;
  // Every value that is signed stands here once: told as a change, or left over. Where no change can be told, each word stands open.
  const isTold = verdict?.kind === 'accepted' && tellsChanges(verdict);
  const left = isTold ? leftOver(proposal.body, telling(verdict.changes ?? [])) : undefined;
  const isDone = outcome?.kind === 'accepted' || outcome?.kind === 'repeated';
  const sign = async (): Promise<void> => {
    setSigned(verdict);
    onHold(asked, true);
    const answer = await signAndSend(approvalOf(proposal), me, origin);
    setOutcome(answer);
    if (answer.kind === 'accepted' || answer.kind === 'repeated') return;
    setSigned(undefined);
    onHold(asked, false);
  };
  return (
    <Card>
      <Card.Block>
        <Heading level={2} data-size="xs">
          {title}
        </Heading>
        {isTold && <Changes verdict={verdict} />}
        {left !== undefined && <Members of={left} schema={schema} />}
        <HowFar proposal={proposal} isSigned={isDone} />
        <Warnings of={verdict?.warnings} />
        {verdict?.kind === 'accepted' && !isDone && (
          <div className="sign-here">
            <Button disabled={signed !== undefined} onClick={() => void sign()}>
              {say('desk.sign')}
            </Button>
          </div>
        )}
        {verdict?.kind === 'refused' && <Paragraph className="note">{verdict.text ?? verdict.detail}</Paragraph>}
        {outcome !== undefined && <SignedOutcome outcome={outcome} />}
        <details open={verdict?.kind === 'accepted' && !isTold}>
          <summary>{say('desk.word-for-word')}</summary>
          <Members of={proposal.body} schema={schema} />
          <p className="links">
            <Link to="/entries/$ref" params={{ ref: proposal.id }}>
              {say('desk.see-proposal')}
            </Link>
          </p>
        </details>
      </Card.Block>
    </Card>
  );
}

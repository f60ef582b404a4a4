/** One proposal: what it says, what it would change, whether I may sign it, one signature, one receipt. */
import { Button, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me } from '../keys/me.ts';
import { type Signed, signAndSend } from '../keys/sign-and-send.ts';
import { codeWords, When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { Changes } from './changes.tsx';
import { Members } from './members.tsx';
import type { OpenProposal } from './open-proposals.ts';
import { SignedOutcome } from './signed-outcome.tsx';
import { useDryRun } from './use-dry-run.ts';

const APPROVE = 'kernel.approve';

interface ApprovalProps {
  readonly me: Me;
  readonly proposal: OpenProposal;
  readonly origin: string;
  /** In words. */
  readonly title: string;
  readonly onSigned: (outcome: Signed) => void;
}

export function Approval({ me, proposal, origin, title, onSigned }: ApprovalProps) {
  const say = useWords();
  const [refused, setRefused] = useState<Signed>();
  const [isSigning, setSigning] = useState(false);
  const request = { action: APPROVE, body: { proposal: proposal.id } };
  const { verdict } = useDryRun(request, me, origin);
  const sign = async (): Promise<void> => {
    setSigning(true);
    const outcome = await signAndSend(request, me, origin);
    if (outcome.kind === 'accepted' || outcome.kind === 'repeated') onSigned(outcome);
    else setRefused(outcome);
    setSigning(false);
  };
  return (
    <Card>
      <Card.Block>
        <Heading level={2} data-size="xs">
          {title}
        </Heading>
        <Paragraph className="note">
          {say('desk.proposed-by', { who: codeWords(proposal.proposer), signed: proposal.signed, needed: proposal.needed })}{' '}
          <When time={proposal.until} />
        </Paragraph>
        <Members of={proposal.body} />
        <p className="links">
          <Link to="/entries/$ref" params={{ ref: proposal.id }}>
            {say('desk.see-proposal')}
          </Link>
        </p>
        {verdict?.kind === 'accepted' && <Changes verdict={verdict} />}
        {refused !== undefined && <SignedOutcome outcome={refused} />}
        {verdict?.kind === 'accepted' ? (
          <Button disabled={isSigning} onClick={() => void sign()}>
            {say('desk.sign')}
          </Button>
        ) : (
          verdict?.kind === 'refused' && <Paragraph className="note">{verdict.text ?? verdict.detail}</Paragraph>
        )}
      </Card.Block>
    </Card>
  );
}

/** One proposal: what it says, whether I may sign it, one signature, one receipt. */
import { Alert, Button, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { Ledger } from '@tabularium/sdk';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me } from '../keys/me.ts';
import { type Signed as SignedOutcome, signAndSend } from '../keys/sign-and-send.ts';
import { codeWords, Money, When } from '../parts/said.tsx';
import { checkReceipt, fetchPolicy } from '../proof/check.ts';
import { ReceiptVerdict } from '../proof/receipt-verdict.tsx';
import { useWords } from '../words/use-words.ts';
import type { OpenProposal } from './open-proposals.ts';

const APPROVE = 'kernel.approve';

interface ApprovalProps {
  readonly me: Me;
  readonly proposal: OpenProposal;
  readonly origin: string;
  /** In words. */
  readonly title: string;
  readonly onSigned: (outcome: SignedOutcome) => void;
}

export function Approval({ me, proposal, origin, title, onSigned }: ApprovalProps) {
  const say = useWords();
  const [refused, setRefused] = useState<SignedOutcome>();
  const [isSigning, setSigning] = useState(false);
  const ledger = new Ledger({ url: location.origin, origin });
  const request = { action: APPROVE, body: { proposal: proposal.id } };
  const verdict = useQuery({
    queryKey: ['ledger', 'may-approve', proposal.id, me.signer.kid],
    queryFn: () => ledger.check(request, me.signer.kid),
  });
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
        <Heading level={3} data-size="xs">
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
        {refused !== undefined && <Signed outcome={refused} />}
        {verdict.data?.kind === 'accepted' ? (
          <Button disabled={isSigning} onClick={() => void sign()}>
            {say('desk.sign')}
          </Button>
        ) : (
          verdict.data?.kind === 'refused' && <Paragraph className="note">{verdict.data.text ?? verdict.data.detail}</Paragraph>
        )}
      </Card.Block>
    </Card>
  );
}

/** What became of a signature. */
export function Signed({ outcome }: { readonly outcome: SignedOutcome }) {
  const say = useWords();
  const receipt = outcome.kind === 'accepted' || outcome.kind === 'repeated' ? outcome.receipt : undefined;
  const checked = useQuery({
    queryKey: ['proof', receipt],
    queryFn: async () => checkReceipt(receipt!, await fetchPolicy()),
    enabled: receipt !== undefined,
  });
  if (outcome.kind === 'refused')
    return (
      <Alert data-color="warning" role="alert">
        <Paragraph>{outcome.text ?? outcome.detail}</Paragraph>
        {outcome.basis !== undefined && outcome.basis !== '' && <Paragraph data-size="sm">{outcome.basis}</Paragraph>}
      </Alert>
    );
  if (outcome.kind === 'unsigned') return <p role="status">{say('keys.unsigned')}</p>;
  if (receipt === undefined) return <p role="status">{say(outcome.kind === 'pending' ? 'desk.pending' : 'desk.busy')}</p>;
  return (
    <>
      <p role="status">{say('desk.signed')}</p>
      {checked.data !== undefined && <ReceiptVerdict checked={checked.data} />}
    </>
  );
}

/** Every member of a body, none left out: what is signed is what stands here. */
function Members({ of }: { readonly of: Readonly<Record<string, unknown>> }) {
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

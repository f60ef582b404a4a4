/** What became of a signature: the receipt, checked here; or why not. */
import { Paragraph } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Signed } from '../keys/sign-and-send.ts';
import { type CheckedReceipt, checkReceipt, fetchPolicy } from '../proof/check.ts';
import { ReceiptVerdict } from '../proof/receipt-verdict.tsx';
import { useWords } from '../words/use-words.ts';
import { RefusalWords } from './refusal.tsx';

export function SignedOutcome({ outcome }: { readonly outcome: Signed }) {
  const say = useWords();
  const placed = outcome.kind === 'accepted' || outcome.kind === 'repeated' ? outcome : undefined;
  const checked = useQuery({
    queryKey: ['proof', placed?.receipt],
    queryFn: async () => ofName(checkReceipt(placed!.receipt!, await fetchPolicy()), placed!.name),
    enabled: placed?.receipt !== undefined,
  });
  if (outcome.kind === 'refused') return <RefusalWords refused={outcome} />;
  if (outcome.kind === 'unsigned') return <p role="status">{say('keys.unsigned')}</p>;
  if (outcome.kind === 'malformed') return <Paragraph role="alert">{outcome.detail}</Paragraph>;
  if (placed?.receipt === undefined) {
    return (
      <>
        <p role="status">{say(outcome.kind === 'pending' ? 'desk.pending' : 'desk.busy')}</p>
        {'name' in outcome && <RecordLink entry={outcome.name ?? ''} />}
      </>
    );
  }
  return (
    <>
      <p role="status">{say('desk.signed')}</p>
      {checked.data !== undefined && (
        <ReceiptVerdict checked={checked.data} isMine>
          {checked.data.ok && <RecordLink entry={String(checked.data.index)} />}
        </ReceiptVerdict>
      )}
    </>
  );
}

/** `entry`: its number, or its name where it has none yet. */
function RecordLink({ entry }: { readonly entry: string }) {
  const say = useWords();
  return (
    <p>
      <Link to="/entries/$ref" params={{ ref: entry }}>
        {say('submitted.see')}
      </Link>
    </p>
  );
}

/** A receipt of another act proves nothing of this one. */
function ofName(checked: CheckedReceipt, name: string): CheckedReceipt {
  return checked.ok && checked.transaction.name !== name ? { ok: false, code: 'extra-malformed', detail: name } : checked;
}

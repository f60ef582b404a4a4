/** What a receipt proves, in words no stronger than the proof; or what exactly fails. */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import { isTrainingOrigin } from '@tabularium/log';
import type { VerifiedReceipt } from '@tabularium/verify';
import type { ReactNode } from 'react';
import { codeWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import type { CheckedReceipt } from './check.ts';
import { ledgerIn } from './cosigner-name.ts';
import { Cosigners, ExactNames } from './cosigners.tsx';
import { ReceiptFailure } from './failure.tsx';
import type { Signer } from './steps.ts';

interface ReceiptVerdictProps {
  readonly checked: CheckedReceipt;
  /** Where a signature does not fit, whose. */
  readonly by?: Signer | undefined;
  /** Whoever reads it has just signed it. */
  readonly isMine?: boolean;
  /** Where it fails, said first. */
  readonly lead?: ReactNode;
  /** Where it holds, said last. */
  readonly children?: ReactNode;
}

export function ReceiptVerdict({ checked, by, isMine, lead, children }: ReceiptVerdictProps) {
  const say = useWords();
  if (!checked.ok) return <ReceiptFailure refused={checked} by={by} lead={lead} />;
  const isTraining = isTrainingOrigin(checked.checkpoint.origin);
  return (
    <Alert data-color={isTraining ? 'warning' : 'success'} role="status">
      <Heading level={2} data-size="2xs">
        {say('verdict.holds')}
      </Heading>
      {isTraining && <NoEffect />}
      <VerdictWords checked={checked} isMine={isMine === true} />
      {children}
    </Alert>
  );
}

/** What exactly a receipt that holds proves, and what it does not. `isMine`: whoever reads it has just signed it. */
export function VerdictWords({ checked, isMine = false }: { readonly checked: VerifiedReceipt; readonly isMine?: boolean }) {
  const say = useWords();
  const { index, checkpoint, cosigners } = checked;
  const { origin, size } = checkpoint;
  return (
    <>
      <Paragraph>
        {say(isMine ? 'verdict.you-signed' : 'verdict.signed')}{' '}
        {say('verdict.accepted', { ledger: codeWords(ledgerIn(origin)), index, size })}
      </Paragraph>
      <Cosigners cosigners={cosigners} />
      <Paragraph data-size="sm">{say('verdict.not-proven')}</Paragraph>
      <ExactNames {...{ origin, cosigners }} />
    </>
  );
}

/** Whatever a ledger for training proves. */
export function NoEffect() {
  const say = useWords();
  return (
    <Paragraph>
      <b>{say('verdict.training')}</b>
    </Paragraph>
  );
}

/** What a receipt proves, in words no stronger than the proof; or what exactly fails. */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import { isTrainingOrigin } from '@tabularium/log';
import type { VerifiedReceipt } from '@tabularium/verify';
import { When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import type { CheckedReceipt } from './check.ts';
import { ReceiptFailure } from './failure.tsx';
import type { Signer } from './steps.ts';

/** `by`: where a signature does not fit, whose. */
export function ReceiptVerdict({ checked, by }: { readonly checked: CheckedReceipt; readonly by?: Signer | undefined }) {
  const say = useWords();
  if (!checked.ok) return <ReceiptFailure refused={checked} by={by} />;
  const isTraining = isTrainingOrigin(checked.checkpoint.origin);
  return (
    <Alert data-color={isTraining ? 'warning' : 'success'} role="status">
      <Heading level={2} data-size="2xs">
        {say('verdict.holds')}
      </Heading>
      {isTraining && <NoEffect />}
      <VerdictWords checked={checked} />
    </Alert>
  );
}

/** What exactly a receipt that holds proves, and what it does not. */
export function VerdictWords({ checked: { index, checkpoint, cosigners } }: { readonly checked: Extract<CheckedReceipt, { ok: true }> }) {
  const say = useWords();
  return (
    <>
      <Paragraph>{say('verdict.proves', { ledger: checkpoint.origin, index, size: checkpoint.size })}</Paragraph>
      <Cosigners cosigners={cosigners} />
      <Paragraph data-size="sm">{say('verdict.not-proven')}</Paragraph>
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

export function Cosigners({ cosigners }: Pick<VerifiedReceipt, 'cosigners'>) {
  const say = useWords();
  return (
    <ul>
      {cosigners.map(({ name, time }) => (
        <li key={name}>
          {say('verdict.cosigned', { name })} <When time={time * 1_000} withClock />
        </li>
      ))}
    </ul>
  );
}

/** What a receipt proves, in words no stronger than the proof; or what exactly fails. */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import { When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import type { CheckedReceipt } from './check.ts';

export function ReceiptVerdict({ checked }: { readonly checked: CheckedReceipt }) {
  const say = useWords();
  if (!checked.ok)
    return (
      <Alert data-color="danger" role="alert">
        <Heading level={2} data-size="2xs">
          {say('verdict.fails')}
        </Heading>
        <Paragraph>{checked.detail}</Paragraph>
        <Paragraph>{say('verdict.fails-means')}</Paragraph>
      </Alert>
    );
  const { index, checkpoint, cosigners } = checked;
  return (
    <Alert data-color="success" role="status">
      <Heading level={2} data-size="2xs">
        {say('verdict.holds')}
      </Heading>
      <Paragraph>{say('verdict.proves', { ledger: checkpoint.origin, index, size: checkpoint.size })}</Paragraph>
      <ul>
        {cosigners.map(({ name, time }) => (
          <li key={name}>
            {say('verdict.cosigned', { name })} <When time={time * 1_000} withClock />
          </li>
        ))}
      </ul>
      <Paragraph data-size="sm">{say('verdict.not-proven')}</Paragraph>
    </Alert>
  );
}

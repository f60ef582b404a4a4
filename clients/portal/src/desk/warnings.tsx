/** What no rule forbids, and whoever signs should know: told by the dry run, before the button. */
import { Alert, Heading } from '@digdir/designsystemet-react';
import type { CheckWarning } from '@tabularium/sdk';
import { useWords } from '../words/use-words.ts';

export function Warnings({ of }: { readonly of: readonly CheckWarning[] | undefined }) {
  const say = useWords();
  if (of === undefined || of.length === 0) return null;
  return (
    <Alert data-color="warning" role="note">
      <Heading level={3} data-size="2xs">
        {say('desk.warns')}
      </Heading>
      <ul>
        {of.map(({ code, text }) => (
          <li key={code + text}>{text}</li>
        ))}
      </ul>
    </Alert>
  );
}

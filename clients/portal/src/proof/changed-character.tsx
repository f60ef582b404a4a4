/** For whoever wants to see that a change is noticed: one character of the receipt changed, said where the check fails, and put back. */
import { Button, Paragraph } from '@digdir/designsystemet-react';
import { useWords } from '../words/use-words.ts';
import type { Pasted } from './use-pasted.ts';

export function ChangedCharacter({ of: { changed, change, putBack } }: { readonly of: Pasted }) {
  const say = useWords();
  if (changed === undefined)
    return (
      <p>
        <Button variant="secondary" onClick={change}>
          {say('verify.change-one')}
        </Button>
      </p>
    );
  return (
    <>
      <Paragraph>
        <strong>{say('verify.changed-one', { ...changed })}</strong>
      </Paragraph>
      <p>
        <Button variant="secondary" onClick={putBack}>
          {say('verify.put-back')}
        </Button>
      </p>
    </>
  );
}

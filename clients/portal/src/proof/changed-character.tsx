/** For whoever wants to see that a change is noticed: one character of the receipt changed, said where the check fails, and put back. */
import { Button, Paragraph } from '@digdir/designsystemet-react';
import { useWords } from '../words/use-words.ts';
import type { Pasted } from './use-pasted.ts';

/** Characters shown on either side of the changed one. */
const BESIDE = 18;

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
  const { text, at, was, now } = changed;
  return (
    <>
      <Paragraph>
        <strong>{say('verify.changed-means')}</strong>
      </Paragraph>
      <Paragraph>
        {say('verify.changed-one', { at, was, now })}{' '}
        <code className="changed-character">
          …{text.slice(Math.max(0, at - 1 - BESIDE), at - 1)}
          <mark>{now}</mark>
          {text.slice(at, at + BESIDE)}…
        </code>
      </Paragraph>
      <p className="put-back">
        <Button variant="secondary" onClick={putBack}>
          {say('verify.put-back')}
        </Button>
      </p>
    </>
  );
}

/** Whether a proven entry or record names the document that was given too: by its fingerprint, as hex or base64url. */
import { Alert, Paragraph } from '@digdir/designsystemet-react';
import { useWords } from '../words/use-words.ts';
import { namesDigest } from './names-digest.ts';

export function DocumentNamed({ digest, within }: { readonly digest: string; readonly within: unknown }) {
  const say = useWords();
  const named = namesDigest(within, digest);
  return (
    <Alert data-color={named ? 'success' : 'warning'} role="status">
      <Paragraph>{say(named ? 'document.named' : 'document.not-named')}</Paragraph>
      <Paragraph data-size="sm">
        <code>{digest}</code>
      </Paragraph>
    </Alert>
  );
}

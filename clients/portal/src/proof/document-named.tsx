/** Whether a proven entry or record names a file that was given too, and as what: by its fingerprint, bare or hidden by one of the salts given. */
import { Alert, Paragraph } from '@digdir/designsystemet-react';
import { useWords } from '../words/use-words.ts';
import { fileDigest } from './file-digest.ts';
import { memberNaming } from './names-digest.ts';
import type { GivenFile } from './use-checks.ts';

interface DocumentNamedProps {
  readonly file: GivenFile;
  /** Hex. */
  readonly salts: readonly string[];
  readonly within: unknown;
}

export function DocumentNamed({ file: { name, bytes }, salts, within }: DocumentNamedProps) {
  const say = useWords();
  const digests = [undefined, ...salts].map((salt) => fileDigest(bytes, salt));
  const digest = digests.find((one) => memberNaming(within, one) !== undefined);
  const member = digest === undefined ? undefined : memberNaming(within, digest);
  const words = member === undefined ? 'document.not-named' : member === 'report' ? 'document.named-report' : 'document.named';
  return (
    <Alert data-color={member === undefined ? 'warning' : 'success'} role="status">
      <Paragraph>{say(words, { name })}</Paragraph>
      <Paragraph data-size="sm">
        <code>{digest ?? digests[0]}</code>
      </Paragraph>
    </Alert>
  );
}

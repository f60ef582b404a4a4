/** For one who is new, or has lost every key: make keys here, and hand their public half to whoever may enrol them. */
import './keys.css';
import { Alert, Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { checkCharacters, enrolmentLink, KEYS_NEEDED } from './enrolment.ts';
import { MakePasskey } from './make-passkey.tsx';
import type { NewPasskey } from './passkey.ts';

export function NewKeys() {
  const say = useWords();
  const [made, setMade] = useState<readonly NewPasskey[]>([]);
  return (
    <>
      <Heading level={1}>{say('keys.new-here')}</Heading>
      <Paragraph className="lead">{say('keys.new-lead')}</Paragraph>
      <section className="part">
        <Heading level={2} data-size="sm">
          {say('keys.step-make')}
        </Heading>
        <Paragraph>{say('keys.why-two')}</Paragraph>
        <MakePasskey
          label={`${made.length + 1}`}
          button={say(made.length === 0 ? 'keys.make' : 'keys.make-another')}
          onMade={(one) => setMade([...made, one])}
        />
        <p role="status">{say('keys.made-count', { made: made.length, needed: KEYS_NEEDED })}</p>
      </section>
      {made.length >= KEYS_NEEDED && <HandOver made={made} />}
      <p className="links">
        <Link to="/keys">{say('keys.back')}</Link>
      </p>
    </>
  );
}

function HandOver({ made }: { readonly made: readonly NewPasskey[] }) {
  const say = useWords();
  const [isCopied, setCopied] = useState(false);
  const keys = made.map(({ key }) => key);
  const link = enrolmentLink(keys);
  const characters = useQuery({ queryKey: ['check-characters', link], queryFn: () => checkCharacters(keys) });
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <section className="part">
      <Heading level={2} data-size="sm">
        {say('keys.step-hand')}
      </Heading>
      <Paragraph>{say('keys.hand-lead')}</Paragraph>
      <textarea className="code" readOnly rows={4} aria-label={say('keys.link')} value={link} />
      <p className="links">
        <Button variant="secondary" onClick={() => void copy()}>
          {say('keys.copy')}
        </Button>
        <span role="status">{isCopied && say('keys.copied')}</span>
      </p>
      <Alert data-color="info">
        <Paragraph>
          {say('keys.read-aloud')} <strong className="code">{characters.data}</strong>
        </Paragraph>
      </Alert>
      <Paragraph className="note">{say('keys.then-sign-in')}</Paragraph>
    </section>
  );
}

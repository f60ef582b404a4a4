/** The one button that makes a passkey, or why there can be none here. */
import { Alert, Button, Paragraph } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { office } from '../data/api.ts';
import { useWords } from '../words/use-words.ts';
import { isDeclined, makePasskey, type NewPasskey, whyNoPasskey } from './passkey.ts';

interface MakePasskeyProps {
  /** What the device shows beside it, after the office's name. */
  readonly label: string;
  readonly button: string;
  readonly onMade: (made: NewPasskey) => void;
}

export function MakePasskey({ label, button, onMade }: MakePasskeyProps) {
  const say = useWords();
  const { office: name } = useSuspenseQuery(office).data;
  const [trouble, setTrouble] = useState<'keys.not-made' | 'keys.wrong-kind'>();
  const make = async (): Promise<void> => {
    setTrouble(undefined);
    try {
      onMade(await makePasskey([name, label].filter((one) => one !== '').join(' · ')));
    } catch (error) {
      setTrouble(isDeclined(error) ? 'keys.not-made' : 'keys.wrong-kind');
    }
  };
  if (whyNoPasskey() !== undefined) return <NoPasskeyHere />;
  return (
    <>
      <p>
        <Button variant="secondary" onClick={() => void make()}>
          {button}
        </Button>
      </p>
      {trouble !== undefined && <p role="alert">{say(trouble)}</p>}
    </>
  );
}

/** Why, and where there can be one: a page at an address of digits is at `localhost` too where it is this very machine. */
export function NoPasskeyHere() {
  const say = useWords();
  const why = whyNoPasskey();
  if (why === undefined) return null;
  const here = new URL(location.href);
  const isThisMachine = ['127.0.0.1', '[::1]'].includes(here.hostname);
  here.hostname = 'localhost';
  return (
    <Alert data-color="info">
      <Paragraph>
        {say(`keys.none-${why}`)} {why === 'no-name' && isThisMachine && <a href={here.href}>{here.host}</a>}
      </Paragraph>
    </Alert>
  );
}

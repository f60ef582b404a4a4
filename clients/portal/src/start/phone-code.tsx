/** The payment's page on a phone: a code that its camera opens, for whoever wants to check on a device of their own. */
import { Card, Heading } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { demoStory } from './demo-story.ts';

/** Addresses that mean this very device. */
const HERE = /^(localhost|127\.|\[::1\])/;

export function PhoneCode() {
  const say = useWords();
  const { street } = useSuspenseQuery(demoStory).data;
  const address = `${location.origin}/entries/${street.entry}`;
  const code = useQuery({ queryKey: ['code', address], queryFn: () => drawn(address), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card className="phone">
      <Card.Block>
        <Heading level={2} data-size="xs">
          {say('citizen.phone')}
        </Heading>
        {code.data === undefined ? <Waiting /> : <img src={code.data} alt={say('citizen.phone-code')} width={180} height={180} />}
        <p>{say('citizen.phone-see')}</p>
        {HERE.test(location.host) && <p className="note">{say('citizen.phone-here')}</p>}
        <p className="note">
          <a href={address}>{address}</a>
        </p>
      </Card.Block>
    </Card>
  );
}

/** As the address of a picture. */
async function drawn(text: string): Promise<string> {
  const { encodeQR } = await import('qr');
  return `data:image/svg+xml,${encodeURIComponent(encodeQR(text, 'svg', { border: 4 }))}`;
}

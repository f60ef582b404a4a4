/** A passkey more: the device makes it, the key that signs here says that it is mine, and from then on it can sign. */
import { Button, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { MakePasskey } from './make-passkey.tsx';
import { type Me, signWith, me as whoIAm } from './me.ts';
import type { NewPasskey } from './passkey.ts';
import { SignThis } from './sign-this.tsx';

export function AddPasskey({ me }: { readonly me: Me }) {
  const say = useWords();
  const queries = useQueryClient();
  const [made, setMade] = useState<NewPasskey>();
  const use = async (): Promise<void> => {
    await signWith(made!.handle, me);
    setMade(undefined);
    await queries.invalidateQueries({ queryKey: whoIAm.queryKey });
  };
  return (
    <section className="part">
      <Heading level={2} data-size="sm">
        {say('keys.add')}
      </Heading>
      <Paragraph className="note">{say('keys.what-is')}</Paragraph>
      {made === undefined ? (
        <MakePasskey label={me.officer} button={say('keys.make')} onMade={setMade} />
      ) : (
        <Card>
          <Card.Block>
            <Paragraph>{say('keys.made')}</Paragraph>
            <SignThis
              me={me}
              request={{ action: 'kernel.key.add', body: { key: { ...made.key, jwk: { ...made.key.jwk } } } }}
              said={[
                [say('keys.you-sign'), say('keys.sign-add')],
                [say('keys.works-at'), made.key.origins[0]],
                [say('keys.which'), made.handle.kid.slice(0, 8)],
              ]}
              onCancel={() => setMade(undefined)}
              then={
                <p>
                  <Button onClick={() => void use()}>{say('keys.use-here')}</Button>
                </p>
              }
            />
          </Card.Block>
        </Card>
      )}
    </section>
  );
}

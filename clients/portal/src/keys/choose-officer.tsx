/** In a demo: whose desk this is, by one click. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { codeWords, rolesWords } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { become, type Invented, inventedOfficers, me } from './me.ts';

export function ChooseOfficer() {
  const say = useWords();
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: ['invented'], queryFn: inventedOfficers, staleTime: Number.POSITIVE_INFINITY });
  if (data === undefined) return <Waiting />;
  if (data.length === 0) return <Paragraph>{say('desk.no-key')}</Paragraph>;
  const choose = async (one: Invented): Promise<void> => {
    await become(one);
    await queries.invalidateQueries({ queryKey: me.queryKey });
  };
  return (
    <section>
      <Heading level={2} data-size="sm">
        {say('desk.choose')}
      </Heading>
      <Paragraph className="note">{say('desk.invented')}</Paragraph>
      <ul className="people">
        {data.map((one) => (
          <li key={one.officer}>
            <Button variant="secondary" onClick={() => void choose(one)}>
              {rolesWords(one.roles) || codeWords(one.officer)}
            </Button>
            <span className="sub">{one.officer}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

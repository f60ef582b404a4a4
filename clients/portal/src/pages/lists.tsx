/** Every list that the office's modules show, by module. */
import { Card, Heading } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { office } from '../data/api.ts';
import { useWords } from '../words/use-words.ts';

export function Lists() {
  const say = useWords();
  const { modules } = useSuspenseQuery(office).data;
  return (
    <>
      <Heading level={1}>{say('lists.title')}</Heading>
      <p className="lead">{say('lists.lead')}</p>
      <p className="links">
        <Link to="/offices">{say('offices.title')}</Link>
        <Link to="/data">{say('data.title')}</Link>
        <Link to="/blocks">{say('blocks.title')}</Link>
      </p>
      <div className="cards">
        {modules.map(({ name, title, lists }) => (
          <Card key={name}>
            <Card.Block>
              <Heading level={2} data-size="sm">
                {title}
              </Heading>
              <ul className="plain">
                {Object.entries(lists).map(([view, list]) => (
                  <li key={view}>
                    <Link to="/lists/$module/$view" params={{ module: name, view }}>
                      {list.title}
                    </Link>
                  </li>
                ))}
              </ul>
            </Card.Block>
          </Card>
        ))}
      </div>
    </>
  );
}

/** Who does what here: every office with the roles held in it, by what the charter says, and nobody's name. */
import { Card, Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { offices } from '../data/offices.ts';
import { codeWords } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';

export function Offices() {
  const say = useWords();
  const { data, error } = useQuery(offices);
  return (
    <>
      <Heading level={1}>{say('offices.title')}</Heading>
      <p className="lead">{say('offices.lead')}</p>
      <p className="note">{say('offices.no-names')}</p>
      {error !== null && <p role="alert">{say('list.failed')}</p>}
      {data === undefined ? (
        error === null && <Waiting />
      ) : (
        <div className="cards">
          {data.offices.map(({ office, agency, roles }) => (
            <Card key={office}>
              <Card.Block>
                <Heading level={2} data-size="sm">
                  {codeWords(office)}
                </Heading>
                <p className="note">{codeWords(agency)}</p>
                <ul className="plain">
                  {roles.map(({ role, entries }) => (
                    <li key={role}>
                      <Link to="/offices/$office/$role" params={{ office, role }}>
                        {codeWords(role)}
                      </Link>
                      <span className="sub">{say('offices.acts', { count: entries })}</span>
                    </li>
                  ))}
                </ul>
              </Card.Block>
            </Card>
          ))}
        </div>
      )}
    </>
  );
}

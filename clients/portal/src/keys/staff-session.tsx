/** Staff sign-in: who looks. It shows what only staff may see and does nothing in anybody's name: that takes a key. */
import './keys.css';
import { Alert, Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { getJson } from '../data/api.ts';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';

/** `GET /auth/session`. */
interface StaffSession {
  /** Whether this office has said who its staff are. */
  readonly available: boolean;
  readonly signedIn: boolean;
  readonly officer?: string;
  readonly isOperator?: boolean;
  readonly csrf?: string;
}

const TROUBLES = ['failed', 'stranger', 'unreachable'] as const;
const QUERY_KEY = ['staff-session'];

export function StaffSignIn() {
  const say = useWords();
  const queries = useQueryClient();
  const { trouble } = useSearch({ strict: false }) as { readonly trouble?: string };
  const { data } = useQuery({ queryKey: QUERY_KEY, queryFn: () => getJson<StaffSession>('/auth/session'), staleTime: 0 });
  const known = TROUBLES.find((one) => one === trouble);
  const leave = async (): Promise<void> => {
    await fetch('/auth/logout', { method: 'POST', headers: { 'x-csrf-token': data!.csrf! } });
    await queries.invalidateQueries({ queryKey: QUERY_KEY });
  };
  return (
    <>
      <Heading level={1}>{say('staff.title')}</Heading>
      <Paragraph className="lead">{say('staff.lead')}</Paragraph>
      {known !== undefined && data?.signedIn === false && (
        <Alert data-color="warning" role="alert">
          <Paragraph>{say(`staff.${known}`)}</Paragraph>
        </Alert>
      )}
      {data === undefined && <Waiting />}
      {data?.available === false && <Paragraph>{say('staff.none')}</Paragraph>}
      {data?.available === true && !data.signedIn && (
        <p>
          <Button asChild>
            <a href="/auth/login?to=/sign-in">{say('staff.sign-in')}</a>
          </Button>
        </p>
      )}
      {data?.signedIn === true && (
        <>
          <Paragraph role="status">
            {data.officer === undefined ? say('staff.signed-in') : say('staff.signed-in-as', { officer: data.officer })}
          </Paragraph>
          <p>
            <Button variant="secondary" onClick={() => void leave()}>
              {say('staff.sign-out')}
            </Button>
          </p>
        </>
      )}
      <p className="links">
        <Link to="/keys">{say('keys.title')}</Link>
        <Link to="/desk">{say('desk.title')}</Link>
      </p>
    </>
  );
}

/** Whose desk this device is just now, with which kind of key, and the way out. */
import './keys.css';
import { Button } from '@digdir/designsystemet-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { codeWords, seatWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { leave, type Me, me as whoIAm } from './me.ts';

export function WhoseDesk({ me: { officer, roles, keyKind } }: { readonly me: Me }) {
  const say = useWords();
  const queries = useQueryClient();
  const stop = async (): Promise<void> => {
    await leave();
    await queries.invalidateQueries({ queryKey: whoIAm.queryKey });
  };
  return (
    <p className="note links whose">
      <span>
        <strong>{roles.map(seatWords).join(' · ') || codeWords(officer)}</strong>: {say(`keys.signs-with-${keyKind}`)}
      </span>
      <Link to="/keys">{say('keys.title')}</Link>
      <Button variant="tertiary" data-size="sm" onClick={() => void stop()}>
        {say('desk.leave')}
      </Button>
    </p>
  );
}

/** One box to find a record by its number, its name, or words of it. */
import { Button, Search } from '@digdir/designsystemet-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useWords } from '../words/use-words.ts';

const BY_REF = /^(?:[0-9]{1,15}|[A-Za-z0-9_-]{43})$/;

export function FindBox() {
  const say = useWords();
  const navigate = useNavigate();
  const [sought, setSought] = useState('');
  const find = (event: FormEvent): void => {
    event.preventDefault();
    const text = sought.trim();
    if (BY_REF.test(text)) void navigate({ to: '/entries/$ref', params: { ref: text } });
    else if (text !== '')
      void navigate({ to: '/lists/$module/$view', params: { module: 'treasury', view: 'lines' }, search: { search: text } });
  };
  return (
    <search>
      <form className="find" onSubmit={find}>
        <Search>
          <Search.Input
            aria-label={say('find.label')}
            placeholder={say('find.label')}
            value={sought}
            onChange={(event) => setSought(event.target.value)}
          />
          <Search.Clear aria-label={say('find.clear')} onClick={() => setSought('')} />
        </Search>
        <Button type="submit">{say('find.go')}</Button>
      </form>
    </search>
  );
}

/** One box for whatever somebody seeks: a number, a name, words, an amount, a day. */
import { Button, Search } from '@digdir/designsystemet-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useWords } from '../words/use-words.ts';

export function FindBox({ initial = '' }: { readonly initial?: string }) {
  const say = useWords();
  const navigate = useNavigate();
  const [sought, setSought] = useState(initial);
  const find = (event: FormEvent): void => {
    event.preventDefault();
    const q = sought.trim();
    if (q !== '') void navigate({ to: '/search', search: { q } });
  };
  return (
    <search>
      <form className="find" onSubmit={find}>
        <Search>
          <Search.Input
            aria-label={say('find.label')}
            placeholder={say('find.brief')}
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

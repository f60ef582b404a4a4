/** Whose desk this device is, and one click to be another invented officer. */
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { become, type Invented, me as whoIAm } from '../keys/me.ts';
import { rolesWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { invented } from './invented.ts';

export function ActAs() {
  const say = useWords();
  const queries = useQueryClient();
  const { data: people } = useSuspenseQuery(invented);
  const { data: me } = useQuery(whoIAm);
  const list = useRef<HTMLDetailsElement>(null);
  const choose = async (one: Invented): Promise<void> => {
    await become(one);
    await queries.invalidateQueries({ queryKey: whoIAm.queryKey });
    if (list.current === null) return;
    list.current.open = false;
    list.current.querySelector('summary')?.focus();
  };
  return (
    <details className="act-as" ref={list}>
      <summary>{me == null ? say('start.act-as') : say('start.acting-as', { role: rolesWords(me.roles) || me.officer })}</summary>
      <ul>
        {people.map((one) => (
          <li key={one.officer}>
            <button type="button" aria-pressed={one.officer === me?.officer} onClick={() => void choose(one)}>
              {rolesWords(one.roles)} <span className="sub">{one.officer}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

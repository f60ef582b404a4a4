/** On a record's page, for whoever may put it right: the way to do so. Nobody else sees it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { me as whoIAm } from '../../keys/me.ts';
import { useWords } from '../../words/use-words.ts';
import { CORRECT, entitled, formOf, forms } from '../desk-data.ts';

export function CorrectLink({ stateKey }: { readonly stateKey: string }) {
  const say = useWords();
  const { data: me } = useQuery(whoIAm);
  const { data: all = [] } = useQuery(forms);
  const { data: right } = useQuery({ ...entitled(me?.officer ?? ''), enabled: me !== undefined && me !== null });
  const may = right?.actions.some(({ action }) => action === CORRECT) === true;
  if (!may || formOf(all, { action: CORRECT, body: { key: stateKey } }) === undefined) return null;
  return (
    <p className="links">
      <Link to="/desk/correct/$" params={{ _splat: stateKey }}>
        {say('correct.link')}
      </Link>
    </p>
  );
}

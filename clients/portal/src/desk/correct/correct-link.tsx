/** On a record's page, for whoever may put it right or carry out a court's order on it: the way to do so. Nobody else sees it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { me as whoIAm } from '../../keys/me.ts';
import { useWords } from '../../words/use-words.ts';
import { CORRECT, entitled, formOf, forms } from '../desk-data.ts';

const ORDER = 'kernel.order.execute';

export function CorrectLink({ stateKey }: { readonly stateKey: string }) {
  const say = useWords();
  const { data: me } = useQuery(whoIAm);
  const { data: all = [] } = useQuery(forms);
  const { data: right } = useQuery({ ...entitled(me?.officer ?? ''), enabled: me !== undefined && me !== null });
  const mine = new Set(right?.actions.map(({ action }) => action));
  const [correction, order] = [CORRECT, ORDER].map((action) =>
    mine.has(action) ? formOf(all, { action, body: { key: stateKey } }) : undefined,
  );
  if (correction === undefined && order === undefined) return null;
  return (
    <p className="links">
      {correction !== undefined && (
        <Link to="/desk/correct/$" params={{ _splat: stateKey }}>
          {say('correct.link')}
        </Link>
      )}
      {order !== undefined && (
        <Link to="/desk/do/$module/$form" params={{ module: order.module, form: order.name }} search={{ key: stateKey }}>
          {order.title}
        </Link>
      )}
    </p>
  );
}

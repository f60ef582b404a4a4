/** Many rows that wait for one step: what they come to, what the rules refuse and the largest of them, before one gesture signs the rest. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Me } from '../keys/me.ts';
import { codeWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { BundleLook } from './bundle-look.tsx';
import { entitled, formWithSchema } from './desk-data.ts';
import { DeskPage } from './desk-page.tsx';
import { itemList } from './file/item-list.ts';
import { isWhole, stepsOf } from './waiting-rows.ts';

export function WaitsPage() {
  return <DeskPage>{(me) => <Opened me={me} />}</DeskPage>;
}

function Opened({ me }: { readonly me: Me }) {
  const say = useWords();
  const { module, form: name } = useParams({ from: '/desk/waits/$module/$form' });
  const { data: form } = useSuspenseQuery(formWithSchema(module, name));
  const { data: right } = useSuspenseQuery(entitled(me.officer));
  const [step] = stepsOf([form], right);
  const entitlement = right.actions.find(({ action }) => action === form.action);
  const canBundle = step !== undefined && entitlement !== undefined && isWhole(form.schema, step.pick.items);
  return (
    <>
      <Heading level={1}>{form.title}</Heading>
      <Paragraph className="lead">{form.text}</Paragraph>
      {canBundle ? (
        <BundleLook key={form.action} {...{ me, form, step, right: entitlement }} />
      ) : (
        <Paragraph>{say('form.not-yours')}</Paragraph>
      )}
      <p className="links">
        <Link to="/desk/do/$module/$form" params={{ module, form: name }}>
          {say('bundle.one')}
        </Link>
        {canBundle && itemList(form, codeWords) !== undefined && (
          <Link to="/desk/file/$module/$form" params={{ module, form: name }}>
            {say('file.link')}
          </Link>
        )}
        <Link to="/desk">{say('form.to-inbox')}</Link>
      </p>
    </>
  );
}

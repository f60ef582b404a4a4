/** One operation of the API: folded to its address, unfolded to what it takes and gives, and to trying it. */
import { Tag } from '@digdir/designsystemet-react';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { type Operation, type Schema, type SignedAction, typeWords } from './read-openapi.ts';
import { TryIt } from './try-it.tsx';
import { WithCode } from './with-code.tsx';

export function OperationDetail({ operation }: { readonly operation: Operation }) {
  const say = useWords();
  const { id, method, path, summary, description, gives } = operation;
  const isMeant = useLocation({ select: ({ hash }) => hash === id });
  const [isOpen, setOpen] = useState(isMeant);
  useEffect(() => {
    if (isMeant) setOpen(true);
  }, [isMeant]);
  return (
    <details id={id} className="operation" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Tag data-size="sm" data-color={method === 'GET' ? 'accent' : 'neutral'}>
          {method}
        </Tag>
        <code>{path}</code>
        <span className="sub" lang="en">
          {summary}
        </span>
      </summary>
      {isOpen && (
        <div className="inside">
          {description !== '' && (
            <p lang="en">
              <WithCode text={description} />
            </p>
          )}
          <h4>{say('developers.try')}</h4>
          <TryIt operation={operation} />
          <h4>{say('developers.gives')}</h4>
          <dl className="gives" lang="en">
            {gives.map(({ status, description: what, types, schema }) => (
              <div key={status}>
                <dt>
                  <code>{status}</code> <WithCode text={what} /> <span className="sub">{types.join(', ')}</span>
                </dt>
                <dd>
                  <Fields schema={schema} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </details>
  );
}

/** What may be signed: who may, and what the body holds. */
export function ActionDetail({ action: { name, title, description, roles, signers, body } }: { readonly action: SignedAction }) {
  const say = useWords();
  return (
    <details className="operation">
      <summary>
        <code>{name}</code>
        <span className="sub" lang="en">
          {title}
        </span>
      </summary>
      <div className="inside">
        {description !== '' && (
          <p lang="en">
            <WithCode text={description} />
          </p>
        )}
        <p>{say('developers.signers', { signers, roles: roles.join(', ') })}</p>
        <Fields schema={body} />
      </div>
    </details>
  );
}

/** The members of an object, or of what a list holds; one level, for that is what a reader needs to write a call. */
function Fields({ schema }: { readonly schema: Schema | undefined }) {
  const inner = schema?.type === 'array' ? schema.items : schema;
  const members = Object.entries(inner?.properties ?? {});
  if (members.length === 0) return null;
  return (
    <ul className="members" lang="en">
      {members.map(([name, member]) => (
        <li key={name}>
          <code>{name}</code> <span className="sub">{typeWords(member)}</span> <WithCode text={member.description ?? ''} />
          <Nested schema={member} />
        </li>
      ))}
    </ul>
  );
}

function Nested({ schema }: { readonly schema: Schema }) {
  const inner = schema.type === 'array' ? schema.items : schema;
  const members = Object.entries(inner?.properties ?? {});
  if (members.length === 0) return null;
  return (
    <ul className="members">
      {members.map(([name, member]) => (
        <li key={name}>
          <code>{name}</code> <span className="sub">{typeWords(member)}</span> <WithCode text={member.description ?? ''} />
        </li>
      ))}
    </ul>
  );
}

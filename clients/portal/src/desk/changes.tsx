/** What a signature would change, before it is given: what stands now, struck out, and what would stand. */
import { Heading } from '@digdir/designsystemet-react';
import type { CheckVerdict } from '@tabularium/sdk';
import type { Told } from '../data/stories.ts';
import { WORDS } from '../parts/cell.tsx';
import { SaidWords } from '../parts/told.tsx';
import { useWords } from '../words/use-words.ts';

export function Changes({ verdict: { changes = [], more = 0 } }: { readonly verdict: CheckVerdict }) {
  const say = useWords();
  const shown = telling(changes);
  if (shown.length === 0) return null;
  return (
    <div className="changes">
      <Heading level={2} data-size="xs">
        {say('form.changes')}
      </Heading>
      {shown.map(({ key, title, isNew, members }) => (
        <div key={key}>
          <h3>{isNew ? say('form.new-record', { title }) : title}</h3>
          <dl className="facts">
            {members.map(({ label, before, after }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  {before !== undefined && (
                    <del>
                      <Exactly told={before as Told} />
                    </del>
                  )}{' '}
                  {after !== undefined && (
                    <ins>
                      <Exactly told={after as Told} />
                    </ins>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      {more > 0 && <p className="note">{say('form.more-records', { more })}</p>}
    </div>
  );
}

/** As everywhere, but codes and numbers in full: what somebody signs is not shortened. */
function Exactly({ told }: { readonly told: Told }) {
  const text = String(told.value);
  return told.as === 'code' && !WORDS.test(text) ? <bdi className="as-written">{text}</bdi> : <SaidWords told={told} />;
}

/** Whether there is anything to see. */
export function tellsChanges({ changes = [] }: CheckVerdict): boolean {
  return telling(changes).length > 0;
}

/** Accounts follow from what else changes, and are told where nothing else does. */
export function telling(changes: NonNullable<CheckVerdict['changes']>): NonNullable<CheckVerdict['changes']> {
  const all = changes
    .map((change) => ({ ...change, members: change.members.filter((one) => !isNothing(one)) }))
    .filter(({ members }) => members.length > 0);
  const plain = all.filter(({ key }) => key.split('/')[1] !== 'account');
  return plain.length > 0 ? plain : all;
}

/** From the foot of the window, where one signs, to what it will change. */
export function SeeChanges() {
  const say = useWords();
  return (
    <button
      type="button"
      className="plain see-changes"
      onClick={() => document.querySelector('.form .changes')?.scrollIntoView({ block: 'center' })}
    >
      {say('form.see-changes')}
    </button>
  );
}

/** A new record's sums that are nought say nothing. */
function isNothing({ before, after }: { readonly before?: unknown; readonly after?: unknown }): boolean {
  const { as, value } = (after ?? {}) as Partial<Told>;
  return before === undefined && as === 'money' && value === '0';
}

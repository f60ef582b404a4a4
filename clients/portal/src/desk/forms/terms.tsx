/** In which role this is signed; and, where one signature is not enough, whose else is needed and until when. */
import { rolesWords, seatWords } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import type { Entitled } from '../desk-data.ts';

export function Terms({ right, action }: { readonly right: Entitled; readonly action: string }) {
  const say = useWords();
  const mine = right.actions.find((one) => one.action === action)!;
  const giver = right.mandates.find(({ id }) => id === mine.for)?.by;
  return (
    <>
      {mine.as !== undefined && (
        <p className="note">
          {giver === undefined ? say('form.as', { role: seatWords(mine.as) }) : say('form.as-deputy', { role: seatWords(mine.as), giver })}
        </p>
      )}
      {mine.signers > 1 && (
        <p>{say('form.proposal', { count: mine.signers - 1, roles: rolesWords(mine.roles), days: right.proposalDays })}</p>
      )}
    </>
  );
}

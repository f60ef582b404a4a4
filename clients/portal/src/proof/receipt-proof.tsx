/** On an act's page: whether its proof holds, checked here, and the proof to take away. */
import { isTrainingOrigin } from '@tabularium/log';
import { useQuery } from '@tanstack/react-query';
import { useLanguage, useWords } from '../words/use-words.ts';
import { CalmVerdict } from './calm-verdict.tsx';
import { fetchAndCheckReceipt } from './check.ts';
import { ReceiptVerdict, VerdictWords } from './receipt-verdict.tsx';

export function ReceiptProof({ name }: { readonly name: string }) {
  const say = useWords();
  const language = useLanguage();
  const { data, error } = useQuery({ queryKey: ['proof', name], queryFn: () => fetchAndCheckReceipt(name) });
  if (error !== null) return <p className="note">{say('proof.not-now')}</p>;
  if (data === undefined) return <p className="note">{say('proof.checking')}</p>;
  const links = (
    <p className="links">
      <a href={`/api/v1/receipts/${name}`} download={`${name}.tlog-proof`}>
        {say('proof.download')}
      </a>
      <a href={`/api/v1/certificates/${name}.pdf?lang=${language}`} type="application/pdf">
        {say('proof.certificate')}
      </a>
      <a href="/log/policy" download="policy.txt">
        {say('proof.policy')}
      </a>
    </p>
  );
  // What fails, and what has no effect, is told in full; what holds, in one line.
  return data.ok && !isTrainingOrigin(data.checkpoint.origin) ? (
    <CalmVerdict said={say('verdict.holds')}>
      <VerdictWords checked={data} />
      {links}
    </CalmVerdict>
  ) : (
    <>
      <ReceiptVerdict checked={data} />
      {links}
    </>
  );
}

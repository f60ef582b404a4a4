/** One act on one's own keys: what is signed, word for word, one button, and what became of it. */
import './keys.css';
import { Button } from '@digdir/designsystemet-react';
import { type ActionRequest, Ledger } from '@tabularium/sdk';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { office } from '../data/api.ts';
import { SignedOutcome } from '../desk/signed-outcome.tsx';
import { useWords } from '../words/use-words.ts';
import type { Me } from './me.ts';
import { type Signed, signAndSend } from './sign-and-send.ts';

interface SignThisProps {
  readonly me: Me;
  readonly request: ActionRequest;
  /** What is signed, as rows of a list of facts. */
  readonly said: readonly (readonly [label: string, value: ReactNode])[];
  readonly onCancel?: () => void;
  /** Shown once it is recorded. */
  readonly then?: ReactNode;
}

export function SignThis({ me, request, said, onCancel, then }: SignThisProps) {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const [outcome, setOutcome] = useState<Signed>();
  const [isSigning, setSigning] = useState(false);
  const verdict = useQuery({
    queryKey: ['ledger', 'may-sign', me.signer.kid, JSON.stringify(request)],
    queryFn: () => new Ledger({ url: location.origin, origin }).check(request, me.signer.kid),
    enabled: outcome === undefined,
  }).data;
  const isRecorded = outcome?.kind === 'accepted' || outcome?.kind === 'repeated';
  const sign = async (): Promise<void> => {
    setSigning(true);
    setOutcome(await signAndSend(request, me, origin));
    setSigning(false);
  };
  return (
    <>
      <dl className="facts">
        {said.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {outcome !== undefined && <SignedOutcome outcome={outcome} />}
      {isRecorded ? (
        then
      ) : (
        <p className="links acts">
          {verdict?.kind === 'refused' && outcome === undefined ? (
            <span role="alert">{verdict.text ?? verdict.detail}</span>
          ) : (
            <Button disabled={isSigning || verdict === undefined} onClick={() => void sign()}>
              {say('desk.sign')}
            </Button>
          )}
          {onCancel !== undefined && (
            <Button variant="tertiary" onClick={onCancel}>
              {say('keys.cancel')}
            </Button>
          )}
        </p>
      )}
    </>
  );
}

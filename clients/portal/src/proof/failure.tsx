/** What exactly fails in a proof, in plain words, with what it may mean. */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { FactVerifyCode, ReceiptVerifyCode, RefusedFact, RefusedReceipt } from '@tabularium/verify';
import type { ReactNode } from 'react';
import { type Say, useWords } from '../words/use-words.ts';
import { CheckedSteps } from './checked-steps.tsx';
import type { CheckedStamp } from './stamp-check.ts';
import { FACT_STEP_OF, FACT_STEPS, RECEIPT_STEPS, type Signer, STEP_OF } from './steps.ts';

/** The verifier's reason in the reader's language; `by`: whose signature it is that does not fit. */
function whyWords(say: Say, code: ReceiptVerifyCode | FactVerifyCode, by?: Signer): string {
  return by === undefined ? say(`fails.${code}`) : say('fails.signature-by', { by: by.name });
}

export function ReceiptFailure({ refused, by }: { readonly refused: RefusedReceipt; readonly by?: Signer | undefined }) {
  const say = useWords();
  return (
    <Failure>
      <CheckedSteps steps={RECEIPT_STEPS} fails={{ step: by?.step ?? STEP_OF[refused.code], why: whyWords(say, refused.code, by) }} />
    </Failure>
  );
}

export function FactFailure({ refused, by }: { readonly refused: RefusedFact; readonly by?: Signer | undefined }) {
  const say = useWords();
  return (
    <Failure>
      <CheckedSteps steps={FACT_STEPS} fails={{ step: by?.step ?? FACT_STEP_OF[refused.code], why: whyWords(say, refused.code, by) }} />
    </Failure>
  );
}

export function StampFailure({
  code,
  by,
}: {
  readonly code: Extract<CheckedStamp, { ok: false }>['code'];
  readonly by?: Signer | undefined;
}) {
  const say = useWords();
  return (
    <Failure>
      <Paragraph>{whyWords(say, code, by)}</Paragraph>
    </Failure>
  );
}

function Failure({ children }: { readonly children: ReactNode }) {
  const say = useWords();
  return (
    <Alert data-color="danger" role="alert">
      <Heading level={2} data-size="2xs">
        {say('verdict.fails')}
      </Heading>
      {children}
      <Paragraph>{say('verdict.fails-means')}</Paragraph>
    </Alert>
  );
}

/** What exactly fails in a proof, in plain words, with what it may mean. */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import type {
  FactVerifyCode,
  PresentationCode,
  ReceiptVerifyCode,
  RefusedFact,
  RefusedPresentation,
  RefusedReceipt,
} from '@tabularium/verify';
import type { ReactNode } from 'react';
import { codeWords } from '../parts/said.tsx';
import { type Say, useWords } from '../words/use-words.ts';
import { CheckedSteps } from './checked-steps.tsx';
import { cosignerOf, ledgerIn } from './cosigner-name.ts';
import type { CheckedStamp } from './stamp-check.ts';
import { FACT_STEP_OF, FACT_STEPS, RECEIPT_STEPS, SHOWN_STEPS, type Signer, STEP_OF, shownStepOf } from './steps.ts';

/** The verifier's reason in the reader's language; `by`: whose signature it is that does not fit. */
function whyWords(say: Say, code: ReceiptVerifyCode | FactVerifyCode | PresentationCode, by?: Signer): string {
  if (by === undefined) return say(`fails.${code}`);
  return say('fails.signature-by', { by: codeWords(by.step === 'stamp' ? ledgerIn(by.name) : cosignerOf(by.name).of) });
}

interface FailureProps {
  /** Whose signature it is that does not fit. */
  readonly by?: Signer | undefined;
  /** Said before the reason: what the reader has done to it. */
  readonly lead?: ReactNode;
}

export function ReceiptFailure({ refused, by, lead }: FailureProps & { readonly refused: RefusedReceipt }) {
  const say = useWords();
  return (
    <Failure lead={lead}>
      <CheckedSteps steps={RECEIPT_STEPS} fails={{ step: by?.step ?? STEP_OF[refused.code], why: whyWords(say, refused.code, by) }} />
    </Failure>
  );
}

export function FactFailure({ refused, by, lead }: FailureProps & { readonly refused: RefusedFact }) {
  const say = useWords();
  return (
    <Failure lead={lead}>
      <CheckedSteps steps={FACT_STEPS} fails={{ step: by?.step ?? FACT_STEP_OF[refused.code], why: whyWords(say, refused.code, by) }} />
    </Failure>
  );
}

export function ShownFailure({ refused, by, lead }: FailureProps & { readonly refused: RefusedPresentation }) {
  const say = useWords();
  return (
    <Failure lead={lead}>
      <CheckedSteps steps={SHOWN_STEPS} fails={{ step: by?.step ?? shownStepOf(refused.code), why: whyWords(say, refused.code, by) }} />
    </Failure>
  );
}

export function StampFailure({ code, by, lead }: FailureProps & { readonly code: Extract<CheckedStamp, { ok: false }>['code'] }) {
  const say = useWords();
  return (
    <Failure lead={lead}>
      <Paragraph>{whyWords(say, code, by)}</Paragraph>
    </Failure>
  );
}

function Failure({ lead, children }: Pick<FailureProps, 'lead'> & { readonly children: ReactNode }) {
  const say = useWords();
  return (
    <Alert data-color="danger" role="alert">
      <Heading level={2} data-size="2xs">
        {say('verdict.fails')}
      </Heading>
      {lead}
      {children}
      <Paragraph>{say('verdict.fails-means')}</Paragraph>
    </Alert>
  );
}

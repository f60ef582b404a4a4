/** On the page that checks proofs: what was proven, by whom signed and when, step by step; or what exactly fails. */
import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import { isTrainingOrigin } from '@tabularium/log';
import type { VerifiedFact } from '@tabularium/verify';
import type { ReactNode } from 'react';
import { codeWords, When } from '../parts/said.tsx';
import { keyWords } from '../parts/told.tsx';
import { useWords } from '../words/use-words.ts';
import { CheckedSteps } from './checked-steps.tsx';
import { ledgerIn } from './cosigner-name.ts';
import { Cosigners, ExactNames } from './cosigners.tsx';
import { DocumentNamed } from './document-named.tsx';
import { FactFailure, ShownFailure, StampFailure } from './failure.tsx';
import type { Outcome } from './outcome.ts';
import { NoEffect, ReceiptVerdict } from './receipt-verdict.tsx';
import { ShownVerdict } from './shown-verdict.tsx';
import type { CheckedStamp } from './stamp-check.ts';
import { FACT_STEPS, RECEIPT_STEPS, SHOWN_STEPS, type Signer, type Step } from './steps.ts';
import { Submitted } from './submitted.tsx';
import type { GivenFile } from './use-checks.ts';

interface OutcomeShownProps {
  readonly outcome: Outcome;
  /** Other files that were given, and what may hide their fingerprints. */
  readonly files?: readonly GivenFile[];
  readonly salts?: readonly string[];
  /** Said first where it fails, and last where it holds. */
  readonly change?: ReactNode;
}

export function OutcomeShown({ outcome, files = [], salts = [], change }: OutcomeShownProps) {
  const say = useWords();
  const within = provenBy(outcome);
  return (
    <section className="outcome">
      <Verdict outcome={outcome} change={change} />
      <p className="note">{say(outcome.alone ? 'verify.asked-nobody' : 'verify.asked-office')}</p>
      {within !== undefined && files.map((file) => <DocumentNamed key={file.name} {...{ file, salts, within }} />)}
      {outcome.kind === 'presentation' && outcome.checked.ok && <Submitted proven={outcome.checked.receipt} onPaper={outcome.onPaper} />}
      {outcome.kind === 'receipt' && outcome.checked.ok && <Submitted proven={outcome.checked} onPaper={outcome.onPaper} />}
      {outcome.kind === 'fact' && outcome.checked.ok && outcome.checked.value !== null && (
        <details open>
          <summary>{say('fact.value')}</summary>
          <pre>{JSON.stringify(outcome.checked.value, null, 2)}</pre>
        </details>
      )}
    </section>
  );
}

/** What was signed or recorded, where the proof of it holds. */
function provenBy(outcome: Outcome): unknown {
  if (outcome.kind === 'receipt') return outcome.checked.ok ? outcome.checked.transaction.payload.body : undefined;
  if (outcome.kind === 'presentation') return outcome.checked.ok ? outcome.checked.receipt.transaction.payload.body : undefined;
  return outcome.kind === 'fact' && outcome.checked.ok ? outcome.checked.value : undefined;
}

function Verdict({ outcome, change }: Pick<OutcomeShownProps, 'outcome' | 'change'>) {
  if (outcome.kind === 'stamp') return <StampVerdict checked={outcome.checked} by={outcome.by} change={change} />;
  if (outcome.kind === 'presentation') {
    const { checked, by, alone, proof } = outcome;
    if (!checked.ok) return <ShownFailure refused={checked} by={by} lead={change} />;
    const beside = (step: Step): boolean =>
      (step !== 'holder' || checked.holder !== undefined) && (step !== 'force' || checked.record !== undefined);
    return (
      <>
        <ShownVerdict {...{ checked, alone, proof }}>{change}</ShownVerdict>
        <StepByStep steps={SHOWN_STEPS.filter(beside)} />
      </>
    );
  }
  if (outcome.kind === 'fact') {
    const { checked, by } = outcome;
    return checked.ok ? <FactVerdict fact={checked} change={change} /> : <FactFailure refused={checked} by={by} lead={change} />;
  }
  return (
    <>
      <ReceiptVerdict checked={outcome.checked} by={outcome.by} lead={change}>
        {change}
      </ReceiptVerdict>
      {outcome.checked.ok && <StepByStep steps={RECEIPT_STEPS} />}
    </>
  );
}

function StepByStep({ steps }: { readonly steps: readonly Step[] }) {
  const say = useWords();
  return (
    <details>
      <summary>{say('verdict.steps')}</summary>
      <CheckedSteps steps={steps} />
    </details>
  );
}

function FactVerdict({
  fact: { key, value, seal, checkpoint, cosigners },
  change,
}: Pick<OutcomeShownProps, 'change'> & { readonly fact: VerifiedFact }) {
  const say = useWords();
  const isTraining = isTrainingOrigin(checkpoint.origin);
  return (
    <>
      <Alert data-color={isTraining ? 'warning' : 'success'} role="status">
        <Heading level={2} data-size="2xs">
          {say('verdict.holds')}
        </Heading>
        {isTraining && <NoEffect />}
        <Paragraph>
          {say(value === null ? 'fact.proves-absent' : 'fact.proves', {
            ledger: codeWords(ledgerIn(checkpoint.origin)),
            record: keyWords(key),
          })}{' '}
          <When time={seal.time} withClock />
        </Paragraph>
        <Cosigners cosigners={cosigners} />
        <Paragraph data-size="sm">{say('verdict.not-proven')}</Paragraph>
        <ExactNames origin={checkpoint.origin} cosigners={cosigners} />
        {change}
      </Alert>
      <StepByStep steps={FACT_STEPS} />
    </>
  );
}

function StampVerdict({
  checked,
  by,
  change,
}: Pick<OutcomeShownProps, 'change'> & { readonly checked: CheckedStamp; readonly by?: Signer | undefined }) {
  const say = useWords();
  if (!checked.ok) return <StampFailure code={checked.code} by={by} lead={change} />;
  const isTraining = isTrainingOrigin(checked.origin);
  return (
    <Alert data-color={isTraining ? 'warning' : 'success'} role="status">
      <Heading level={2} data-size="2xs">
        {say('stamp.holds')}
      </Heading>
      {isTraining && <NoEffect />}
      <Paragraph>{say('stamp.proves', { ledger: codeWords(ledgerIn(checked.origin)), size: checked.size })}</Paragraph>
      <Cosigners cosigners={checked.cosigners} />
      <ExactNames origin={checked.origin} cosigners={checked.cosigners} />
      {change}
    </Alert>
  );
}

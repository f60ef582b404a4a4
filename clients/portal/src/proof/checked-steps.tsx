/** What was checked, one line for each step: what holds, what fails and why, and what was not reached. */
import { type MessageId, useWords } from '../words/use-words.ts';
import type { Step } from './steps.ts';

interface CheckedStepsProps {
  readonly steps: readonly Step[];
  /** Absent where all hold. */
  readonly fails?: { readonly step: Step; readonly why: string } | undefined;
}

const MARKS = { holds: '✓', fails: '✗', open: '·' } as const;

export function CheckedSteps({ steps, fails }: CheckedStepsProps) {
  const say = useWords();
  const failing = fails === undefined ? steps.length : steps.indexOf(fails.step);
  return (
    <ol className="steps">
      {steps.map((step, n) => {
        const state = n < failing ? 'holds' : n === failing ? 'fails' : 'open';
        return (
          <li key={step} className={state}>
            <span aria-hidden="true" className="mark">
              {MARKS[state]}
            </span>
            <span>
              {say(`step.${step}`)}: <strong>{say(`step.${state}` as MessageId)}</strong>
              {state === 'fails' && <span className="why">{fails?.why}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

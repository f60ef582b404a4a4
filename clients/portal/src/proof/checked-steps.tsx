/** What was checked, one line for each step: what holds, what fails and why, and what was not reached. */
import { useWords } from '../words/use-words.ts';
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
  const unreached = steps.length - failing - 1;
  return (
    <ol className="steps">
      {steps.slice(0, failing + 1).map((step, n) => {
        const state = n < failing ? 'holds' : 'fails';
        return (
          <li key={step} className={state}>
            <span aria-hidden="true" className="mark">
              {MARKS[state]}
            </span>
            <span>
              {say(`step.${step}`)}: <strong>{say(`step.${state}`)}</strong>
              {state === 'fails' && <span className="why">{fails?.why}</span>}
            </span>
          </li>
        );
      })}
      {unreached > 0 && (
        <li className="open">
          <span aria-hidden="true" className="mark">
            {MARKS.open}
          </span>
          <span>{say('step.unreached', { count: unreached })}</span>
        </li>
      )}
    </ol>
  );
}

/** Acts that two people sign: one proposes, another approves (DESIGN §4 "one signature per transaction"). */
import type { JsonObject } from '@tabularium/protocol';
import type { DayIndex, Hour, Records, YearPlan } from './year-plan.ts';

export interface TwoSigned {
  readonly key: string;
  readonly action: string;
  readonly body: (records: Records) => JsonObject;
  readonly story?: string;
  readonly proposed: { readonly day: DayIndex; readonly hour: Hour; readonly officer: string; readonly as: string };
  readonly approved: { readonly day: DayIndex; readonly hour: Hour; readonly officer: string; readonly as: string };
}

/**
 * Notes both steps. The second one's transaction carries out the act, so new ids are its ids; its key is `<key>`. What the
 * first one proposes is a body like any other: `signSteps` discloses it by the schema of its own action.
 */
export function bothSign(plan: YearPlan, { key, action, body, story, proposed, approved }: TwoSigned): void {
  plan.add(proposed.day, proposed.hour, {
    key: `${key}, proposed`,
    officer: proposed.officer,
    as: proposed.as,
    action: 'kernel.propose',
    story,
    body: (records) => ({ action, body: body(records) }),
  });
  plan.add(approved.day, approved.hour, {
    key,
    officer: approved.officer,
    as: approved.as,
    action: 'kernel.approve',
    story,
    body: (records) => ({ proposal: records.name(`${key}, proposed`) }),
  });
}

/** Outcomes in words, and the exit code that belongs to each. */
import type { Outcome } from '@tabularium/sdk';
import { CliFault } from './exit-codes.ts';
import { instant } from './terminal.ts';

type Failed = Extract<Outcome, { readonly kind: 'refused' | 'malformed' | 'busy' }>;

/** Words for an outcome that stands; throws the fault of one that does not. */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'accepted':
    case 'repeated': {
      const { name, index, height, time, kind } = outcome;
      const first = kind === 'accepted' ? 'accepted' : 'accepted before: this is the first answer again';
      return `${first}\nname   ${name}\nplace  entry ${index}, block ${height}, ${instant(Math.floor(time / 1000))}`;
    }
    case 'pending':
      return `still being ordered\nname   ${outcome.name}\nask again: tabularium tx show ${outcome.name}`;
    default:
      throw outcomeFault(outcome);
  }
}

/** The fault of an outcome that does not stand. */
export function outcomeFault(outcome: Failed): CliFault {
  if (outcome.kind === 'refused') {
    const { code, rule, basis, text, detail, items = [], facts } = outcome;
    const lines = [
      `refused: ${code} — ${detail}`,
      ...(rule === undefined
        ? []
        : [
            `rule     ${rule}${basis === undefined || basis === '' ? '' : ` (${basis})`}${text === undefined || text === '' ? '' : `: ${text}`}`,
          ]),
      ...Object.entries(facts ?? {}).map(([name, value]) => `         ${name}: ${value}`),
      ...items.slice(0, 20).map((item) => `item ${item.item}  ${item.code} (${item.rule})`),
      ...(items.length > 20 ? [`and ${items.length - 20} more items`] : []),
    ];
    return new CliFault('refused', lines.join('\n'), nextAfter(outcome), { outcome });
  }
  if (outcome.kind === 'malformed')
    return new CliFault('malformed', `not taken: ${outcome.code} — ${outcome.detail}`, 'sign it anew: tabularium tx sign', { outcome });
  return new CliFault(
    'busy',
    `the ledger is busy: ${outcome.detail}`,
    `send the same file again in ${outcome.retryAfterSeconds} s; it is never carried out twice`,
    { outcome },
  );
}

/** Whether an outcome leaves the transaction outside the log. */
export function hasFailed(outcome: Outcome): outcome is Failed {
  return outcome.kind === 'refused' || outcome.kind === 'malformed' || outcome.kind === 'busy';
}

function nextAfter({ status, code }: Failed & { readonly kind: 'refused' }): string {
  if (status === 401) return 'ask the office to enrol the key that tabularium key show FILE prints';
  if (code === 'kernel.signers-missing') {
    return 'propose it: tabularium tx sign kernel.propose --body \'{"action": ACTION, "body": BODY}\'; others then sign kernel.approve with the name of the proposal';
  }
  return 'nothing was recorded; sign it anew once the reason is gone';
}

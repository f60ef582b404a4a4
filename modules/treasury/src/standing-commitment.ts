/** Standing actions on commitments. */
import type { Act, Decision, StandingHandler, View } from '@tabularium/kernel';
import { Money } from '@tabularium/protocol';
import { splitLine, step, type Transfer } from './accounts.ts';
import { firstRefusal, mustBeCurrency, mustBeIn, mustBePositive, mustExist, openYear, type Refused, today } from './checks.ts';
import { day, numbered } from './codes.ts';
import { commitmentExceeded, endOf, liveCommitment } from './decide-commitment.ts';
import { no } from './refusals.ts';
import { changed, changeOf, find, mustBeOwn, standing } from './standing.ts';
import { mustHaveNone } from './standing-budget.ts';
import { type CommitmentRecord, difference, openOf, type PayableRecord, stateKey, unstamped } from './state.ts';

type Target = Parameters<StandingHandler>[0];

/** The deadline a live commitment has. */
export function deadlineOfCommitment(record: CommitmentRecord): number | undefined {
  const ticks = record.state === 'pending' || (record.state === 'posted' && openOf(record) > 0n);
  return ticks ? record.due : undefined;
}

/** Full keys of the live payables under a commitment, the first thousand. */
export function payablesOf(id: string, view: View): readonly string[] {
  return view
    .scan<PayableRecord>('payable', { prefix: `${id}.`, limit: 1_000 })
    .filter(({ value }) => value.state === 'open')
    .map((row) => stateKey('payable', row.id));
}

export const withdrawCommitment: StandingHandler = ({ id }, act, view) => {
  const live = liveCommitment(id, view);
  if ('refused' in live) return live;
  const { commitment } = live.found;
  const { line, money } = commitment;
  const record = { ...unstamped<CommitmentRecord>(commitment), state: 'void' };
  return (
    mustBeIn(['pending'], commitment.state, { commitment: id }) ??
    mustBeOwn(act, commitment.committedBy, id) ??
    standing(
      'record.withdrawn',
      [changed('commitment', id, record, null)],
      view,
      [step(line, 'L', 'C', money.amount, 'void')],
      money.currency,
    )
  );
};

export const commitmentChange = changeOf({ money: Money, reference: numbered('Contract or decision'), until: day('Until') });

export const correctCommitment: StandingHandler = (target, act, view) => {
  const live = liveCommitment(target.id, view);
  if ('refused' in live) return live;
  const change = commitmentChange(target);
  if ('refused' in change) return change;
  const { commitment } = live.found;
  const opened = openYear(splitLine(commitment.line).year, act, view, 'any');
  if ('refused' in opened) return opened;
  const { until, money } = change.found;
  const { to } = opened.found;
  const raises = commitment.state === 'posted' && money !== undefined && BigInt(money.amount) > BigInt(commitment.money.amount);
  const late = until !== undefined && commitment.state !== 'pending';
  return (
    firstRefusal(
      raises ? no('correction-raises', 'treasury.standing.correction', { commitment: target.id }) : undefined,
      late ? no('not-pending', 'treasury.ledger.once', { commitment: target.id, state: commitment.state }) : undefined,
      until !== undefined && until < today(act) ? no('backdated', 'treasury.booking.no-backdating', { until }) : undefined,
      until !== undefined && until > to ? no('day-outside-year', 'treasury.year.annuality', { until, to }) : undefined,
    ) ?? changeCommitment('record.corrected', target, act, view)
  );
};

export const setCommitment: StandingHandler = (target, act, view) => changeCommitment('record.set', target, act, view);

/** Checks invariants only: the money must be there, the day must exist. */
function changeCommitment(type: 'record.corrected' | 'record.set', target: Target, act: Act, view: View): Decision {
  const stored = find<CommitmentRecord>('commitment', target.id, view);
  if ('refused' in stored) return stored;
  const change = commitmentChange(target);
  if ('refused' in change) return change;
  const before = unstamped<CommitmentRecord>(stored.found);
  const record: CommitmentRecord = { ...before, ...change.found };
  const { id } = target;
  const wrong =
    mustBeIn(['pending', 'posted'], before.state, { commitment: id }) ??
    mustExist({ until: record.until }) ??
    mustBeCurrency(record.money.currency, before.money.currency) ??
    mustBePositive(record.money.amount) ??
    mustCoverCertified(id, record);
  if (wrong !== undefined) return wrong;
  const after = change.found.until === undefined ? record : { ...record, due: endOf(record.until, act) };
  const due = deadlineOfCommitment(after) ?? null;
  return standing(type, [changed('commitment', id, after, due)], view, reserving(before, after), before.money.currency);
}

function mustCoverCertified(id: string, record: CommitmentRecord): Refused | undefined {
  return openOf(record) < 0n
    ? commitmentExceeded(id, record, BigInt(record.certified) + BigInt(record.returned), BigInt(record.money.amount))
    : undefined;
}

/** The transfers from one amount of a commitment to another. */
function reserving(before: CommitmentRecord, after: CommitmentRecord): Transfer[] {
  const { line, state } = before;
  const by = BigInt(after.money.amount) - BigInt(before.money.amount);
  if (by === 0n) return [];
  if (state === 'pending') return [step(line, 'L', 'C', before.money.amount, 'void'), step(line, 'L', 'C', after.money.amount, 'pending')];
  return by > 0n ? [step(line, 'L', 'C', by.toString(), 'posted')] : [step(line, 'C', 'L', (-by).toString(), 'posted')];
}

export const annulCommitment: StandingHandler = ({ id }, _act, view) => {
  const stored = find<CommitmentRecord>('commitment', id, view);
  if ('refused' in stored) return stored;
  const record = unstamped<CommitmentRecord>(stored.found);
  const { line, money } = record;
  const wrong = mustBeIn(['pending', 'posted'], record.state, { commitment: id }) ?? mustHaveNone(id, payablesOf(id, view));
  if (wrong !== undefined) return wrong;
  const open = openOf(record);
  const reversed = open > 0n ? [step(line, 'C', 'L', open.toString(), 'posted')] : [];
  const transfers = record.state === 'pending' ? [step(line, 'L', 'C', money.amount, 'void')] : reversed;
  return standing('record.annulled', [changed('commitment', id, { ...record, state: 'annulled' }, null)], view, transfers, money.currency);
};

const reopening = changeOf({ until: day('Until') });

/** A court gives more time: an expired commitment is pending again, a lapsed one posted. */
export const reopenCommitment: StandingHandler = (target, act, view) => {
  const { id } = target;
  const stored = find<CommitmentRecord>('commitment', id, view);
  if ('refused' in stored) return stored;
  const change = reopening(target);
  if ('refused' in change) return change;
  const { lapsed = '0', ...before } = unstamped<CommitmentRecord>(stored.found);
  const { until = before.until } = change.found;
  const wrong = mustExist({ until });
  if (wrong !== undefined) return wrong;
  const due = endOf(until, act);
  const { line, money } = before;
  if (before.state === 'expired') {
    const record = { ...before, state: 'pending', until, due };
    return standing(
      'record.reopened',
      [changed('commitment', id, record, due)],
      view,
      [step(line, 'L', 'C', money.amount, 'pending')],
      money.currency,
    );
  }
  if (before.state !== 'lapsed') return no('not-pending', 'treasury.ledger.once', { commitment: id, state: before.state });
  const record = { ...before, state: 'posted', returned: difference(before.returned, lapsed), due };
  return standing(
    'record.reopened',
    [changed('commitment', id, record, due)],
    view,
    [step(line, 'L', 'C', lapsed, 'posted')],
    money.currency,
  );
};

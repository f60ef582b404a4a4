/** Commitments: money reserved for a contract or decision; proposed by the spending unit, posted by the controller. */
import { type Act, accept, type Decision, type Stored, type View } from '@tabularium/kernel';
import type { Static } from 'typebox';
import { accountId, budgetAccount, lineId, splitLine, step, type Transfer } from './accounts.ts';
import type { CommitBody, CommitCarryBody, CommitItem, CommitPostBody, CommitReleaseBody, CommitVoidBody, ReleaseItem } from './actions.ts';
import { decideBundle } from './bundle.ts';
import {
  type Found,
  lineOf,
  mustBeCurrency,
  mustBeIn,
  mustBeLive,
  mustBePositive,
  mustExist,
  mustFit,
  officers,
  openYear,
  otherPersons,
  parameter,
  type Refused,
  spendingLine,
  today,
  twoRoles,
} from './checks.ts';
import { addDays } from './civil-date.ts';
import { event } from './events.ts';
import { no } from './refusals.ts';
import { type CommitmentRecord, type LineRecord, openOf, type Reader, type YearRecord } from './state.ts';

/** Days after the year's end on which posted commitments lapse, unless the charter says otherwise. */
const LAPSE_DAYS = 31;

/** The instant at which the day is over. */
export function endOf(day: string, act: Act): number {
  return act.charter.startOf(addDays(day, 1));
}

/** When the open part of the year's posted commitments lapses: charter parameter `lapse-days`, by default 31 after its end. */
export function lapseOf(year: YearRecord, act: Act): number {
  return endOf(addDays(year.to, parameter(act, 'lapse-days', LAPSE_DAYS, 3_660)), act);
}

type Parts = { readonly id: string; readonly commitment: Stored<CommitmentRecord>; readonly line: LineRecord };

/** A commitment and its line, both live. */
export function liveCommitment(id: string, view: Reader): Found<Parts> {
  const commitment = view.get<CommitmentRecord>('commitment', id);
  if (commitment === undefined) return no('unknown-commitment', 'treasury.ledger.reference', { commitment: id });
  const dead = mustBeLive(commitment, { commitment: id });
  if (dead !== undefined) return dead;
  const line = spendingLine(commitment.line, view);
  return 'refused' in line ? line : { found: { id, commitment, line: line.found } };
}

export function commit(body: Static<typeof CommitBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, (item, reader) => commitOne(item, act, reader));
}

function commitOne(item: CommitItem, act: Act, view: Reader): Decision {
  const opened = openYear(item.year, act, view, 'running');
  if ('refused' in opened) return opened;
  const line = lineOf(item);
  const known = spendingLine(line, view);
  if ('refused' in known) return known;
  const { to } = opened.found;
  const { money, reference, until = to } = item;
  const wrong =
    mustExist({ until }) ??
    (until < today(act) ? no('backdated', 'treasury.booking.no-backdating', { until }) : undefined) ??
    (until > to ? no('day-outside-year', 'treasury.year.annuality', { until, to }) : undefined) ??
    mustBeCurrency(money.currency, known.found.money.currency);
  if (wrong !== undefined) return wrong;
  const transfers = [step(line, 'L', 'C', money.amount, 'pending')];
  const unfit = mustFit(transfers, money.currency, view);
  if (unfit !== undefined) return unfit;
  const facts = {
    commitment: act.newId(),
    line,
    money,
    reference,
    until,
    due: endOf(until, act),
    by: officers(act),
    texts: item._sd,
    transfers,
  };
  return accept([event('commitment.made', facts)]);
}

export function postCommitments(body: Static<typeof CommitPostBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, ({ commitment: id }, reader) => {
    const live = liveCommitment(id, reader);
    if ('refused' in live) return live;
    const { commitment } = live.found;
    const opened = openYear(splitLine(commitment.line).year, act, reader, 'not-over');
    const { money, line } = commitment;
    return (
      mustBeIn(['pending'], commitment.state, { commitment: id }, 'treasury.commitment.expiry') ??
      otherPersons(act, commitment.committedBy, 'treasury.commitment.controller') ??
      ('refused' in opened
        ? opened
        : accept([
            event('commitment.posted', {
              ...{ commitment: id, line, money, on: today(act), due: lapseOf(opened.found, act), by: officers(act) },
              transfers: [step(line, 'L', 'C', money.amount, 'post')],
            }),
          ]))
    );
  });
}

export function voidCommitments(body: Static<typeof CommitVoidBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, ({ commitment: id }, reader) => {
    const live = liveCommitment(id, reader);
    if ('refused' in live) return live;
    const { state, line, money } = live.found.commitment;
    const transfers = [step(line, 'L', 'C', money.amount, 'void')];
    return (
      mustBeIn(['pending'], state, { commitment: id }, 'treasury.commitment.expiry') ??
      accept([event('commitment.voided', { commitment: id, line, money, by: officers(act), reason: body.reason, transfers })])
    );
  });
}

/** The refusal of one who asks more of a commitment than it leaves open. */
export function commitmentExceeded(id: string, { money }: CommitmentRecord, asked: bigint, available: bigint): Refused {
  const facts = { commitment: id, asked: asked.toString(), available: available.toString(), currency: money.currency };
  return no('commitment-exceeded', 'treasury.commitment.limit', facts);
}

/** What is asked must be open. */
export function mustBeOpen(id: string, commitment: CommitmentRecord, asked: bigint): Refused | undefined {
  const open = openOf(commitment);
  return asked <= open ? undefined : commitmentExceeded(id, commitment, asked, open);
}

export function releaseCommitments(body: Static<typeof CommitReleaseBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, (item: ReleaseItem, reader) => {
    const { commitment: id, money } = item;
    const live = liveCommitment(id, reader);
    if ('refused' in live) return live;
    const { commitment } = live.found;
    const opened = openYear(splitLine(commitment.line).year, act, reader, 'any');
    if ('refused' in opened) return opened;
    const transfers = [step(commitment.line, 'C', 'L', money.amount, 'posted')];
    return (
      mustBeIn(['posted'], commitment.state, { commitment: id }) ??
      mustBeCurrency(money.currency, commitment.money.currency) ??
      mustBePositive(money.amount) ??
      mustBeOpen(id, commitment, BigInt(money.amount)) ??
      mustFit(transfers, money.currency, reader) ??
      accept([event('commitment.released', { commitment: id, line: commitment.line, money, by: officers(act), transfers })])
    );
  });
}

export function carryCommitments(body: Static<typeof CommitCarryBody>, act: Act, view: View): Decision {
  return (
    twoRoles(act) ?? decideBundle(body.items, view, ({ commitment }, reader) => carryOne(commitment, body.law, body.into, act, reader))
  );
}

/** The money goes back to the budget it came from and, by the same law, into the same line of the other year's. */
function carryOne(id: string, law: string, into: string, act: Act, view: Reader): Decision {
  const live = liveCommitment(id, view);
  if ('refused' in live) return live;
  const { commitment, line: record } = live.found;
  const { year, fund, line } = splitLine(commitment.line);
  if (into <= year) return no('backdated', 'treasury.booking.no-backdating', { from: year, into });
  const leaving = openYear(year, act, view, 'any');
  if ('refused' in leaving) return leaving;
  const opened = openYear(into, act, view, 'not-over');
  if ('refused' in opened) return opened;
  const nextLine = lineId(into, fund, line);
  const known = spendingLine(nextLine, view);
  if ('refused' in known) return known;
  const { currency } = record.money;
  const open = openOf(commitment).toString();
  const wrong =
    mustBeIn(['posted'], commitment.state, { commitment: id }) ??
    mustBeCurrency(currency, known.found.money.currency) ??
    mustBeOpen(id, commitment, 1n);
  if (wrong !== undefined) return wrong;
  const posted = (debit: string, credit: string): Transfer => ({ debit, credit, amount: open, phase: 'posted' });
  const transfers = [
    step(commitment.line, 'C', 'L', open, 'posted'),
    step(commitment.line, 'L', 'A', open, 'posted'),
    posted(accountId(commitment.line, 'A'), budgetAccount(year, fund, currency)),
    posted(budgetAccount(into, fund, currency), accountId(nextLine, 'A')),
    step(nextLine, 'A', 'L', open, 'posted'),
    step(nextLine, 'L', 'C', open, 'posted'),
  ];
  return (
    mustFit(transfers, currency, view) ??
    accept([
      event('commitment.carried', {
        ...{ commitment: id, line: commitment.line, money: { amount: open, currency }, next: act.newId(), nextLine, law },
        ...{ due: lapseOf(opened.found, act), by: officers(act), reference: commitment.reference, until: commitment.until },
        ...{ committedBy: commitment.committedBy, on: commitment.postedOn ?? today(act), texts: commitment.texts, transfers },
      }),
    ])
  );
}

/**
 * The deadline of a commitment: pending, it expires; posted, its open part lapses. Anything else has ended by itself
 * meanwhile and stays as it is.
 */
export function endCommitment(target: { readonly id: string }, _act: Act, view: View): Decision {
  const { id: commitment } = target;
  const record = view.get<CommitmentRecord>('commitment', commitment);
  if (record === undefined || record.standing === 'suspended') return accept([]);
  const { line, money } = record;
  if (record.state === 'pending') {
    return accept([event('commitment.expired', { commitment, line, money, transfers: [step(line, 'L', 'C', money.amount, 'void')] })]);
  }
  const open = openOf(record);
  if (record.state !== 'posted' || open === 0n) return accept([]);
  const lapsed = { amount: open.toString(), currency: money.currency };
  return accept([
    event('commitment.lapsed', { commitment, line, money: lapsed, transfers: [step(line, 'C', 'L', lapsed.amount, 'posted')] }),
  ]);
}

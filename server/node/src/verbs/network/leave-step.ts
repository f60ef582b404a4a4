/** `network leave`: the amendment by which a node goes. */
import { charterIn } from '../../network/charter-in.ts';
import { amendmentWithout } from '../../network/term-amendment.ts';
import { dataOf } from '../settings.ts';
import type { VerbCall } from '../verb.ts';
import { writeAmendment } from './adopt-step.ts';
import { numberGiven, required } from './required.ts';

const QUORUM_MAX = 64;

export async function leaveStep(call: VerbCall): Promise<undefined> {
  const dir = dataOf(call);
  writeAmendment(call, dir, amendmentWithout(charterIn(dir), required(call, 'id'), numberGiven(call, 'quorum', 1, QUORUM_MAX)));
}

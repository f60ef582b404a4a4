/**
 * What comes in: asks of the modules' own generators, signed by whoever holds the role or by somebody else; approvals of what
 * waits for a second signature; standing actions and court orders; and the hostile: strangers, altered bytes, other ledgers,
 * old ids, expired papers. Everything follows from the seed.
 */

import { nodeCrypto } from '@tabularium/crypto';
import { charterView, type View } from '@tabularium/kernel';
import * as privacy from '@tabularium/privacy/generators';
import { type JsonObject, toHex } from '@tabularium/protocol';
import type { SeededRandom } from '@tabularium/scenarios';
import { generateAsk, generateStanding, type StandingAsk } from '@tabularium/treasury/generators';
import { type Pen, type Person, type SimulatedOffice, type Written, write } from './simulated-office.ts';

/** What somebody is about to sign. */
export interface Intent {
  readonly person: Person;
  readonly action: string;
  readonly body: JsonObject;
  readonly role?: string;
  readonly mandate?: string;
  readonly on?: Readonly<Record<string, number>>;
  /** Of a proposal: the roles that sign after the proposer. */
  readonly others?: readonly string[];
}

/** What the generators of each module look at. */
export interface Views {
  readonly treasury: View;
  readonly privacy: View;
}

/** A proposal that waits for the signatures of these roles. */
interface Waiting {
  readonly proposal: string;
  readonly roles: readonly string[];
}

/** A mandate that somebody was given. */
interface Mandate {
  readonly id: string;
  readonly to: Person;
}

const MOST_WAITING = 8;
/** How often somebody who looks first thinks again. */
const MOST_TRIES = 5;

export interface SubmissionsOptions {
  readonly office: SimulatedOffice;
  readonly random: SeededRandom;
  /** Whether the ledger would take it now: what an officer's own dry run says. */
  readonly foresee: (intent: Intent, now: number) => boolean;
}

export class Submissions {
  readonly #office: SimulatedOffice;
  readonly #random: SeededRandom;
  readonly #foresee: SubmissionsOptions['foresee'];
  readonly #proposed = new Map<string, Waiting>();
  /** Newest last; the oldest are forgotten. */
  #waiting: Waiting[] = [];
  #mandates: Mandate[] = [];

  constructor({ office, random, foresee }: SubmissionsOptions) {
    this.#office = office;
    this.#random = random;
    this.#foresee = foresee;
  }

  /** The next transaction of a busy office. Two in three look before they sign, and mostly find something that fits. */
  next(views: Views, now: number): Written {
    const random = this.#random;
    const looks = random.chance(2, 3);
    let intent = this.#intend(views, now);
    for (let tries = 1; looks && tries < MOST_TRIES && !this.#foresee(intent, now); tries++) intent = this.#intend(views, now);
    const { person, action, body, others, ...fields } = intent;
    const written = write({ office: this.#office, random, now }, person, action, body, fields);
    if (others !== undefined) this.#proposed.set(written.name, { proposal: written.name, roles: others });
    if (action === 'kernel.approve' && !random.chance(1, 4))
      this.#waiting = this.#waiting.filter(({ proposal }) => proposal !== body.proposal);
    return written;
  }

  /** Told of what was accepted: a proposal then waits for the others, and a mandate can be used. */
  accepted({ name, action, body }: Written): void {
    if (action === 'kernel.mandate.give') {
      const to = this.#office.people.find(({ code }) => code === body.to)!;
      this.#mandates = [...this.#mandates.slice(-3), { id: firstId(name), to }];
    }
    const proposed = this.#proposed.get(name);
    if (proposed === undefined) return;
    this.#proposed.delete(name);
    this.#waiting.push(proposed);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }

  #intend({ treasury: view, privacy: cases }: Views, now: number): Intent {
    const random = this.#random;
    if (this.#waiting.length > 0 && random.chance(1, 3)) return this.#approval();
    const today = charterView(this.#office.charter).date(now);
    const dice = { int: (n: number): number => random.below(n) };
    if (random.chance(1, 5)) return this.#aboutPeople(cases, today, dice);
    if (random.chance(1, 7)) {
      const asked = generateStanding(dice, view, today);
      if (asked !== undefined) return this.#standing(asked, view);
    }
    if (random.chance(1, 40)) return random.chance(1, 2) ? this.#personal(now) : this.#attached(view, today);
    const { action, roles, body } = generateAsk(dice, view, today);
    const intent = this.#together(action, body, roles);
    if (random.chance(1, 15)) return { ...intent, on: this.#reliedOn(view) };
    if (this.#mandates.length > 0 && random.chance(1, 8)) return this.#underMandate(intent);
    return intent;
  }

  /** Cases, grants, erasures. */
  #aboutPeople(view: View, today: string, dice: privacy.Random): Intent {
    const { agencies, parameters } = this.#office.charter;
    const place = { agencies: Object.keys(agencies), purposes: parameters.privacy!.purposes as privacy.Place['purposes'] };
    if (this.#random.chance(1, 7)) {
      const { verb, collection, id } = privacy.generateStanding(dice, view, today, place);
      const key = `privacy/${collection}/${id}`;
      if (verb === 'withdraw') return { person: this.#signer('intake'), action: 'kernel.withdraw', body: { key } };
      if (verb === 'annul') return this.#together('kernel.annul', { key, reason: 'not-valid', dependents: [] }, ['clerk', 'mayor']);
      const order = { key, verb, case: `7C-${this.#random.between(1, 99)}/2030`, document: 'd0'.repeat(32) };
      return this.#together('kernel.order.execute', order, ['judge', 'judge']);
    }
    const { action, roles, body } = privacy.generateAsk(dice, view, today, place);
    return this.#together(action, body, roles);
  }

  /** The revision of some record, or one beside it: somebody else was quicker. */
  #reliedOn(view: View): Record<string, number> {
    const random = this.#random;
    const collection = random.pick(['line', 'commitment', 'payable', 'payment']);
    const rows = view.scan(collection, { limit: 20 });
    if (rows.length === 0) return { 'treasury/line/none': random.below(2) };
    const { id, value } = random.pick(rows);
    return { [`treasury/${collection}/${id}`]: value.rev - (random.chance(1, 3) ? 1 : 0) };
  }

  /** The same act by one who holds a mandate, whether it covers the act or not. */
  #underMandate({ action, body, others }: Intent): Intent {
    const { id, to } = this.#random.pick(this.#mandates);
    return { person: to, action, body, mandate: id, ...(others === undefined ? {} : { others }) };
  }

  /** One signature where one is enough, otherwise a proposal that waits for the others. */
  #together(action: string, body: JsonObject, roles: readonly string[]): Intent {
    const [role = 'accountant', ...others] = roles;
    const person = this.#signer(role);
    if (others.length === 0 || this.#random.chance(1, 30)) return { person, action, body, role };
    return { person, action: 'kernel.propose', body: { action, body }, role, others };
  }

  #approval(): Intent {
    const { proposal, roles } = this.#random.pick(this.#waiting);
    const [role = 'clerk'] = roles;
    return { person: this.#signer(role), action: 'kernel.approve', body: { proposal }, role };
  }

  #standing({ verb, collection, id, change }: StandingAsk, view: View): Intent {
    const key = `treasury/${collection}/${id}`;
    if (verb === 'withdraw') return { person: this.#random.pick(this.#office.people), action: 'kernel.withdraw', body: { key } };
    if (verb === 'correct') return this.#together('kernel.correct', { key, reason: 'typing-error', change }, ['accountant', 'clerk']);
    if (verb === 'annul' && this.#random.chance(1, 2)) {
      const dependents = view.scan('payable', { prefix: `${id}.`, limit: 20 }).map((row) => `treasury/payable/${row.id}`);
      return this.#together('kernel.annul', { key, reason: 'not-valid', dependents }, ['clerk', 'mayor']);
    }
    const order = { key, verb, case: `7C-${this.#random.between(1, 99)}/2030`, document: 'd0'.repeat(32) };
    return this.#together('kernel.order.execute', Object.keys(change).length === 0 ? order : { ...order, change }, ['judge', 'judge']);
  }

  /** A document of a payment that may be there, validated on a day that may not have come. */
  #attached(view: View, today: string): Intent {
    const random = this.#random;
    const key = `treasury/payment/${view.scan('payment', { limit: 20 }).at(-1)?.id ?? 'none'}`;
    const on = random.chance(1, 4) ? `${today.slice(0, 8)}31` : today;
    const validation = { validatedBy: 'v.example', indication: 'total-passed', on, form: 'JAdES', report: '2e'.repeat(32) };
    const body = { key, document: '1d'.repeat(32), ...(random.chance(1, 3) ? {} : { validation }) };
    return this.#together('kernel.document.attach', body, ['clerk']);
  }

  /** What people do about themselves: mandates. */
  #personal(now: number): Intent {
    const random = this.#random;
    const person = random.pick(this.#office.people);
    const role = random.pick(person.roles);
    const to = random.pick(this.#office.people).code;
    const until = now + random.between(-1, 40) * 86_400_000;
    const body = { to, kind: random.pick(['mandate', 'deputy']), role, office: person.office, actions: [], until };
    return { person, action: 'kernel.mandate.give', body, role };
  }

  /** Mostly one who holds the role; now and then anybody, who then tries it in that role all the same. */
  #signer(role: string): Person {
    const holders = this.#office.holders(role);
    if (holders.length === 0 || this.#random.chance(1, 25)) return this.#random.pick(this.#office.people);
    return this.#random.pick(holders);
  }

  /** Something nobody may submit: the ledger must not take it, whatever it is. */
  hostile(good: Written, now: number): Uint8Array {
    const random = this.#random;
    const pen: Pen = { office: this.#office, random, now };
    const seconds = Math.floor(now / 1_000);
    const { action, body } = good;
    switch (random.below(6)) {
      case 0:
        return write(pen, this.#office.stranger, action, body).bytes;
      case 1:
        return write(pen, this.#signer('clerk'), action, body, { ledger: `simulated/${'0'.repeat(16)}` }).bytes;
      case 2:
        return write(pen, this.#signer('clerk'), action, body, { exp: seconds - random.below(100) }).bytes;
      case 3:
        return write(pen, this.#signer('clerk'), action, body, { exp: seconds + 86_400 * 8 }).bytes;
      case 4:
        return random.bytes(random.below(200));
      default:
        return flipped(good.bytes, random);
    }
  }
}

/** The first new id of a transaction (DESIGN §3): SHA-256(name ‖ 0) cut to 16 bytes. */
function firstId(name: string): string {
  return toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(`${name}0`)).subarray(0, 16));
}

/** The same bytes with one bit of one of them turned. */
function flipped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = bytes.slice();
  copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}

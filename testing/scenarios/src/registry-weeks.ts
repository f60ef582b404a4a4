/**
 * Ten weeks at Vellmere's registers and at its citizens' counter, March to May: births, a death, a marriage and a new name, a declaration made twice, a
 * mistake put right, certificates; and four requests for information, of which one is not answered in time. The people are invented; what
 * is said of them travels as personal disclosures and lies in the vault.
 */
import type { JsonObject } from '@tabularium/protocol';
import { seededRandom } from './seeded-random.ts';
import type { Step } from './step.ts';
import type { TownYear } from './town-year.ts';
import { type DayIndex, type Hour, type Note, YearPlan } from './year-plan.ts';

export const CIVIL_STORY = 'registers';
export const REQUEST_STORY = 'requests';

const COUNTER = { officer: 'counter-1', as: 'intake@counter' } as const;
const SECOND_COUNTER = { officer: 'counter-2', as: 'intake@counter' } as const;
const REGISTRAR = { officer: 'registers-1', as: 'registrar@registers' } as const;
const SECOND_REGISTRAR = { officer: 'registers-2', as: 'registrar@registers' } as const;
const CLERK = { officer: 'council-1', as: 'clerk@council' } as const;
const SECOND_CLERK = { officer: 'council-2', as: 'clerk@council' } as const;
const ARCHIVE = { officer: 'archive-1', as: 'archive-keeper@stacks' } as const;
type Person =
  | typeof COUNTER
  | typeof SECOND_COUNTER
  | typeof REGISTRAR
  | typeof SECOND_REGISTRAR
  | typeof CLERK
  | typeof SECOND_CLERK
  | typeof ARCHIVE;

/** The diary of the weeks: what is done by whom, with handles and digests made once. */
class Registry {
  readonly plan: YearPlan;

  constructor(plan: YearPlan) {
    this.plan = plan;
  }

  digest(): string {
    return this.plan.handle() + this.plan.handle();
  }

  does(day: DayIndex, hour: Hour, person: Person, action: string, key: string, body: JsonObject | Note['body'], expect?: string): void {
    const story = action.startsWith('request') ? REQUEST_STORY : CIVIL_STORY;
    this.plan.add(day, hour, {
      ...{
        ...person,
        key,
        action: action.startsWith('privacy.') ? action : `records.${action}`,
        story,
        body: typeof body === 'function' ? body : () => body,
      },
      ...(expect === undefined ? {} : { expect }),
    });
  }

  /** Declared at the counter, validated the next day, registered the day after; answers the record's handle. */
  event(type: string, key: string, day: DayIndex, fields: JsonObject): string {
    const record = this.plan.handle();
    this.does(day, 'morning', COUNTER, `${type}.declare`, `${key}: declared`, { record, evidence: this.digest(), ...fields });
    this.does(day + 1, 'noon', REGISTRAR, 'validate', `${key}: validated`, { record });
    this.does(day + 2, 'noon', SECOND_REGISTRAR, `${type}.register`, `${key}: registered`, { record });
    return record;
  }
}

const birth = (givenNames: string, familyName: string, bornOn: string, sex: string, mother: string): JsonObject => ({
  ...{ givenNames, familyName, bornOn, bornAt: 'Linden Hospital, Vellmere', sex, mother, informant: mother },
});

/** Steps in order of `at`, all after the founding of the same year's town. Nothing in them depends on keys. */
export function registryWeeks({ seed, year }: TownYear): Step[] {
  const registry = new Registry(new YearPlan(year, seededRandom(seed)));
  registers(registry);
  twice(registry);
  corrected(registry);
  archived(registry);
  requests(registry);
  return registry.plan.steps();
}

function registers(registry: Registry): void {
  const { plan } = registry;
  const { year } = plan;
  const first = registry.event(
    'birth',
    'birth of Mira',
    plan.on(3, 3),
    birth('Mira Anouk', 'Halloran', `${year}-02-27`, 'female', 'Ines Halloran'),
  );
  registry.does(plan.on(3, 3), 'evening', REGISTRAR, 'certify', 'certificate of Mira, too early', { record: first }, 'records.not-pending');
  registry.does(plan.on(3, 10), 'morning', SECOND_COUNTER, 'certify', 'certificate of Mira', { record: first });
  const teo = registry.event(
    'birth',
    'birth of Teo',
    plan.on(3, 12),
    birth('Teo', 'Brandtner', `${year}-03-09`, 'male', 'Lotte Brandtner'),
  );
  restricted(registry, teo);
  const death = registry.event('death', 'death of Ansgar', plan.on(3, 18), {
    ...{ givenNames: 'Ansgar', familyName: 'Weidmoor', bornOn: '1941-05-30', diedOn: `${year}-03-16`, diedAt: 'Mill Lane, Vellmere' },
    ...{ maritalStatus: 'married', spouse: 'Edda Weidmoor', informant: 'Edda Weidmoor' },
  });
  registry.does(plan.on(3, 24), 'morning', COUNTER, 'certify', 'certificate of death of Ansgar', { record: death });
  registry.event('marriage', 'marriage at the mill', plan.on(4, 8), {
    ...{ firstGivenNames: 'Jorun', firstFamilyName: 'Estermann', secondGivenNames: 'Salma', secondFamilyName: 'Okafor' },
    ...{ marriedOn: `${year}-04-05`, marriedAt: 'Old Mill, Vellmere', nameAfter: 'Estermann-Okafor', witnesses: 'Piet Lorenz, Ada Okafor' },
  });
  registry.event('name-change', 'new name of Robin', plan.on(4, 22), {
    ...{ givenNamesBefore: 'Roberta', familyNameBefore: 'Quist', givenNames: 'Robin', familyName: 'Quist' },
    ...{ bornOn: '1998-11-02', ground: 'request' },
  });
}

/** A father contests what was written; until that is looked at, nothing is made of the record. */
function restricted(registry: Registry, record: string): void {
  const day = registry.plan.on(3, 19);
  registry.does(day, 'morning', COUNTER, 'privacy.restriction.place', 'birth of Teo: restricted', {
    case: record,
    ground: 'accuracy-contested',
  });
  registry.does(day, 'noon', COUNTER, 'certify', 'certificate of Teo: not now', { record }, 'records.record-restricted');
  registry.does(day + 1, 'morning', REGISTRAR, 'privacy.restriction.lift', 'birth of Teo: nothing was wrong', { case: record });
  registry.does(day + 1, 'noon', COUNTER, 'certify', 'certificate of Teo', { record });
}

/** Mother and midwife declared one birth; the second declaration is found to be the same, another only looks like it. */
function twice(registry: Registry): void {
  const { plan } = registry;
  const day = plan.on(3, 26);
  const child = birth('Jule', 'Sanderling', `${plan.year}-03-21`, 'female', 'Kaya Sanderling');
  const first = registry.event('birth', 'birth of Jule', day, child);
  const again = plan.handle();
  registry.does(day + 2, 'morning', SECOND_COUNTER, 'birth.declare', 'birth of Jule, again: declared', { record: again, ...child });
  registry.does(day + 3, 'morning', REGISTRAR, 'duplicate.flag', 'birth of Jule, again: flagged', { record: again, other: first });
  const decision = { record: again, decision: 'duplicate' };
  registry.does(day + 3, 'noon', SECOND_REGISTRAR, 'duplicate.decide', 'birth of Jule, again: the same', decision);
  registry.does(
    day + 4,
    'noon',
    SECOND_REGISTRAR,
    'birth.register',
    'birth of Jule, again: not registered',
    { record: again },
    'records.not-pending',
  );

  const twin = plan.handle();
  registry.does(day + 2, 'morning', COUNTER, 'birth.declare', 'birth of Jonna: declared', {
    ...{ record: twin, ...birth('Jonna', 'Sanderling', `${plan.year}-03-21`, 'female', 'Kaya Sanderling') },
  });
  registry.does(day + 3, 'noon', REGISTRAR, 'validate', 'birth of Jonna: validated', { record: twin });
  registry.does(day + 3, 'noon', REGISTRAR, 'duplicate.flag', 'birth of Jonna: flagged', { record: twin, other: first });
  registry.does(
    day + 4,
    'noon',
    REGISTRAR,
    'birth.register',
    'birth of Jonna: not while it is open',
    { record: twin },
    'records.duplicate-open',
  );
  const twins = { record: twin, decision: 'not-duplicate' };
  registry.does(day + 5, 'morning', SECOND_REGISTRAR, 'duplicate.decide', 'birth of Jonna: a twin', twins);
  registry.does(day + 5, 'noon', REGISTRAR, 'birth.register', 'birth of Jonna: registered', { record: twin });
}

/** A letter too many: rejected, declared again, registered, put right weeks later with the hospital's note. */
function corrected(registry: Registry): void {
  const { plan } = registry;
  const day = plan.on(4, 1);
  const record = plan.handle();
  const declare = (familyName: string): JsonObject => birth('Levin', familyName, `${plan.year}-03-29`, 'male', 'Ruth Kallweit');
  registry.does(day, 'morning', COUNTER, 'birth.declare', 'birth of Levin: declared', { record, ...declare('Kalweit') });
  registry.does(day, 'noon', COUNTER, 'validate', 'birth of Levin: not by who declared', { record }, 'kernel.action-not-permitted');
  registry.does(day + 1, 'noon', REGISTRAR, 'reject', 'birth of Levin: rejected', { record, reason: 'evidence-missing' });
  registry.does(day + 2, 'morning', COUNTER, 'birth.declare', 'birth of Levin: declared again', {
    ...{ record, evidence: registry.digest(), ...declare('Kalweit') },
  });
  registry.does(day + 3, 'morning', REGISTRAR, 'validate', 'birth of Levin: validated', { record });
  registry.does(day + 3, 'noon', REGISTRAR, 'birth.register', 'birth of Levin: registered', { record });
  registry.does(day + 4, 'morning', COUNTER, 'certify', 'certificate of Levin', { record });
  const correction = { record, reason: 'typing-error', evidence: registry.digest(), ...declare('Kallweit') };
  registry.does(day + 12, 'morning', COUNTER, 'birth.correct', 'birth of Levin: correction asked for', correction);
  registry.does(day + 13, 'noon', SECOND_REGISTRAR, 'correction.approve', 'birth of Levin: corrected', { record });
  registry.does(day + 14, 'morning', COUNTER, 'certify', 'certificate of Levin, corrected', { record });
}

/** A file is entered, replaced by a better scan, and handed over to the archive; nobody disposes of it before its time. */
function archived(registry: Registry): void {
  const { plan } = registry;
  const day = plan.on(4, 14);
  const file = { case: plan.handle(), mediaType: 'PDF', retention: 'CASE-FILE', title: 'Acknowledgement of paternity' };
  const enter = (key: string, on: DayIndex, size: number): void =>
    registry.does(on, 'morning', REGISTRAR, 'document.enter', key, { ...file, size, digest: registry.digest() });
  enter('first scan', day, 412_880);
  enter('better scan', day + 1, 1_204_112);
  const supersede: Note['body'] = (records) => ({ document: records.id('first scan'), successor: records.id('better scan') });
  registry.does(day + 1, 'noon', REGISTRAR, 'document.supersede', 'first scan: superseded', supersede);
  const sip = registry.digest();
  const documents: Note['body'] = (records) => ({ sip, documents: [records.id('first scan'), records.id('better scan')] });
  registry.does(day + 10, 'morning', CLERK, 'transfer.prepare', 'transfer: prepared', documents);
  const confirm: Note['body'] = (records) => ({ transfer: records.id('transfer: prepared'), sip });
  registry.does(day + 12, 'noon', ARCHIVE, 'transfer.confirm', 'transfer: confirmed', confirm);
  // Whoever proposes hears at once what would be refused once all have signed.
  plan.add(day + 13, 'morning', {
    ...{ ...CLERK, key: 'first scan: not disposed of yet', action: 'kernel.propose', story: CIVIL_STORY, expect: 'records.not-due' },
    body: (records) => ({ action: 'records.document.dispose', body: { documents: [records.id('first scan')] } }),
  });
}

/** Four requests: answered in time; clarified, extended and answered in part, then in full on review; withdrawn; and one that runs overdue. */
function requests(registry: Registry): void {
  const { plan } = registry;
  const file = (key: string, day: DayIndex, text: string, form = 'letter'): string => {
    const request = plan.handle();
    const asked = { name: 'Friends of the River', contact: 'river.friends@vellmere.example', text };
    registry.does(day, 'morning', SECOND_COUNTER, 'request.file', key, { request, form, ...asked, signed: registry.digest() });
    return request;
  };
  const answered = (request: string, outcome: string, ground?: string): JsonObject => ({
    ...{ request, outcome, answer: registry.digest(), ...(ground === undefined ? {} : { ground }) },
  });

  const weir = file('weir', plan.on(3, 4), 'Reports on the weir since 2015', 'e-mail');
  registry.does(plan.on(3, 20), 'noon', CLERK, 'request.answer', 'weir: answered', answered(weir, 'full'));

  const bridge = file('bridge', plan.on(3, 5), 'All letters about the mill bridge');
  registry.does(plan.on(3, 11), 'morning', CLERK, 'request.clarify', 'bridge: which years?', { request: bridge });
  registry.does(plan.on(3, 18), 'morning', SECOND_COUNTER, 'request.resume', 'bridge: since 2019', { request: bridge });
  registry.does(plan.on(3, 25), 'noon', CLERK, 'request.clarify', 'bridge: no second pause', { request: bridge }, 'records.once-only');
  registry.does(plan.on(3, 28), 'noon', CLERK, 'request.extend', 'bridge: extended', { request: bridge, reason: 'volume' });
  registry.does(plan.on(4, 9), 'noon', CLERK, 'request.answer', 'bridge: answered in part', answered(bridge, 'partly', 'commercial'));
  registry.does(plan.on(4, 15), 'morning', COUNTER, 'request.review', 'bridge: to be reviewed', { request: bridge });
  const full = answered(bridge, 'full');
  registry.does(plan.on(4, 24), 'noon', CLERK, 'request.answer', 'bridge: not by the same person', full, 'records.same-person');
  registry.does(plan.on(4, 25), 'noon', SECOND_CLERK, 'request.answer', 'bridge: answered in full', full);

  const trees = file('trees', plan.on(3, 17), 'Trees felled in the park', 'portal');
  registry.does(plan.on(3, 19), 'morning', COUNTER, 'request.withdraw', 'trees: withdrawn', { request: trees });

  const quarry = file('quarry', plan.on(3, 6), 'Permits of the quarry, and who asked for them', 'in-person');
  const late = plan.on(5, 12);
  registry.does(
    late,
    'noon',
    CLERK,
    'request.extend',
    'quarry: too late to extend',
    { request: quarry, reason: 'search' },
    'records.time-over',
  );
  registry.does(late + 1, 'noon', CLERK, 'request.answer', 'quarry: answered late', answered(quarry, 'refused', 'investigation'));
}

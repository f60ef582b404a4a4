/** Short sentences for the tests' stories: a town, its officers, and bodies with only what a story is about. */
import { TestLedger } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import type { CaseStanding } from './checks.ts';
import { records } from './module.ts';
import { recordTypes } from './types.ts';

/** Officers, each with the role and office they sign in. */
export const CARA = 'cara:intake@counter';
export const REMO = 'remo:registrar@civil';
export const RUTH = 'ruth:registrar@civil';
export const ELSEWHERE = 'paul:registrar@harbour';
export const IDA = 'ida:clerk@hall';
export const IVO = 'ivo:clerk@hall';
export const ARCHIVIST = 'ava:clerk@hall';
export const DISPOSERS = 'ava:clerk@hall remo:registrar@civil';
export const KEEPER = 'kay:archive-keeper@stacks@state-archive';

export const CHILD = '1'.repeat(32);
export const TWIN = '2'.repeat(32);
export const QUESTION = '3'.repeat(32);
export const DIGEST = 'd'.repeat(64);
export const SIP = 'e'.repeat(64);

/** Digests as a client would make them: of disclosures or decoys. */
export function digests(count: number, seed = 'x'): string[] {
  return Array.from({ length: count }, (_, n) => `${seed}${n}`.padEnd(43, 'A'));
}

const fieldsOf = (type: string): number => Object.keys(recordTypes[type]?.fields ?? {}).length;

export const declareBody = (record: string, type = 'birth', seed = 'x'): JsonObject => ({ record, _sd: digests(fieldsOf(type), seed) });
export const correctBody = (record: string, type = 'birth', seed = 'y'): JsonObject => ({
  ...{ record, reason: 'typing-error', evidence: DIGEST, _sd: digests(fieldsOf(type), seed) },
});
export const documentBody = (change: JsonObject = {}): JsonObject => ({
  ...{ case: CHILD, mediaType: 'PDF', size: 70_000, digest: DIGEST, retention: 'CORRESPONDENCE', _sd: digests(1) },
  ...change,
});
export const fileBody = (change: JsonObject = {}): JsonObject => ({ request: QUESTION, form: 'letter', _sd: digests(4), ...change });

/** What privacy would say of cases; a story changes it. */
export type Cases = Map<string, Partial<CaseStanding>>;

export interface Town {
  readonly town: TestLedger;
  readonly cases: Cases;
}

/** A town on Monday 2 March 2026. */
export function newTown(parameters: JsonObject = { archive: 'state-archive' }, today = '2026-03-02'): Town {
  const cases: Cases = new Map();
  const town = new TestLedger(records, {
    today,
    parameters,
    agencies: { town: { reviews: false }, 'state-archive': { reviews: false } },
    ask: (_port, _question, args) => ({ restricted: false, held: false, erased: false, objected: false, ...cases.get(String(args.case)) }),
  });
  return { town, cases };
}

/** … in which a birth was declared and validated. */
export function validated(record = CHILD): Town {
  const started = newTown();
  started.town.do('birth.declare', declareBody(record), CARA);
  started.town.do('validate', { record }, REMO);
  return started;
}

/** … and registered. */
export function registered(record = CHILD): Town {
  const started = validated(record);
  started.town.do('birth.register', { record }, REMO);
  return started;
}

/** … in which somebody asked to know something. */
export function asked(): Town {
  const started = newTown();
  started.town.do('request.file', fileBody(), IDA);
  return started;
}

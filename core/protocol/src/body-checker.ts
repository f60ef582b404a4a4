/**
 * Checks bodies (and disclosed values) against the schemas that modules declare. Typebox compiles a schema to JavaScript
 * where the platform allows that and walks it where it does not (a browser with a strict content policy); both give the
 * same answer. A message speaks of the schema only and never repeats what was sent: it ends up in logs and answers, and
 * what a person typed must not.
 */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';

/** `path` is a JSON Pointer into the value; a member the schema does not declare stands in it as `*`. */
export type BodyCheck = { readonly ok: true } | { readonly ok: false; readonly path: string; readonly message: string };
export type BodyChecker = (value: unknown) => BodyCheck;

const checkers = new WeakMap<TSchema, BodyChecker>();
const PASSED: BodyCheck = { ok: true };

/** The checker of a schema; made at the first call and kept as long as the schema object lives. */
export function makeBodyChecker(schema: TSchema): BodyChecker {
  const known = checkers.get(schema);
  if (known !== undefined) return known;
  const validator = Compile(schema);
  const checker: BodyChecker = (value) =>
    validator.Check(value) ? PASSED : explain(schema, validator.Errors(value)[1] as readonly Fault[]);
  checkers.set(schema, checker);
  return checker;
}

interface Fault {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The fault nearest the schema's root: of a union that does not fit, the union, not one of its branches. */
function explain(schema: TSchema, faults: readonly Fault[]): BodyCheck {
  let nearest: Fault | undefined;
  for (const fault of faults) {
    if (nearest === undefined || fault.schemaPath.length < nearest.schemaPath.length) nearest = fault;
  }
  if (nearest === undefined) return { ok: false, path: '', message: 'does not fit its schema' };
  return { ok: false, path: declaredPath(schema, nearest.instancePath), message: describe(nearest) };
}

function declaredPath(schema: TSchema, pointer: string): string {
  const names = new Set<string>();
  collectNames(schema, names);
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => `/${/^[0-9]{1,5}$/.test(segment) || names.has(segment) ? segment : '*'}`).join('');
}

/** Every property name the schema declares anywhere: what may be repeated without repeating what was sent. */
function collectNames(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collectNames(item, names);
  } else if (typeof node === 'object' && node !== null) {
    for (const [keyword, value] of Object.entries(node)) {
      if (keyword === 'properties') for (const name of Object.keys(value as object)) names.add(name);
      collectNames(value, names);
    }
  }
}

function describe(fault: Fault): string {
  const { params } = fault;
  switch (fault.keyword) {
    case 'required':
      return `lacks ${(params.requiredProperties as readonly string[]).join(', ')}`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'propertyNames':
      return 'has a member that is not declared';
    case 'type':
      return `is not of type ${[params.type].flat().join(' or ')}`;
    case 'const':
    case 'enum':
      return 'is not one of the allowed values';
    case 'pattern':
    case 'format':
      return 'does not have the required form';
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return `is not ${params.comparison} ${params.limit}`;
    case 'minLength':
    case 'maxLength':
      return `has ${fault.keyword === 'minLength' ? 'fewer' : 'more'} than ${params.limit} characters`;
    case 'minItems':
    case 'maxItems':
      return `has ${fault.keyword === 'minItems' ? 'fewer' : 'more'} than ${params.limit} items`;
    case 'minProperties':
    case 'maxProperties':
      return `has ${fault.keyword === 'minProperties' ? 'fewer' : 'more'} than ${params.limit} members`;
    case 'uniqueItems':
      return 'names an item twice';
    case 'anyOf':
    case 'oneOf':
      return 'matches none of the allowed forms';
    default:
      return 'does not fit its schema';
  }
}

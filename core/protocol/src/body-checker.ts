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

/**
 * The checker of a schema; made at the first call and kept as long as the schema object lives. Compiled when something is checked: of the
 * many schemas that a program declares, most runs meet a few.
 */
export function makeBodyChecker(schema: TSchema): BodyChecker {
  const known = checkers.get(schema);
  if (known !== undefined) return known;
  let validator: ReturnType<typeof Compile> | undefined;
  const checker: BodyChecker = (value) => {
    validator ??= Compile(schema);
    return validator.Check(value) ? PASSED : explain(schema, validator.Errors(value)[1] as readonly Fault[]);
  };
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

/** The pointer with every segment that the schema itself does not name (a key of a map, an unknown member) put as `*`. */
function declaredPath(schema: TSchema, pointer: string): string {
  let path = '';
  let nodes: readonly Node[] = branchesOf(schema as Node);
  for (const segment of pointer.split('/').slice(1)) {
    const named = nodes.flatMap(({ properties }) =>
      properties !== undefined && Object.hasOwn(properties, segment) ? [properties[segment]] : [],
    );
    const indexed = /^[0-9]+$/.test(segment) ? nodes.flatMap(({ items }) => (items === undefined ? [] : [items].flat())) : [];
    const mapped = nodes.flatMap(({ patternProperties, additionalProperties }) => [
      ...Object.values(patternProperties ?? {}),
      additionalProperties,
    ]);
    path += named.length > 0 || indexed.length > 0 ? `/${segment}` : '/*';
    nodes = (named.length > 0 ? named : indexed.length > 0 ? indexed : mapped).flatMap((node) => branchesOf(node));
  }
  return path;
}

/** The keywords that lead from a schema to the schemas of its parts. */
interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node | readonly Node[];
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

function branchesOf(node: Node | boolean | undefined): readonly Node[] {
  if (typeof node !== 'object') return [];
  return [node, ...[node.anyOf, node.oneOf, node.allOf].flatMap((branches) => (branches ?? []).flatMap(branchesOf))];
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

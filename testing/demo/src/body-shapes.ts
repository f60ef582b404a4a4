/** Bodies taken apart and filled: every place in a JSON value, a value put into one, and a body of a schema's shape. */
import type { JsonObject, JsonValue } from '@tabularium/protocol';

/** JSON Pointers of every string, number and boolean in a value. */
export function valuePaths(value: JsonValue | undefined, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item, n) => valuePaths(item, `${path}/${n}`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      valuePaths(inner, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    );
  }
  return [path];
}

/** A copy with another value at a JSON Pointer, whose parent is there. */
export function withValue(body: JsonObject, path: string, value: JsonValue): JsonObject {
  const copy = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at = copy;
  for (const step of steps.slice(0, -1)) at = at[step] as Record<string, unknown>;
  at[steps.at(-1)!] = value;
  return copy as JsonObject;
}

interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly minItems?: number;
  readonly const?: JsonValue;
}

/** Something of a schema's shape, optional members too, in which `text` fills every string. */
export function sampleBody(schema: object, text: () => string): JsonValue {
  const shape = schema as Shape;
  if (shape.const !== undefined) return shape.const;
  if (shape.anyOf !== undefined) return sampleBody(shape.anyOf[0]!, text);
  if (shape.type === 'array') {
    return Array.from({ length: Math.max(1, shape.minItems ?? 1) }, () => sampleBody(shape.items ?? {}, text));
  }
  if (shape.type === 'object') {
    return Object.fromEntries(Object.entries(shape.properties ?? {}).map(([name, inner]) => [name, sampleBody(inner, text)]));
  }
  if (shape.type === 'integer' || shape.type === 'number') return 1;
  if (shape.type === 'boolean') return true;
  return text();
}

/** The node's own description of its API (OpenAPI 3.1) as a page shows it: operations by subject, what each takes, and what may be signed. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly title?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Content {
  readonly [type: string]: { readonly schema?: Schema };
}

interface DescribedOperation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}

export interface OpenApi {
  readonly info: { readonly title: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema & ActionMarks>> };
}

interface ActionMarks {
  readonly 'x-action'?: string;
  readonly 'x-roles'?: readonly string[];
  readonly 'x-signers'?: number;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** Content types of what is sent, the first the usual one. */
  readonly takes: readonly string[];
  readonly gives: readonly {
    readonly status: string;
    readonly description: string;
    readonly types: readonly string[];
    readonly schema?: Schema;
  }[];
}

export interface Subject {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

export interface SignedAction {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly roles: readonly string[];
  readonly signers: number;
  readonly body: Schema;
}

/** Subjects in the order of the description; HEAD is left out, for it is GET without a body. */
export function subjectsOf({ tags = [], paths }: OpenApi): readonly Subject[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, told]) =>
      method === 'head' ? [] : [{ tag: told.tags?.[0] ?? '', ...operationOf(method, path, told) }],
    ),
  );
  return tags
    .map(({ name, description = '' }) => ({ name, description, operations: operations.filter(({ tag }) => tag === name) }))
    .filter((subject) => subject.operations.length > 0);
}

function operationOf(method: string, path: string, told: DescribedOperation): Operation {
  return {
    id: `${method}${path}`.replace(/[^A-Za-z0-9]+/g, '-'),
    method: method.toUpperCase(),
    path,
    summary: told.summary ?? '',
    description: told.description ?? '',
    parameters: told.parameters ?? [],
    takes: Object.keys(told.requestBody?.content ?? {}),
    gives: Object.entries(told.responses ?? {}).map(([status, { description = '', content = {} }]) => {
      const schema = Object.values(content)[0]?.schema;
      return { status, description, types: Object.keys(content), ...(schema === undefined ? {} : { schema }) };
    }),
  };
}

/** Everything that may be signed, by name. */
export function actionsOf({ components }: OpenApi): readonly SignedAction[] {
  return Object.values(components?.schemas ?? {})
    .flatMap((schema) => {
      const { 'x-action': name, 'x-roles': roles = [], 'x-signers': signers = 1, title = '', description = '' } = schema;
      return name === undefined ? [] : [{ name, title, description, roles, signers, body: schema }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether all words stand somewhere in the texts. */
export function matches(sought: string, ...texts: readonly string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** A type in few words: `text`, `integer 1 to 200`, `"a" | "b"`, `list of object`. */
export function typeWords(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  const { const: only, enum: one, anyOf, type, items, minimum, maximum } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (one !== undefined) return one.map((value) => JSON.stringify(value)).join(' | ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeWords))].join(' | ');
  if (type === 'array') return `list of ${typeWords(items)}`;
  const range =
    minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''}…${maximum === Number.MAX_SAFE_INTEGER ? '' : (maximum ?? '')}`;
  return `${[type ?? 'any'].flat().join(' | ')}${range}`;
}

/** The address with what was filled in; what is empty is left out of the query. */
export function filledPath(path: string, parameters: readonly Parameter[], values: Readonly<Record<string, string>>): string {
  let filled = path;
  const query = new URLSearchParams();
  for (const { name, in: where } of parameters) {
    const value = values[name] ?? '';
    if (where === 'path')
      filled = filled.replace(`{${name}}`, value === '' ? `{${name}}` : value.split('/').map(encodeURIComponent).join('/'));
    else if (where === 'query' && value !== '') query.append(name, value);
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

/** The same call for a terminal; single quotes hold everything but themselves. */
export function curlLine(url: string, method: string, body?: { readonly type: string; readonly text: string }): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  if (body === undefined) return method === 'GET' ? `curl -s ${quoted(url)}` : `curl -s -X ${method} ${quoted(url)}`;
  return `curl -s -X ${method} ${quoted(url)} -H ${quoted(`content-type: ${body.type}`)} --data-binary ${quoted(body.text)}`;
}

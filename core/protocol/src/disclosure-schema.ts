/**
 * How a module declares what may be typed by a person (docs/spec/disclosure.md). Such a field never stands in the body:
 * its object carries `_sd`, exactly as many digests as it declares such fields (RFC 9901 §4.2.4.1), so that the number
 * of digests says nothing about which fields were filled; decoys (§4.2.5) make up for absent ones.
 *
 *     const Payee = disclosable({ account: Handle, label: published(Type.String({ maxLength: 200 })) });
 *     const Applicant = disclosable({ applicant: Handle, name: personal(Type.String({ maxLength: 200 })) }, { case: 'applicant' });
 *
 * Only objects and arrays of objects can hold such fields: in a union or a map it would be unclear which were meant.
 */
import { type TArray, type TObject, type TObjectOptions, type TSchema, type TString, Type } from 'typebox';
import { DIGEST_PATTERN } from './key.ts';

/** `published`: to the public text store. `personal`: to the vault, encrypted. */
export type DisclosureKind = 'published' | 'personal';
export type Disclosed<S extends TSchema, K extends DisclosureKind> = S & { readonly 'x-disclosure': K };

type DisclosedNames<F> = { [N in keyof F]: F[N] extends { readonly 'x-disclosure': DisclosureKind } ? N : never }[keyof F];
type WireFields<F> = [DisclosedNames<F>] extends [never]
  ? F
  : { [N in Exclude<keyof F, DisclosedNames<F>> | '_sd']: N extends keyof F ? F[N] : TArray<TString> };
type ClearFields<F> = { [N in DisclosedNames<F>]: F[N] };
type Fields = Record<string, TSchema>;
type AsFields<F> = F extends Fields ? F : never;

/** The wire schema of an object with disclosed fields; their own schemas hang on it under `x-disclosures`. */
export type Disclosable<F extends Fields> = TObject<AsFields<WireFields<F>>> & {
  readonly 'x-disclosures'?: TObject<AsFields<ClearFields<F>>>;
};

/** Marks a field whose text goes to the public text store, from where two officers may withdraw it. */
export function published<S extends TSchema>(schema: S): Disclosed<S, 'published'> {
  return mark(schema, 'published');
}

/**
 * Marks a field about a person; it goes to the vault, under the case that its object names. `of`: who it is about where that is somebody
 * else than the person whose case it is (`mother`): whoever asks what is held about them does not get to see it.
 */
export function personal<S extends TSchema>(schema: S, { of }: { readonly of?: string } = {}): Disclosed<S, 'personal'> {
  const marked = mark(schema, 'personal');
  return of === undefined ? marked : Object.assign(marked, { 'x-about': of });
}

/** Typebox keeps its own marks in properties that are not enumerable, so a spread would lose them. */
function mark<S extends TSchema, K extends DisclosureKind>(schema: S, kind: K): Disclosed<S, K> {
  if (findMark(schema)) throw new Error('A disclosed field cannot hold disclosed fields.');
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)) as S;
  return Object.assign(copy, { 'x-disclosure': kind });
}

export interface DisclosableOptions<F> extends TObjectOptions {
  /** The member that holds the handle of the case to which personal fields belong; objects within inherit it. */
  readonly case?: Exclude<keyof F, DisclosedNames<F>> & string;
}

/** The wire schema of an object of which some fields are disclosed. Members other than the declared are refused. */
export function disclosable<F extends Fields>(fields: F, { case: caseMember, ...others }: DisclosableOptions<F> = {}): Disclosable<F> {
  const options = caseMember === undefined ? others : { ...others, 'x-case': caseMember };
  const plain: Fields = {};
  const clear: Fields = {};
  for (const [name, schema] of Object.entries(fields)) {
    if (name === '_sd' || name === '...') throw new Error(`${name} is kept for digests (RFC 9901 §4.1).`);
    if (kindOf(schema) === undefined) plain[name] = schema;
    else clear[name] = schema;
  }
  const count = Object.keys(clear).length;
  if (count === 0) return Type.Object(plain, { ...options, additionalProperties: false }) as unknown as Disclosable<F>;
  const digests = Type.Array(Type.String({ pattern: DIGEST_PATTERN }), { minItems: count, maxItems: count, uniqueItems: true });
  const declared = Type.Object(clear, { additionalProperties: false });
  return Type.Object(
    { ...plain, _sd: digests },
    { ...options, additionalProperties: false, 'x-disclosures': declared },
  ) as unknown as Disclosable<F>;
}

function kindOf(schema: TSchema): DisclosureKind | undefined {
  return (schema as { readonly 'x-disclosure'?: DisclosureKind })['x-disclosure'];
}

function declaredOf(schema: TSchema): TObject | undefined {
  return (schema as { readonly 'x-disclosures'?: TObject })['x-disclosures'];
}

/** One disclosed field of a body. */
export interface DisclosureDeclaration {
  /** JSON Pointer of the object that holds it, with `*` for the items of an array: ``, `/payee`, `/lines/*`. */
  readonly path: string;
  readonly name: string;
  readonly kind: DisclosureKind;
  readonly schema: TSchema;
  /** Whether it must be disclosed. */
  readonly required: boolean;
  /** Of a personal field: who it is about, if not the person whose case it is. */
  readonly about?: string;
}

/** Where a schema expects digests: a tree of only those places that lead to some. */
export interface DisclosurePlan {
  readonly declared: ReadonlyMap<string, DisclosureDeclaration>;
  readonly members: ReadonlyMap<string, DisclosurePlan>;
  readonly items: DisclosurePlan | undefined;
  /** The member of this object that names the case of its personal fields, and of those within it. */
  readonly case: string | undefined;
}

const plans = new WeakMap<TSchema, { readonly plan: DisclosurePlan | undefined }>();

/** The plan of a schema, undefined if nothing in it is disclosed. Throws where fields are declared out of reach: a fault of the module. */
export function disclosurePlan(schema: TSchema): DisclosurePlan | undefined {
  const known = plans.get(schema);
  if (known !== undefined) return known.plan;
  const plan = planOf(schema, '', false);
  plans.set(schema, { plan });
  return plan;
}

function planOf(schema: TSchema, path: string, inCase: boolean): DisclosurePlan | undefined {
  if (kindOf(schema) !== undefined) throw new Error(`What is disclosed at ${path || '/'} is a field of an object made by disclosable().`);
  const { properties, items } = schema as { readonly properties?: Fields; readonly items?: TSchema };
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword !== 'properties' && keyword !== 'items' && keyword !== 'x-disclosures' && findMark(value)) {
      throw new Error(`Disclosed fields under ${keyword} at ${path || '/'} are out of reach.`);
    }
  }
  const caseMember = (schema as { readonly 'x-case'?: string })['x-case'];
  const hasCase = inCase || caseMember !== undefined;
  const declared = new Map<string, DisclosureDeclaration>();
  const clear = declaredOf(schema);
  for (const [name, field] of Object.entries(clear?.properties ?? {})) {
    const required = (clear?.required as readonly string[] | undefined)?.includes(name) ?? false;
    const kind = kindOf(field) as DisclosureKind;
    if (kind === 'personal' && !hasCase) throw new Error(`${name} at ${path || '/'} is personal and belongs to no case.`);
    const about = (field as { readonly 'x-about'?: string })['x-about'];
    declared.set(name, { path, name, kind, schema: field, required, ...(about === undefined ? {} : { about }) });
  }
  const members = new Map<string, DisclosurePlan>();
  for (const [name, member] of Object.entries(properties ?? {})) {
    const plan = planOf(member, `${path}/${name}`, hasCase);
    if (plan !== undefined) members.set(name, plan);
  }
  const itemPlan = items === undefined ? undefined : planOf(items, `${path}/*`, hasCase);
  return declared.size === 0 && members.size === 0 && itemPlan === undefined
    ? undefined
    : { declared, members, items: itemPlan, case: caseMember };
}

/** Whether anything under a node is marked as disclosed. */
function findMark(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(findMark);
  if (typeof node !== 'object' || node === null) return false;
  return Object.entries(node).some(([keyword, value]) => keyword === 'x-disclosure' || keyword === 'x-disclosures' || findMark(value));
}

/** All disclosed fields of a body, outer objects first, in the order of declaration. */
export function disclosuresOf(schema: TSchema): readonly DisclosureDeclaration[] {
  const found: DisclosureDeclaration[] = [];
  const visit = (plan: DisclosurePlan): void => {
    found.push(...plan.declared.values());
    for (const member of plan.members.values()) visit(member);
    if (plan.items !== undefined) visit(plan.items);
  };
  const plan = disclosurePlan(schema);
  if (plan !== undefined) visit(plan);
  return found;
}

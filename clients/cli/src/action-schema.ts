/**
 * What the catalogue declares of an action, for help, for checking a body before it is signed, and for turning its texts
 * into disclosures. A proposal carries the body of another action, so its texts are those of the inner one.
 */
import { type ActionDefinition, disclosedBody, type ModuleDefinition } from '@tabularium/kernel';
import { discloseBody, disclosuresOf, type JsonObject, makeBodyChecker, plainBodySchema } from '@tabularium/protocol';
import { nobleCrypto, randomBytes } from '@tabularium/sdk';
import { CliFault } from './exit-codes.ts';

export interface NamedAction {
  /** `module.subject.verb`. */
  readonly name: string;
  readonly definition: ActionDefinition;
}

/** Every action that can be submitted, in the order of the catalogue. */
export function actionsOf(catalogue: readonly ModuleDefinition[]): readonly NamedAction[] {
  return catalogue.flatMap((module) =>
    Object.entries(module.actions)
      .filter(([, definition]) => definition.internal !== true)
      .map(([action, definition]) => ({ name: `${module.name}.${action}`, definition })),
  );
}

export function actionNamed(name: string, catalogue: readonly ModuleDefinition[]): NamedAction {
  const found = actionsOf(catalogue).find((action) => action.name === name);
  if (found === undefined) throw new CliFault('usage', `there is no action ${name}`, 'tabularium action lists them');
  return found;
}

/** A body in its wire form, with the disclosures that travel beside it. Faults name the member that does not fit. */
export function filledBody(
  action: string,
  plain: JsonObject,
  catalogue: readonly ModuleDefinition[],
): { readonly body: JsonObject; readonly disclosures: readonly string[] } {
  const { definition } = actionNamed(action, catalogue);
  const checked = makeBodyChecker(plainBodySchema(definition.body))(plain);
  if (!checked.ok) {
    throw new CliFault(
      'file-invalid',
      `the body does not fit ${action}: ${checked.path || '/'} ${checked.message}`,
      `tabularium action ${action} shows what it takes`,
    );
  }
  const inner = disclosedBody(action, plain, catalogue);
  if (inner === undefined || inner.body === plain) return discloseBody(definition.body, plain, () => randomBytes(16), nobleCrypto);
  const { action: innerAction, body: innerBody, ...rest } = plain;
  const filled = filledBody(innerAction as string, innerBody as JsonObject, catalogue);
  return { body: { ...rest, action: innerAction!, body: filled.body }, disclosures: filled.disclosures };
}

/** One line of help for each member of a body. */
export interface Field {
  /** `items[].money.amount`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly text: string;
}

type Schema = Readonly<Record<string, unknown>> & {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly 'x-type'?: string;
};

/** The members of an action's body as a person fills them in. */
export function fieldsOf({ definition }: NamedAction): readonly Field[] {
  const texts = new Map(disclosuresOf(definition.body).map(({ path, name, kind }) => [`${path}/${name}`, kind]));
  const fields: Field[] = [];
  const visit = (schema: Schema, path: string, pointer: string): void => {
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      const isList = member.items !== undefined;
      const here = `${path}${path === '' ? '' : '.'}${name}${isList ? '[]' : ''}`;
      const place = `${pointer}/${name}`;
      const kind = texts.get(place);
      const words = [member.title, member.description, kind === undefined ? undefined : `(${kind} text)`].filter(
        (one) => one !== undefined,
      );
      const isGroup = member.properties !== undefined || member.items?.properties !== undefined;
      fields.push({
        path: here,
        type: isGroup ? (isList ? 'list' : 'group') : typeOf(isList ? member.items! : member),
        required: schema.required?.includes(name) ?? false,
        text: words.join('. '),
      });
      if (isList) visit(member.items!, here, `${place}/*`);
      else visit(member, here, place);
    }
  };
  visit(plainBodySchema(definition.body) as unknown as Schema, '', '');
  return fields;
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined && schema['x-type'] === undefined) return schema.enum.join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema['x-type'] === 'amount') return 'amount (minor units, as a string)';
  if (schema['x-type'] === 'currency') return 'currency (ISO 4217)';
  // A short pattern says more than "string"; long ones are lists of currencies and the like.
  if (schema.pattern !== undefined && schema.pattern.length <= 60) return `string ${schema.pattern}`;
  return schema.type ?? 'any';
}

/** Which schema a submission's disclosures belong to: a proposal carries another action's content. */
import type { JsonObject } from '@tabularium/protocol';
import type { TSchema } from 'typebox';
import type { ModuleDefinition } from './module.ts';

/** Body and schema whose `_sd` digests a submission may disclose; undefined where the action is unknown. */
export function disclosedBody(
  action: string,
  body: JsonObject,
  catalogue: readonly ModuleDefinition[],
): { readonly body: JsonObject; readonly schema: TSchema } | undefined {
  if (
    action === 'kernel.propose' &&
    typeof body.action === 'string' &&
    typeof body.body === 'object' &&
    body.body !== null &&
    !Array.isArray(body.body)
  ) {
    return body.action === 'kernel.propose' ? undefined : disclosedBody(body.action, body.body as JsonObject, catalogue);
  }
  const dot = action.indexOf('.');
  const module = catalogue.find(({ name }) => name === action.slice(0, dot));
  const definition = module?.actions[action.slice(dot + 1)];
  return definition === undefined ? undefined : { body, schema: definition.body };
}

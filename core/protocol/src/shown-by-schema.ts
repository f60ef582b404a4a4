/**
 * The fields that some disclosures show, where the module that wrote the entry is known: names, values and the number of digests must fit the
 * action's schema as well. Apart from `readShown`, so that a page that knows no modules does not load what checks schemas.
 */
import type { TSchema } from 'typebox';
import type { Crypto } from './crypto.ts';
import { checkDisclosures } from './disclosure.ts';
import { disclosuresOf } from './disclosure-schema.ts';
import type { JsonObject } from './json-value.ts';
import { readShown, type ShownField, type ShownFields } from './shown-fields.ts';

/** Total: never throws. */
export function readShownBySchema(body: JsonObject, schema: TSchema, disclosures: readonly string[], crypto: Crypto): ShownFields {
  const fields = readShown(body, disclosures, crypto);
  if (!fields.ok) return fields;
  const fits = checkDisclosures(body, schema, disclosures, crypto, { takesPersonal: true });
  // What is not shown is not missing.
  if (!fits.ok && fits.code !== 'disclosure-missing') return fits;
  return { ...fields, shown: fields.shown.map((field) => withAbout(field, schema)) };
}

function withAbout(field: ShownField, schema: TSchema): ShownField {
  const declared = disclosuresOf(schema).find(({ path, name }) => name === field.name && isAt(path, field.path));
  return declared?.about === undefined ? field : { ...field, about: declared.about };
}

/** Whether a path is one of those that a declared one means, in which `*` stands for the items of an array. */
function isAt(declared: string, path: string): boolean {
  const [wanted, steps] = [declared.split('/'), path.split('/')];
  return (
    wanted.length === steps.length && wanted.every((step, at) => step === steps[at] || (step === '*' && /^\d+$/.test(steps[at] as string)))
  );
}

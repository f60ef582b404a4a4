/** From a form's body to what is signed: the action, or where several people sign, its proposal. */
import { discloseBody, type JsonObject, type plainBodySchema } from '@tabularium/protocol';
import { type ActionRequest, nobleCrypto } from '@tabularium/sdk';
import type { Entitlement, Form } from '../desk-data.ts';
import type { Schema } from './fields.ts';

/** For a dry run, texts have digests that are always alike, so that nothing is asked twice. */
export const zeroSalt = (): Uint8Array => new Uint8Array(16);

/** Texts become disclosures, which travel beside it. */
export function requestOf(
  { action, schema }: Form & { readonly schema: Schema },
  right: Entitlement,
  plain: JsonObject,
  salt: () => Uint8Array,
): ActionRequest {
  const { body, disclosures } = discloseBody(schema as unknown as Parameters<typeof plainBodySchema>[0], plain, salt, nobleCrypto);
  const role = { ...(right.as === undefined ? {} : { as: right.as }), ...(right.for === undefined ? {} : { for: right.for }) };
  return right.signers > 1
    ? { action: 'kernel.propose', body: { action, body }, disclosures, ...role }
    : { action, body, disclosures, ...role };
}

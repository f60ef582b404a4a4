/** A presentation as `tabularium verify` tells it: what is shown, what stays hidden, by whom recorded, for whom signed, and what it does not prove. */
import { catalogue } from '@tabularium/catalogue';
import { disclosedBody } from '@tabularium/kernel';
import { readShownBySchema, type ShownField } from '@tabularium/protocol';
import { nobleCrypto } from '@tabularium/sdk';
import { type RefusedPresentation, type VerifiedPresentation, verifyPresentation } from '@tabularium/verify';
import { actTitle, bodyWords } from './act-words.ts';
import { type ToldCosigner, told, witnessWords } from './cosigner-words.ts';
import { instant, type Terminal } from './terminal.ts';

export interface ShownDemand {
  readonly to?: string;
  readonly nonce?: string;
  readonly maxAgeSeconds?: number;
}

type Checked = { readonly ok: true; readonly origin: string; readonly value: object; readonly words: string } | RefusedPresentation;

export function checkShown(
  bytes: Uint8Array,
  policy: string,
  nowSeconds: number,
  { to, nonce, maxAgeSeconds }: ShownDemand,
  terminal: Terminal,
): Checked {
  const checked = verifyPresentation(bytes, {
    ...{ policy, crypto: nobleCrypto, nowSeconds },
    ...(to === undefined ? {} : { audience: to }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    read: (action, body, disclosures) => {
      const known = disclosedBody(action, body, catalogue);
      return known === undefined ? undefined : readShownBySchema(known.body, known.schema, disclosures, nobleCrypto);
    },
  });
  if (!checked.ok) return checked;
  const cosigners = told(checked.receipt, policy);
  const { origin } = checked.receipt.checkpoint;
  return { ok: true, origin, value: shownJson(checked, cosigners), words: shownWords(checked, cosigners, terminal) };
}

function shownJson({ receipt, shown, hidden, holder, record }: VerifiedPresentation, cosigners: readonly ToldCosigner[]): object {
  const { transaction, index, checkpoint } = receipt;
  const { name, kid, payload } = transaction;
  return {
    ...{ verified: true, kind: 'presentation', shown, hidden, holder: holder ?? null },
    record:
      record === undefined
        ? null
        : {
            key: record.key,
            state: record.state ?? null,
            height: record.seal.height,
            time: record.seal.time,
            seenAt: record.seenAt ?? null,
          },
    ...{ name, kid, index, ledger: checkpoint.origin, size: checkpoint.size, cosigners, action: payload.action, as: payload.as ?? null },
  };
}

function shownWords(
  { receipt, shown, hidden, holder, record }: VerifiedPresentation,
  cosigners: readonly ToldCosigner[],
  terminal: Terminal,
): string {
  const { transaction, index, checkpoint } = receipt;
  const { name, kid, payload } = transaction;
  const signed =
    holder === undefined
      ? [terminal.paint('yellow', 'not signed by a holder: whoever has a copy can show it')]
      : [
          `signed  by the holder’s key ${holder.kid}, ${instant(holder.time)}`,
          ...bodyWords({ for: holder.audience, number: holder.nonce }),
        ];
  return [
    `${terminal.paint('green', 'verified:')} these fields are what key ${kid} submitted, and the ledger's key signed that it was accepted`,
    shown.length === 0 ? 'shown   nothing' : 'shown',
    ...shown.flatMap((field) => bodyWords({ [labelOf(field)]: field.value })),
    `hidden  ${hidden === 1 ? '1 more field' : `${hidden} more fields`}; how many is fixed, and some may be empty`,
    ...signed,
    record === undefined
      ? 'whether it still holds is not shown'
      : `record  ${record.key} stood so at block ${record.seal.height}, ${instant(Math.floor(record.seal.time / 1000))}${record.state === undefined ? '' : `: ${record.state}`}`,
    `ledger  ${checkpoint.origin}`,
    `entry   ${index} of ${checkpoint.size}`,
    `name    ${name}`,
    `action  ${actTitle(payload.action)}${payload.as === undefined ? '' : ` as ${payload.as}`}`,
    ...witnessWords(cosigners, terminal),
    `It does not prove that the content is true, or the act lawful, or whose the office’s key is${holder === undefined ? ', or that who shows it is whom it is about' : ''}.`,
  ].join('\n');
}

/** `name` at the top; `parents 1, name` of the first in a list. */
function labelOf({ path, name, about }: ShownField): string {
  const steps = path.split('/').slice(1);
  const within = steps.map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : step)).join(' ');
  return `${within === '' ? name : `${within}, ${name}`}${about === undefined ? '' : ` (${about})`}`;
}

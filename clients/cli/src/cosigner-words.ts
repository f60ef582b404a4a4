/** Who has seen a proof, and from where, as people and programs are told. */
import { parsePolicy } from '@tabularium/log';
import { nobleCrypto } from '@tabularium/sdk';
import type { VerifiedReceipt } from '@tabularium/verify';
import { instant, type Terminal } from './terminal.ts';

/** Whoever witnesses a ledger has looked by then. */
const FRESH_SECONDS = 600;

/** A cosigner, and whether it stands outside the office: the ledger's own nodes bear names below the ledger's. */
export interface ToldCosigner {
  readonly name: string;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly outside: boolean;
}
export type Told<T> = Omit<T, 'cosigners'> & { readonly cosigners: readonly ToldCosigner[] };

export function told(
  { checkpoint, cosigners }: Pick<VerifiedReceipt, 'checkpoint' | 'cosigners'>,
  policyText: string,
): readonly ToldCosigner[] {
  const policy = parsePolicy(policyText, nobleCrypto);
  const witnesses = policy.ok ? policy.policy.witnesses : [];
  // An origin is the ledger's name, a slash and 16 hex digits.
  const own = checkpoint.origin.slice(0, checkpoint.origin.lastIndexOf('/') + 1);
  return cosigners.map(({ name, time }) => {
    const key = witnesses.find((witness) => witness.name === name)?.key;
    return { name, time, outside: key !== undefined && !key.name.startsWith(own) };
  });
}

/** `nowSeconds`: of a proof that can be fetched again; whoever was just shown one by somebody cannot. */
export function witnessWords(cosigners: readonly ToldCosigner[], terminal: Terminal, nowSeconds?: number): string[] {
  const lines = cosigners.map(({ name, time, outside }) => `${outside ? 'seen    by' : 'node   '} ${name} at ${instant(time)}`);
  const inside = cosigners.length > 1 ? 'not yet witnessed outside these agencies' : 'not yet witnessed outside this office';
  const isNew = nowSeconds !== undefined && cosigners.some(({ time }) => nowSeconds - time < FRESH_SECONDS);
  const soon = isNew ? ': it is new, and witnesses look every few seconds or minutes; fetch it again shortly' : '';
  return cosigners.some(({ outside }) => outside) ? lines : [...lines, terminal.paint('yellow', `${inside}${soon}`)];
}

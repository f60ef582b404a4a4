/**
 * The town's books kept by somebody else: a few lines that know nothing of how the treasury decides, only what must be true of
 * its records at every moment (issue 3 §6, research "A ≥ L ≥ C ≥ P ≥ paid at every prefix"). A limit that is not held in one
 * place of the module shows here.
 */

export interface Books {
  /** Takes in one record of state (null = removed); says what is wrong with it, if anything. */
  write(key: string, value: string | null): string | undefined;
  /** Says which currency's debits and credits differ, if any do. */
  balance(): string | undefined;
}

interface Account {
  readonly currency: string;
  readonly debits: string;
  readonly debitsPending: string;
  readonly credits: string;
  readonly creditsPending: string;
}

export function openBooks(): Books {
  const nets = new Map<string, bigint>();
  const pending = new Map<string, bigint>();
  const known = new Map<string, { readonly currency: string; readonly net: bigint; readonly pending: bigint }>();

  const account = (id: string, record: Account): string | undefined => {
    const [debits, debitsPending, credits, creditsPending] = [
      record.debits,
      record.debitsPending,
      record.credits,
      record.creditsPending,
    ].map(BigInt);
    const before = known.get(id);
    const after = { currency: record.currency, net: credits! - debits!, pending: creditsPending! - debitsPending! };
    known.set(id, after);
    nets.set(record.currency, (nets.get(record.currency) ?? 0n) - (before?.net ?? 0n) + after.net);
    pending.set(record.currency, (pending.get(record.currency) ?? 0n) - (before?.pending ?? 0n) + after.pending);
    if (before !== undefined && before.currency !== record.currency) return `${id} changed its currency`;
    if ([debits, debitsPending, credits, creditsPending].some((amount) => amount! < 0n)) return `${id} holds a negative amount`;
    const level = id.slice(-1);
    if ('ALCPK'.includes(level) && debits! + debitsPending! > credits!) return `${id} gave ${debits! + debitsPending!} of ${credits}`;
    if (level === 'R' && credits! + creditsPending! > debits!) return `${id} took ${credits! + creditsPending!} of ${debits}`;
    return undefined;
  };

  return {
    write(key, value) {
      const [module, collection = '', ...rest] = key.split('/');
      if (module !== 'treasury') return undefined;
      if (value === null) return collection === 'account' ? `${key} was removed` : undefined;
      const record = JSON.parse(value);
      const id = rest.join('/');
      if (collection === 'account') return account(id, record);
      if (collection === 'commitment') {
        const open = BigInt(record.money.amount) - BigInt(record.certified) - BigInt(record.returned);
        return open < 0n ? `commitment ${id} was exceeded by ${-open}` : undefined;
      }
      if (collection === 'payable') {
        const owed = BigInt(record.money.amount) - BigInt(record.ordered) - BigInt(record.paid);
        return owed < 0n ? `payable ${id} was exceeded by ${-owed}` : undefined;
      }
      if (collection === 'payment' && record.state === 'paid') {
        const signers = [...record.orderedBy, ...record.approvedBy, ...record.releasedBy];
        return new Set(signers).size < 3 ? `payment ${id} passed fewer than three people` : undefined;
      }
      return undefined;
    },
    balance() {
      for (const [currency, net] of nets) if (net !== 0n) return `debits and credits in ${currency} differ by ${net}`;
      for (const [currency, net] of pending) if (net !== 0n) return `pending debits and credits in ${currency} differ by ${net}`;
      return undefined;
    },
  };
}

/** What the names in a ledger's own policy say of those who cosign its stamps (core/kernel, policy-text). */

export interface CosignerName {
  readonly kind: 'node' | 'witness';
  /** `court-of-audit`. */
  readonly of: string;
}

/** `witness-court-of-audit`; a name without such a beginning is a node's. */
export function cosignerOf(name: string): CosignerName {
  const [, kind = 'node', of = name] = /^(node|witness)-(.+)$/.exec(name) ?? [];
  return { kind: kind === 'witness' ? 'witness' : 'node', of };
}

/** `vellmere/c409e4d74157c9f6` → `vellmere`: the name that a ledger gave itself. */
export function ledgerIn(origin: string): string {
  return origin.split('/')[0] ?? origin;
}

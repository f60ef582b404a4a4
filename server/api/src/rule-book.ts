/**
 * What a refusal means to a person: from the modules' closed lists to HTTP status, the rule's plain sentence and its
 * legal basis (RFC 9457 members `code`, `rule`, `basis`, `text`, `facts`).
 */
import type { KeptRefusal } from '@tabularium/engine-port';
import type { ModuleDefinition, Refusal, RefusalCode, Rule } from '@tabularium/kernel';
import type { Problem } from './problem.ts';

/** Whoever signed is not known, or did not sign: answered before any rule is asked, without notice. */
const UNAUTHENTICATED: ReadonlySet<string> = new Set(['kernel.key-unknown', 'kernel.signature-invalid']);
const STATUS = { authority: 403, conflict: 409, rule: 422 } as const;

export class RuleBook {
  readonly #codes = new Map<string, RefusalCode>();
  readonly #rules = new Map<string, Rule>();

  constructor(catalogue: readonly ModuleDefinition[]) {
    for (const module of catalogue) {
      for (const [code, meaning] of Object.entries(module.refusals)) this.#codes.set(`${module.name}.${code}`, meaning);
      for (const rule of module.rules) this.#rules.set(rule.id, rule);
    }
  }

  rule(id: string): Rule | undefined {
    return this.#rules.get(id);
  }

  status(code: string): 401 | 403 | 409 | 422 {
    if (UNAUTHENTICATED.has(code)) return 401;
    return STATUS[this.#codes.get(code)?.kind ?? 'rule'];
  }

  /** The legal basis of a rule; empty where none is declared. */
  basis(rule: string): string {
    return this.#rules.get(rule)?.basis ?? '';
  }

  /** A refusal in words; `more` holds what belongs to the transaction (name, height, time, notice). */
  problem(refusal: Refusal, more: Readonly<Record<string, unknown>> = {}): Problem {
    const { code, rule, facts, items } = refusal;
    return {
      type: `urn:tabularium:refusal:${code}`,
      title: this.#codes.get(code)?.text ?? 'The transaction was refused.',
      status: this.status(code),
      code,
      rule,
      basis: this.basis(rule),
      text: this.#rules.get(rule)?.text ?? '',
      ...(facts === undefined ? {} : { facts }),
      ...(items === undefined ? {} : { items: items.map((item) => ({ ...item, text: this.#rules.get(item.rule)?.text ?? '' })) }),
      ...more,
    };
  }

  /** A refusal that was kept, as it is told again later. */
  kept(kept: KeptRefusal): Problem {
    return this.problem(kept.refusal, { name: kept.name, notice: kept.notice });
  }
}

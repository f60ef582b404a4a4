/**
 * Refusals as one agency's word: each gets a notice signed by the node's notice key, and is kept by transaction name
 * until its `exp` + 24 h (DESIGN §4). They are written in bulk, once a turn, beside the ledger.
 */
import type { KeptRefusal, Outcome } from '@tabularium/engine-port';
import type { LedgerDoor } from './ledger-door.ts';
import type { Problem } from './problem.ts';
import type { RuleBook } from './rule-book.ts';

const KEPT_SECONDS = 86_400;
/** Refusals not yet written; beyond this they are answered with their notice but not kept. */
const WAITING_MAX = 10_000;

export type Refused = Extract<Outcome, { readonly kind: 'refused' }>;

export class RefusalKeeper {
  readonly #door: LedgerDoor;
  readonly #rules: RuleBook;
  readonly #report: (error: unknown) => void;
  #waiting = new Map<string, KeptRefusal>();

  /** `report` is told when refusals could not be written; they were answered all the same. */
  constructor(door: LedgerDoor, rules: RuleBook, report: (error: unknown) => void) {
    this.#door = door;
    this.#rules = rules;
    this.#report = report;
  }

  /** The refusal in words, with its notice. Whoever's key is not known gets neither notice nor memory. */
  answer(outcome: Refused): Problem {
    const { name, kid, id, exp, refusal, height, time } = outcome;
    if (this.#rules.status(refusal.code) === 401) return this.#rules.problem(refusal, { name, height, time });
    const { code, rule } = refusal;
    const notice = this.#door.signNotice({ ledger: this.#door.origin, tx: name, code, rule, basis: this.#rules.basis(rule), height, time });
    this.#keep({ name, kid, id, refusal, notice, until: exp + KEPT_SECONDS });
    return this.#rules.problem(refusal, { name, height, time, notice });
  }

  /** The refusal kept under this name, written already or not. */
  find(name: string): KeptRefusal | undefined {
    return this.#waiting.get(name) ?? this.#door.refusal(name);
  }

  /** Writes what is still waiting. */
  flush(): void {
    if (this.#waiting.size === 0) return;
    const refusals = this.#waiting;
    this.#waiting = new Map();
    try {
      this.#door.keepRefusals([...refusals.values()]);
    } catch (error) {
      this.#report(error);
    }
  }

  #keep(refusal: KeptRefusal): void {
    if (this.#waiting.size >= WAITING_MAX) return;
    if (this.#waiting.size === 0) setImmediate(() => this.flush());
    this.#waiting.set(refusal.name, refusal);
  }
}

/**
 * Whoever signs again because no answer came sends the same transaction, not another one: id, expiry and texts are kept as long as the content
 * is the same, so that what was recorded already is not recorded twice (docs/spec/transaction.md, the id of a signer).
 */
import { makeUlid } from '@tabularium/protocol';
import { type ActionRequest, randomBytes } from '@tabularium/sdk';

const LIFETIME_SECONDS = 600;
/** Before it expires, so that it arrives in time. */
const MARGIN_SECONDS = 60;

export class SameAgain {
  #content = '';
  #request: (ActionRequest & { readonly exp: number }) | undefined;

  /** `content`: what is signed, in clear. `now`: ms UTC. */
  request(content: string, now: number, make: () => ActionRequest): ActionRequest {
    const seconds = Math.floor(now / 1_000);
    if (this.#request === undefined || this.#content !== content || this.#request.exp - MARGIN_SECONDS < seconds) {
      this.#content = content;
      this.#request = { ...make(), id: makeUlid(now, randomBytes(10)), exp: seconds + LIFETIME_SECONDS };
    }
    return this.#request;
  }

  /** It was answered: the same content again is another act. */
  answered(): void {
    this.#request = undefined;
  }
}

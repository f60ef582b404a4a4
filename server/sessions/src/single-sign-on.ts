/**
 * Sign-in with an office's own accounts: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636), state and nonce, as RFC 9700 has it.
 * What a browser is sent back with is good once, for the one who set out with it. Tokens are looked at and thrown away.
 */
import * as oidc from 'openid-client';
import { type Person, randomName } from './session-book.ts';
import { isLoopback, type StaffSettings } from './staff-settings.ts';

/** `failed`: what came back is not what was asked for; `stranger`: vouched for, but nobody here; `unreachable`: the provider does not answer. */
export type SignInFault = 'failed' | 'stranger' | 'unreachable';
export type SignedIn =
  | { readonly ok: true; readonly person: Person; readonly to: string }
  | { readonly ok: false; readonly fault: SignInFault };

interface UnderWay {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly to: string;
  readonly until: number;
}

const PATIENCE_MS = 10 * 60_000;
const UNDER_WAY_MAX = 1_000;

export class SingleSignOn {
  readonly #settings: StaffSettings;
  readonly #callback: URL;
  readonly #clock: () => number;
  readonly #underWay = new Map<string, UnderWay>();
  #provider: Promise<oidc.Configuration> | undefined;

  /** `callback`: where the provider sends browsers back to. `clock`: ms UTC. */
  constructor(settings: StaffSettings, callback: URL, clock: () => number) {
    this.#settings = settings;
    this.#callback = callback;
    this.#clock = clock;
  }

  /** Where to send the browser, and the name of what it set out with. `to`: a path here, for afterwards. Undefined where nobody answers. */
  async begin(to: string): Promise<{ readonly url: string; readonly name: string } | undefined> {
    const provider = await this.#known();
    if (provider === undefined) return undefined;
    const [state, nonce, verifier, name] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier(), randomName()];
    this.#forgetOld();
    this.#underWay.set(name, { state, nonce, verifier, to, until: this.#clock() + PATIENCE_MS });
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.#callback.href,
      scope: 'openid',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, name };
  }

  /** `query`: what the browser came back with, `?code=…&state=…`. Whatever becomes of it, it is good no second time. */
  async finish(name: string, query: string): Promise<SignedIn> {
    const begun = this.#underWay.get(name);
    this.#underWay.delete(name);
    if (begun === undefined || begun.until <= this.#clock()) return { ok: false, fault: 'failed' };
    const provider = await this.#known();
    if (provider === undefined) return { ok: false, fault: 'unreachable' };
    const { state: expectedState, nonce: expectedNonce, verifier: pkceCodeVerifier, to } = begun;
    const back = new URL(this.#callback);
    back.search = query;
    try {
      const tokens = await oidc.authorizationCodeGrant(provider, back, {
        expectedState,
        expectedNonce,
        pkceCodeVerifier,
        idTokenExpected: true,
      });
      const value = tokens.claims()?.[this.#settings.claim];
      const person = typeof value === 'string' ? this.#settings.people.get(value) : undefined;
      return person === undefined ? { ok: false, fault: 'stranger' } : { ok: true, person, to };
    } catch {
      // What the provider says of a failure may name a person: nothing of it is passed on.
      return { ok: false, fault: 'failed' };
    }
  }

  /** Asked for when it is first needed, so that a node starts without its provider, and again after it was not reached. */
  async #known(): Promise<oidc.Configuration | undefined> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const execute = issuer.protocol === 'http:' && isLoopback(issuer) ? [oidc.allowInsecureRequests] : [];
    this.#provider ??= oidc.discovery(issuer, clientId, clientSecret, undefined, { execute });
    try {
      return await this.#provider;
    } catch {
      this.#provider = undefined;
      return undefined;
    }
  }

  #forgetOld(): void {
    const now = this.#clock();
    for (const [name, { until }] of this.#underWay) if (until <= now) this.#underWay.delete(name);
    if (this.#underWay.size >= UNDER_WAY_MAX) this.#underWay.delete(this.#underWay.keys().next().value!);
  }
}

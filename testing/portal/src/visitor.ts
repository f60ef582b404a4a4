/** A browser without a window: keeps cookies for each site, follows one redirect at a time, fills in the provider's plain forms. */

export class Visitor {
  /** By origin, then name. */
  readonly cookies = new Map<string, Map<string, string>>();
  /** `Set-Cookie` headers of our node, as they came. */
  readonly setCookies: string[] = [];

  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      this.setCookies.push(line);
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', ...rest] = pair.split('=');
      const isGone = attributes.some((one) => /^\s*(max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(one));
      if (isGone) jar.delete(name.trim());
      else jar.set(name.trim(), rest.join('='));
    }
    return answer;
  }

  /** Follows redirects and signs in at the provider as `login`, until the address begins with `stop`: that one is not asked. */
  async signIn(url: string, login: string, stop: string): Promise<string> {
    let next = url;
    let init: RequestInit = {};
    for (let steps = 0; steps < 20; steps++) {
      if (steps > 0 && next.startsWith(stop)) return next;
      const answer = await this.ask(next, init);
      const location = answer.headers.get('location');
      init = {};
      if (location !== null) {
        next = new URL(location, next).href;
        continue;
      }
      const page = await answer.text();
      const action = /action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
      if (action === undefined || prompt === undefined) throw new Error(`no way on from ${new URL(next).pathname} (${answer.status})`);
      next = new URL(action, next).href;
      const fields = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'any' } : { prompt });
      init = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: fields.toString() };
    }
    throw new Error('sign-in went in circles');
  }
}

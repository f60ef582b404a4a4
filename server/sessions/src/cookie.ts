/** The two cookies of this room (RFC 6265bis): nothing in them but an opaque name, and no script can read them. */

export interface Cookie {
  readonly name: string;
  /** Path and SameSite, as they stand in the header. */
  readonly attributes: string;
}

/**
 * `__Host-` binds a cookie to this very host over TLS; browsers take it from nowhere else. A node that is tried out over plain HTTP on its own
 * machine has no TLS, and no such prefix. A session's cookie comes with no request that another site began.
 */
export function sessionCookie(isSecure: boolean): Cookie {
  return isSecure
    ? { name: '__Host-tabularium-session', attributes: 'Path=/; Secure; HttpOnly; SameSite=Strict' }
    : { name: 'tabularium-session', attributes: 'Path=/; HttpOnly; SameSite=Strict' };
}

/** Of a sign-in that is under way: it has to come back from another site, so Lax. */
export function signInCookie(isSecure: boolean): Cookie {
  return isSecure
    ? { name: '__Host-tabularium-sign-in', attributes: 'Path=/; Secure; HttpOnly; SameSite=Lax' }
    : { name: 'tabularium-sign-in', attributes: 'Path=/; HttpOnly; SameSite=Lax' };
}

/** A `Set-Cookie` header. Without a value, the cookie is taken away. */
export function setCookie({ name, attributes }: Cookie, value?: string): string {
  return value === undefined ? `${name}=; ${attributes}; Max-Age=0` : `${name}=${value}; ${attributes}`;
}

/** The value in a request's `Cookie` header. One that stands twice is none: somebody else has put one there. */
export function readCookie({ name }: Cookie, header: string | undefined): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  const [value] = values;
  return values.length === 1 && /^[A-Za-z0-9_-]{43}$/.test(value!) ? value : undefined;
}

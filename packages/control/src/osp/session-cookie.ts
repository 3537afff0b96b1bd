/** Also the whole name where the address of the control plane names no port. */
const PREFIX = 'WEFT_SESSION';
const PORT = /:(\d{1,5})$/;

/**
 * Name of the session cookie for a caller that asks at `host`, the header of that name: `WEFT_SESSION_9880` at
 * `localhost:9880`. Browsers keep cookies by host and not by port (RFC 6265, section 8.5): with one name for all, the login at
 * one control plane of a machine would be the end of the session at another.
 */
export function sessionCookieName(host: string | undefined): string {
  const port = PORT.exec(host ?? '')?.[1];
  return port === undefined ? PREFIX : `${PREFIX}_${port}`;
}

/**
 * Value of the session cookie among those of the header `cookie`; undefined when there is none. Where the one of this port is
 * missing, the one without a port counts: sessions from before names had ports go on, and so does what a program sends.
 */
export function sessionCookieOf(cookies: string | undefined, host: string | undefined): string | undefined {
  const name = sessionCookieName(host);
  let plain: string | undefined;
  for (const part of (cookies ?? '').split(';')) {
    const [found, value] = part.trim().split('=', 2);
    if (found === name) return value;
    if (found === PREFIX) plain ??= value;
  }
  return plain;
}

/**
 * Finds the virtual host of an authority, in this order: exact `host:port`, `host` with any port, the longest
 * `*suffix` with that port, the longest `*suffix` with any port, `*`. Domains are compared without case.
 */
export class VirtualHostIndex<T> {
  readonly #exact = new Map<string, T>();
  readonly #suffixes: { readonly suffix: string; readonly port: string; readonly value: T }[] = [];
  #fallback: T | undefined;
  /** Authorities as they are spelled by callers; bounded, so that a stranger cannot fill it. */
  readonly #seen = new Map<string, T | null>();

  add(domain: string, value: T): void {
    const lower = domain.toLowerCase();
    if (lower === '*') {
      this.#fallback = value;
      return;
    }
    const { host, port } = splitPort(lower);
    if (host.startsWith('*')) {
      this.#suffixes.push({ suffix: host.slice(1), port: port === '*' ? '' : port, value });
      // Longest first; with a port before without.
      this.#suffixes.sort(
        (a, b) => (a.port === '' ? 1 : 0) - (b.port === '' ? 1 : 0) || b.suffix.length - a.suffix.length,
      );
    } else {
      this.#exact.set(port === '' || port === '*' ? host : `${host}:${port}`, value);
    }
  }

  find(authority: string): T | undefined {
    const known = this.#seen.get(authority);
    if (known !== undefined) return known ?? undefined;
    const found = this.#search(authority.toLowerCase());
    if (this.#seen.size < 1024) this.#seen.set(authority, found ?? null);
    return found;
  }

  #search(authority: string): T | undefined {
    const exact = this.#exact.get(authority);
    if (exact !== undefined) return exact;
    const { host, port } = splitPort(authority);
    const anyPort = this.#exact.get(host);
    if (anyPort !== undefined) return anyPort;
    for (const item of this.#suffixes) {
      if (host.length > item.suffix.length && host.endsWith(item.suffix) && (item.port === '' || item.port === port))
        return item.value;
    }
    return this.#fallback;
  }
}

function splitPort(authority: string): { host: string; port: string } {
  const colon = authority.lastIndexOf(':');
  // "[::1]:80" has its port behind the bracket; a bare IPv6 address has none.
  if (colon < 0 || authority.endsWith(']') || (authority.indexOf(':') !== colon && !authority.startsWith('[')))
    return { host: authority, port: '' };
  return { host: authority.slice(0, colon), port: authority.slice(colon + 1) };
}

const NOBODY: ReadonlySet<never> = new Set<never>();

/** Who wants what: type URL → name → clients. A change touches only those. */
export class Subscribers<C> {
  readonly #types = new Map<string, Map<string, Set<C>>>();

  add(typeUrl: string, name: string, client: C): void {
    let names = this.#types.get(typeUrl);
    if (names === undefined) {
      names = new Map();
      this.#types.set(typeUrl, names);
    }
    const clients = names.get(name);
    if (clients === undefined) names.set(name, new Set([client]));
    else clients.add(client);
  }

  remove(typeUrl: string, name: string, client: C): void {
    const names = this.#types.get(typeUrl);
    const clients = names?.get(name);
    if (clients?.delete(client) && clients.size === 0) names?.delete(name);
  }

  of(typeUrl: string, name: string): ReadonlySet<C> {
    return this.#types.get(typeUrl)?.get(name) ?? NOBODY;
  }
}

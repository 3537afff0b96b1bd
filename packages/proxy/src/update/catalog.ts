import { MeshError } from '@weft/kit';
import type { ExtensionEntry, ExtensionKind, ExtensionKinds } from '@weft/sdk';

/** The extensions that a process knows, loaded on first use. The list is handed in by the composition root. */
export class ExtensionCatalog {
  readonly #entries = new Map<string, ExtensionEntry>();
  readonly #loaded = new Map<string, unknown>();

  constructor(entries: readonly ExtensionEntry[]) {
    for (const entry of entries) {
      const key = keyOf(entry.kind, entry.name);
      if (this.#entries.has(key))
        throw new MeshError('internal', `two extensions are called ${entry.name} (${entry.kind})`);
      this.#entries.set(key, entry);
    }
  }

  /** Names of one kind, as configurations spell them. */
  names(kind: ExtensionKind): string[] {
    return [...this.#entries.values()].filter((entry) => entry.kind === kind).map((entry) => entry.name);
  }

  has(kind: ExtensionKind, name: string): boolean {
    return this.#entries.has(keyOf(kind, name));
  }

  async load<Kind extends ExtensionKind>(kind: Kind, name: string): Promise<ExtensionKinds[Kind]> {
    const key = keyOf(kind, name);
    const known = this.#loaded.get(key);
    if (known !== undefined) return known as ExtensionKinds[Kind];
    const entry = this.#entries.get(key);
    if (entry === undefined)
      throw new MeshError('extension_unknown', `no ${kind} is called ${name}; known: ${this.names(kind).join(', ')}`);
    const definition = await entry.load();
    this.#loaded.set(key, definition);
    return definition as ExtensionKinds[Kind];
  }

  /** A definition that `load` has brought in before. */
  get<Kind extends ExtensionKind>(kind: Kind, name: string): ExtensionKinds[Kind] {
    const definition = this.#loaded.get(keyOf(kind, name));
    if (definition === undefined) throw new MeshError('internal', `the ${kind} ${name} is not loaded`);
    return definition as ExtensionKinds[Kind];
  }
}

function keyOf(kind: ExtensionKind, name: string): string {
  return `${kind}/${name.toLowerCase()}`;
}

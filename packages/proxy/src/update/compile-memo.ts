import type { ConfigProblem } from '@weft/kit';
import type { ClusterSlots, PlacedMemory } from './cluster-slots.ts';
import type { ClusterSpec } from './compile-cluster.ts';
import type { CompileNotes } from './extension-config.ts';

interface Compiled {
  readonly inputs: readonly unknown[];
  readonly result: unknown;
  readonly warnings: readonly ConfigProblem[];
}

/** What parts of one kind compiled to; nothing here keeps a part alive. */
class PartMemo {
  readonly #known = new WeakMap<object, Compiled>();

  async take<T>(
    part: object,
    inputs: readonly unknown[],
    notes: CompileNotes,
    compile: (own: CompileNotes) => Promise<T>,
  ): Promise<T> {
    const known = this.#known.get(part);
    if (known?.inputs.every((input, index) => input === inputs[index])) {
      for (const warning of known.warnings) notes.warn(warning);
      return known.result as T;
    }
    const before = { problems: notes.problems.length, warnings: notes.warnings.length };
    const result = await compile(notes);
    if (notes.problems.length === before.problems)
      this.#known.set(part, { inputs, result, warnings: notes.warnings.slice(before.warnings) });
    return result;
  }
}

/**
 * What the parts of a configuration compiled to. A part that is the same object as before, with the same other inputs, is
 * not compiled again: a change of one service costs what that service costs. Only what has no problem is kept.
 */
export class CompileMemo {
  readonly variables = new PartMemo();
  readonly routers = new PartMemo();
  readonly listeners = new PartMemo();
  readonly governance = new PartMemo();
  readonly #clusters = new WeakMap<object, { readonly spec: ClusterSpec; readonly memory: PlacedMemory }>();

  /** Null: it must be compiled, or the memory that it was compiled with never came in force. */
  cluster(config: object, slots: ClusterSlots): ClusterSpec | null {
    const known = this.#clusters.get(config);
    return known !== undefined && slots.committed(known.spec.name) === known.memory ? known.spec : null;
  }

  keepCluster(config: object, spec: ClusterSpec, slots: ClusterSlots): void {
    const memory = slots.placed(spec.name);
    if (memory !== undefined) this.#clusters.set(config, { spec, memory });
  }
}

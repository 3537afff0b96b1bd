import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, longest first: they begin first, so that none of them runs on alone at the end while the
 * other workers have nothing left. A run on a clean clone knows no times of runs before.
 */
export const LONGEST: readonly string[] = [
  'tests/e2e/console/stranger.test.ts',
  'tests/e2e/console/pages-en.test.ts',
  'tests/e2e/console/pages-zh.test.ts',
  'tests/e2e/console/real.test.ts',
  'tests/e2e/console/mesh.test.ts',
  'tests/fault/mesh/control-plane.test.ts',
  'tests/fault/mesh/cut-off.test.ts',
  'tests/fault/mesh/proxy.test.ts',
  'tests/fault/mesh/full-disk.test.ts',
  'tests/interop/java/matrix.test.ts',
  'tests/interop/java/square.test.ts',
  'tests/interop/java/discovered-conversion.test.ts',
  'tests/interop/java/demo.test.ts',
  'tests/integration/governance/refused-by-other.test.ts',
  'tests/integration/governance/fuse.test.ts',
  'tests/integration/cli/commands.test.ts',
  'tests/integration/governance/matrix.test.ts',
  'tests/integration/governance/isolate.test.ts',
  'tests/integration/engine/bounds.test.ts',
  'tests/integration/governance/forged-refusals.test.ts',
  'tests/integration/control/rollout.test.ts',
];

/** Vitest's own order, with the longest files before all others of their project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files), ({ moduleId }) => moduleId);
  }
}

/** The longest files in front, everything else behind them in the order that it has. */
export function longestFirst<T>(files: readonly T[], pathOf: (file: T) => string): T[] {
  const rankOf = (file: T): number => {
    const rank = LONGEST.findIndex((path) => pathOf(file).endsWith(`/${path}`));
    return rank < 0 ? LONGEST.length : rank;
  };
  return files.toSorted((a, b) => rankOf(a) - rankOf(b));
}

import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

/** The vitest projects, and where each finds its files. `unit` needs nothing but Node; the rest starts real things. */
export const TIERS = {
  unit: [
    'packages/*/src/**/*.test.ts',
    'apps/*/{src,bin}/**/*.test.ts',
    'tools/src/**/*.test.ts',
    'bench/**/*.test.ts',
  ],
  integration: ['tests/integration/**/*.test.ts'],
  interop: ['tests/interop/**/*.test.ts'],
  conformance: ['tests/conformance/**/*.test.ts'],
  fuzz: ['tests/fuzz/**/*.test.ts'],
  fault: ['tests/fault/**/*.test.ts'],
  e2e: ['tests/e2e/**/*.test.ts'],
} as const;

export type Tier = keyof typeof TIERS;

/** Whether a tier can run: `ready`, not begun yet (`absent`: it has no folder), or broken (`empty`: a folder without a test). */
export type TierState = { readonly kind: 'ready'; readonly files: number } | { readonly kind: 'absent' | 'empty' };

export function isTier(name: string): name is Tier {
  return Object.hasOwn(TIERS, name);
}

export function tierState(root: string, tier: Tier): TierState {
  if (tier !== 'unit' && !existsSync(join(root, 'tests', tier))) return { kind: 'absent' };
  const files = globSync([...TIERS[tier]], {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|testdata)$/.test(path),
  }).length;
  return files === 0 ? { kind: 'empty' } : { kind: 'ready', files };
}

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/src/run-tests/order.ts';
import { TIERS, type Tier } from './tools/src/run-tests/tiers.ts';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  throw new Error(
    `tests need Node 24 and this is ${process.version}: run them through npm (\`npm test\`), which finds the Node that the project brings`,
  );
}

/** Sources are read, not `dist`: no build step stands between an edit and a test. */
const SOURCE_CONDITION = '@weft/source';

/**
 * Node keeps what it compiled of a source here and finds it again: in every test file's process, and in the many hundred
 * processes of Weft that tests start from source, which are up in about half the time.
 */
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('./node_modules/.cache/weft-compiled', import.meta.url));

/**
 * What starts processes and opens sockets. Two files run side by side: most of their time they wait for a process to start
 * or for a bound to pass. What they would disturb each other with (ports, folders, networks) each of them has for itself.
 */
const tier = (name: Tier, timeoutMs: number) => ({
  extends: true as const,
  test: {
    name,
    include: [...TIERS[name]],
    globalSetup: ['tests/support/warm-up.ts'],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
});

export default defineConfig({
  resolve: { conditions: [SOURCE_CONDITION, 'node', 'module'] },
  ssr: {
    resolve: { conditions: [SOURCE_CONDITION, 'node', 'module'], externalConditions: [SOURCE_CONDITION] },
  },
  test: {
    pool: 'forks',
    // Threads and processes that a test starts resolve packages as the test itself does.
    execArgv: [`--conditions=${SOURCE_CONDITION}`],
    maxWorkers: 2,
    // `--passWithNoTests` stays off: a project that finds no file fails.
    passWithNoTests: false,
    allowOnly: false,
    restoreMocks: true,
    sequence: { sequencer: LongestFirst },
    exclude: ['**/node_modules/**', '**/dist/**', '**/testdata/**'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [...TIERS.unit],
          testTimeout: 20_000,
        },
      },
      tier('integration', 60_000),
      tier('interop', 120_000),
      tier('conformance', 300_000),
      tier('fuzz', 300_000),
      tier('fault', 120_000),
      tier('e2e', 120_000),
    ],
  },
});

/** The commands of `weft`, put together with the engine that they ask. */
import { runCli } from '@weft/cli';
import { readVersion } from '@weft/cli/start';

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    version: readVersion(new URL('../package.json', import.meta.url)),
    // Loaded only by the commands that need it: `--help` and `--version` answer at once.
    engine: async () => (await import('./engine.ts')).engine,
  },
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  },
);

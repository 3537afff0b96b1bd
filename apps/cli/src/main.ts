/** The commands of `weft`, put together with the engine that they ask. */
import { runCli } from '@weft/cli';
import { readVersion } from '@weft/cli/start';

const version = readVersion(new URL('../package.json', import.meta.url));

// Whoever reads the output may have seen enough, as `head` has: what is still to be said is said to nobody.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    version,
    // Loaded only by the commands that need it: `--help` and `--version` answer at once.
    engine: async () => (await import('./engine.ts')).engine,
    rules: async () => (await import('./rules.ts')).rules,
    control: async () =>
      (await import('@weft/app-control')).createControlRunner({
        version,
        print: (line) => void process.stdout.write(`${line}\n`),
        portHolder: async (port) => (await import('@weft/proxy/server')).portHolder(port),
      }),
    demo: async () => (await import('./demo.ts')).demoServices(),
  },
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  },
);

/** The proxy as a process: `main.ts start -c FILE`. Puts the parts together; every decision is in one of them. */
import './hardening.ts';
import { readVersion, runStart } from '@weft/cli/start';
import { ProxyServer, runFiles } from '@weft/proxy/server';
import type { LogLevel } from '@weft/telemetry/log';
import { extensions } from './extensions.ts';

const { version, revision, built } = readVersion(new URL('../package.json', import.meta.url));
// Beside this file, as source or as build.
const threadEntry = new URL(import.meta.url.endsWith('.ts') ? './data-thread.ts' : './data-thread.js', import.meta.url);

await runStart({
  args: process.argv.slice(process.argv[2] === 'start' ? 3 : 2),
  env: process.env,
  version,
  start: ({ logLevel, ...request }) =>
    ProxyServer.start({
      ...request,
      extensions,
      threadEntry,
      version,
      revision,
      built,
      ...(logLevel === '' ? {} : { logLevel: logLevel as LogLevel }),
    }),
  lastGoodFile: (configFile, stateDir) =>
    runFiles({ pid: '', weft: { state_dir: stateDir } as Parameters<typeof runFiles>[0]['weft'] }, configFile)
      .lastGoodFile,
});

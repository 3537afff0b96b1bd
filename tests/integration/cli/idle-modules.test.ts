import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { get, sampleDocument, startWeft, temporaryFolder } from './weft.ts';

/** Loaded first in main and, as threads inherit the arguments of Node, in every data thread: writes down what is loaded. */
const RECORDER = `import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
import { threadId, workerData } from 'node:worker_threads';
const file = new URL(threadId === 0 ? 'main.txt' : \`thread-\${workerData?.index}.txt\`, import.meta.url);
registerHooks({ load(url, context, next) { appendFileSync(file, url + '\\n'); return next(url, context); } });
`;

/** Packages and, of the packages with extensions, folders: `koffi`, `@weft/kit`, `@weft/protocols/http1`. */
function loadedPackages(file: string): string[] {
  const urls = readFileSync(file, 'utf8').trim().split('\n');
  const names = urls.map((url) => {
    if (url.endsWith('/bin/weft.js')) return 'launcher';
    const foreign = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    if (foreign !== undefined) return foreign;
    const own = /\/(packages|apps)\/([^/]+)\/src\/(?:((?:network|stream)\/[^/]+|[^/]+)\/)?/.exec(url);
    if (own === null) return url.startsWith('node:') ? '' : url;
    const [, kind, name, folder = ''] = own;
    if (kind === 'apps') return `app ${name}`;
    return /^(protocols|filters|load-balancers|health-checkers)$/.test(name as string)
      ? `@weft/${name}/${folder}`
      : `@weft/${name}`;
  });
  return [...new Set(names)].filter((name) => name !== '').sort();
}

const ENGINE = ['@weft/kit', '@weft/proxy', '@weft/sdk', '@weft/telemetry', 'app proxy'];

test('an idle proxy has loaded what its configuration uses, and nothing else', async () => {
  const home = temporaryFolder();
  const recorder = path.join(home, 'recorder.mjs');
  writeFileSync(recorder, RECORDER);
  const file = path.join(home, 'proxy.json');
  writeFileSync(file, JSON.stringify(sampleDocument(home)));
  const proxy = await startWeft(home, ['-c', file], ['--import', recorder]);
  expect((await get(proxy.port)).status).toBe(200);
  expect(
    readdirSync(home)
      .filter((name) => name.endsWith('.txt'))
      .sort(),
  ).toEqual(['main.txt', 'thread-0.txt']);
  // Main: the FFI for duplicates of listening sockets (koffi and the binary of this system) is all that is foreign.
  const main = loadedPackages(path.join(home, 'main.txt')).filter((name) => !name.startsWith('@koromix/'));
  expect(main).toEqual(
    [
      ...ENGINE,
      '@weft/cli',
      '@weft/schema',
      '@weft/filters/network/proxy',
      '@weft/protocols/common',
      '@weft/protocols/http1',
      'koffi',
      'launcher',
    ].sort(),
  );
  // A data thread: the engine and the one protocol, nothing foreign, no schema, no part of the command line.
  expect(loadedPackages(path.join(home, 'thread-0.txt'))).toEqual(
    [...ENGINE, '@weft/protocols/common', '@weft/protocols/http1'].sort(),
  );
});

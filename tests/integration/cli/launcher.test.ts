import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cleanEnvironment, get, LAUNCHER, launch, NODE, sampleDocument, startWeft, temporaryFolder } from './weft.ts';

/** Loaded first: makes this Node look like an older one to the launcher, and takes `execve` away as it lacks it. */
const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); process.execve = undefined; process.execArgv = [];",
)}`;

test('on an older Node goes on in a child, and passes signals and the exit code on', async () => {
  const home = temporaryFolder();
  const file = path.join(home, 'proxy.json');
  writeFileSync(file, JSON.stringify(sampleDocument(home)));
  const proxy = await startWeft(home, ['-c', file], ['--import', OLD_NODE]);
  expect((await get(proxy.port)).body).toBe('hello');
  proxy.child.kill('SIGHUP');
  await proxy.line(/SIGHUP is refused/);
  proxy.child.kill('SIGTERM');
  const { code, stderr } = await proxy.ended;
  expect(code).toBe(0);
  expect(stderr).toContain('stopping gracefully');
  // The one that serves is another process than the one that was started.
  expect(Number(/pid=(\d+)/.exec(stderr)?.[1])).not.toBe(proxy.child.pid);
  const env = cleanEnvironment(home);
  expect((await launch(NODE, ['--import', OLD_NODE, LAUNCHER, 'proxy', 'start'], { cwd: home, env }).ended).code).toBe(
    78,
  );
});

test('becomes the proxy where Node can replace a process', async () => {
  const home = temporaryFolder();
  const file = path.join(home, 'proxy.json');
  writeFileSync(file, JSON.stringify(sampleDocument(home)));
  const proxy = await startWeft(home, ['-c', file]);
  await proxy.line(new RegExp(`pid=${proxy.child.pid} `));
});

test('says what to do when the Node that it needs is not there', async () => {
  const home = temporaryFolder();
  mkdirSync(path.join(home, 'bin'));
  cpSync(LAUNCHER, path.join(home, 'bin/weft.js'));
  writeFileSync(path.join(home, 'package.json'), '{"type":"module"}');
  const run = () => launch(NODE, ['--import', OLD_NODE, path.join(home, 'bin/weft.js'), '--version'], {}).ended;
  const absent = await run();
  expect(absent).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^weft: Node 24\.21 or newer is needed[\s\S]*npm install/),
  });
  mkdirSync(path.join(home, 'node_modules/node'), { recursive: true });
  writeFileSync(path.join(home, 'node_modules/node/package.json'), '{}');
  const blocked = await run();
  expect(blocked).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /install script was blocked[\s\S]*npm rebuild node[\s\S]*npm install-scripts approve node/,
    ),
  });
});

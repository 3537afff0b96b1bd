import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  cleanEnvironment,
  get,
  LAUNCHER,
  launch,
  NODE,
  occupyPort,
  ROOT,
  sampleDocument,
  startWeft,
  temporaryFolder,
  weft,
} from './weft.ts';

function writeSample(home: string, document: object = sampleDocument(home)): string {
  const file = path.join(home, 'proxy.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

describe('a start', () => {
  test('serves, and SIGTERM ends it gracefully with exit code 0 and no file left', async () => {
    const home = temporaryFolder();
    const proxy = await startWeft(home, ['-c', writeSample(home)]);
    expect(await get(proxy.port)).toEqual({ status: 200, body: 'hello' });
    expect(readdirSync(home).sort()).toEqual([
      'proxy.json',
      'proxy.last-good.json',
      'proxy.pid',
      'proxy.run.json',
      'proxy.sock',
    ]);
    proxy.child.kill('SIGTERM');
    const result = await proxy.ended;
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('stopping gracefully');
    expect(readdirSync(home).sort()).toEqual(['proxy.json', 'proxy.last-good.json']);
  });

  test.each(['SIGINT', 'SIGQUIT'] as const)('%s stops it at once', async (signal) => {
    const home = temporaryFolder();
    const proxy = await startWeft(home, ['-c', writeSample(home)]);
    proxy.child.kill(signal);
    const result = await proxy.ended;
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('stopping at once');
  });

  test('SIGHUP is refused with a line, SIGUSR1 opens a log again that was moved away', async () => {
    const home = temporaryFolder();
    const document = sampleDocument(home) as { servers: { default_log_path?: string }[] };
    const log = path.join(home, 'weft.log');
    (document.servers[0] as { default_log_path?: string }).default_log_path = log;
    const file = writeSample(home, document);
    const proxy = launch(NODE, [LAUNCHER, 'proxy', 'start', '-c', file, '--json'], {
      cwd: home,
      env: cleanEnvironment(home),
    });
    const [, json] = await proxy.line(/^(\{.*\})\n/);
    const serving = JSON.parse(json as string);
    expect(serving).toMatchObject({ ok: true, pid: proxy.child.pid, admin: null });
    renameSync(log, `${log}.1`);
    proxy.child.kill('SIGUSR1');
    await expect.poll(() => existsSync(log)).toBe(true);
    proxy.child.kill('SIGHUP');
    await expect.poll(() => readFileSync(log, 'utf8')).toContain('SIGHUP is refused');
    expect((await get(Number(serving.listeners[0].address.split(':')[1]))).status).toBe(200);
  });

  test('takes the flags of MOSN, also those that mean nothing', async () => {
    const home = temporaryFolder();
    const flags =
      '-s cluster -n node -p sidecar --sm a:b --sl c:d --domain x --pns ns --pn pod --pi 10.0.0.1 -l warning --drain-time-s 3 ' +
      '--lf text --lc misc:error --local-address-ip-version v4 --restart-epoch 0 --parent-shutdown-time-s 60 --max-obj-name-len 189 ' +
      '--concurrency 2 --log-format-prefix-with-location 0 --bootstrap-version 3 --drain-strategy immediate --disable-hot-restart -f auto_config=false';
    const file = writeSample(home);
    const args = [LAUNCHER, 'proxy', 'start', '-config', file, '--json', ...flags.split(' ')];
    const proxy = launch(NODE, args, { cwd: home, env: cleanEnvironment(home) });
    await proxy.line(/"ok":true/);
    proxy.child.kill('SIGTERM');
    const result = await proxy.ended;
    expect(result.code).toBe(0);
    // The level was WARN: nothing of the life cycle is logged.
    expect(result.stderr).not.toContain('serving');
  });

  test('bounds an expression that backtracks', async () => {
    const home = temporaryFolder();
    const document = JSON.parse(JSON.stringify(sampleDocument(home)).replace('{"prefix":"/"}', '{"regex":"^/(a+)+$"}'));
    const proxy = await startWeft(home, ['-c', writeSample(home, document)]);
    // Exponential without the fallback: this would not end within a lifetime.
    expect((await get(proxy.port, `/${'a'.repeat(60)}!`)).status).toBe(404);
    expect((await get(proxy.port, `/${'a'.repeat(60)}`)).status).toBe(200);
  });

  test('code from text is refused once the hardening is loaded', async () => {
    const hardening = path.join(ROOT, 'apps/proxy/src/hardening.ts');
    const script = `await import(${JSON.stringify(hardening)});
      const tries = [() => eval('1'), () => (0, eval)('1'), () => Function('1'), () => new Function('1'),
        () => (() => {}).constructor('1'), () => (async () => {}).constructor('1'),
        () => (function* () {}).constructor('1'), () => (async function* () {}).constructor('1'), () => Reflect.construct(Function, ['1'])];
      console.log(tries.map((run) => { try { run(); return 'ran'; } catch (error) { return error.name; } }).join());
      console.log((() => {}) instanceof Function, typeof Function, class {} instanceof Function);`;
    const result = await launch(NODE, ['--input-type=module', '-e', script], {}).ended;
    expect(result.stdout).toBe(`${Array(9).fill('EvalError').join()}\ntrue function true\n`);
  });
});

describe('a start that fails says why, one problem a line', () => {
  test('a wrong value: file, path, value, expectation, exit code 78', async () => {
    const home = temporaryFolder();
    const file = writeSample(home, sampleDocument(home, 'x', { pid: 7, cluster_manager: { clusters: 'none' } }));
    const result = await weft(home, ['proxy', 'start', '-c', file]);
    expect(result.code).toBe(78);
    const lines = result.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/proxy\.json: [\w.]+: .+ \(found .+, expected .+\)/);
    const json = JSON.parse((await weft(home, ['proxy', 'start', '--json', '-c', file])).stdout);
    expect(json.error.problems).toHaveLength(2);
  });

  test('what only compiling finds has its file, too', async () => {
    const home = temporaryFolder();
    const text = JSON.stringify(sampleDocument(home)).replace('"Http1"', '"Htttp1"');
    const file = writeSample(home, JSON.parse(text));
    const result = await weft(home, ['proxy', 'start', '-c', file]);
    expect(result.code).toBe(78);
    expect(result.stderr).toMatch(/proxy\.json: servers\[0\]\.listeners\[0\].*unknown protocol.*"Htttp1"/);
  });

  test('no file: 78, and what to do', async () => {
    const result = await weft(temporaryFolder(), ['proxy', 'start']);
    expect(result.code).toBe(78);
    expect(result.stderr).toMatch(/configs\/mosn_config\.json: there is no such file[\s\S]*weft proxy init/);
  });

  test('a port in use: 78', async () => {
    const home = temporaryFolder();
    const port = await occupyPort();
    const text = JSON.stringify(sampleDocument(home)).replace('127.0.0.1:0', `127.0.0.1:${port}`);
    const result = await weft(home, ['proxy', 'start', '-c', writeSample(home, JSON.parse(text))]);
    expect(result.code).toBe(78);
    // Held by the process that runs this test, whose main thread has a name that says nothing.
    expect(result.stderr).toMatch(
      new RegExp(
        `^weft: address_in_use: listener front: 127\\.0\\.0\\.1:${port} is already in use by .+ \\(pid ${process.pid}\\)`,
        'm',
      ),
    );
    expect(result.stderr).not.toMatch(/MainThread|stopped/);
    expect(readdirSync(home)).toEqual(['proxy.json']);
  });

  test('an admin port in use is told before any thread is started', async () => {
    const home = temporaryFolder();
    const port = await occupyPort();
    const admin = { address: { socket_address: { address: '127.0.0.1', port_value: port } } };
    const result = await weft(home, ['proxy', 'start', '-c', writeSample(home, sampleDocument(home, 'x', { admin }))]);
    expect(result.code).toBe(78);
    expect(result.stderr).toMatch(new RegExp(`^weft: address_in_use: .*${port}`, 'm'));
    expect(readdirSync(home)).toEqual(['proxy.json']);
  });

  test('says where it listens as it can be used: brackets around IPv6, the path of a Unix socket', async () => {
    const home = temporaryFolder();
    const document = sampleDocument(home) as { servers: { listeners: object[] }[] };
    const { listeners } = document.servers[0] as { listeners: object[] };
    listeners.push({ ...listeners[0], name: 'six', address: '[::1]:0' });
    listeners.push({ ...listeners[0], name: 'local', network: 'unix', address: path.join(home, 'l.sock') });
    const proxy = await startWeft(home, ['-c', writeSample(home, document)]);
    const [, serving] = await proxy.line(/serving: (.*)\n/);
    expect(serving).toMatch(/six on \[::1\]:[1-9]\d*, local on \S+l\.sock( |$)/);
  });

  test('a proxy with this configuration runs already: 78', async () => {
    const home = temporaryFolder();
    const file = writeSample(home);
    const first = await startWeft(home, ['-c', file]);
    const result = await weft(home, ['proxy', 'start', '-c', file]);
    expect(result.code).toBe(78);
    expect(result.stderr).toContain(`pid ${first.child.pid}`);
    expect(result.stderr).toContain(`weft proxy stop -c ${file}`);
    expect((await get(first.port)).status).toBe(200);
  });

  test('another configuration of the same name is in use: 78, naming its file', async () => {
    const home = temporaryFolder();
    const file = writeSample(home);
    const first = await startWeft(home, ['-c', file]);
    mkdirSync(path.join(home, 'b'));
    const other = path.join(home, 'b', 'proxy.json');
    writeFileSync(other, readFileSync(file, 'utf8'));
    const result = await weft(home, ['proxy', 'start', '-c', other]);
    expect(result.code).toBe(78);
    expect(result.stderr).toContain('another configuration of this name is in use');
    expect(result.stderr).toContain(`pid ${first.child.pid} runs with ${file}`);
    for (const command of ['status', 'reload', 'stop']) {
      const refused = await weft(home, ['proxy', command, '-c', other]);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`-c ${file}`) });
    }
    expect((await get(first.port)).status).toBe(200);
  });

  test('a signal between the claim of its files and serving leaves none of them', async () => {
    const home = temporaryFolder();
    const file = writeSample(home);
    const watcher = watch(home);
    const claimed = once(watcher, 'change');
    const start = launch(NODE, [LAUNCHER, 'proxy', 'start', '-c', file], { cwd: home, env: cleanEnvironment(home) });
    await claimed;
    watcher.close();
    start.child.kill('SIGTERM');
    await start.ended;
    expect(readdirSync(home).filter((name) => !name.includes('last-good'))).toEqual(['proxy.json']);
  });

  // The start that is refused removes the socket of the proxy that runs; this turns red when it no longer does.
  test('a proxy that runs already keeps its socket when another start is refused', async () => {
    const home = temporaryFolder();
    const file = writeSample(home);
    await startWeft(home, ['-c', file]);
    await weft(home, ['proxy', 'start', '-c', file]);
    expect(existsSync(path.join(home, 'proxy.sock'))).toBe(true);
  });

  test.each([
    ['auto_config=maybe', /"auto_config=maybe" at character 1/],
    ['XdsMtlsEnable=true,auto_confg=true', /unknown gate "auto_confg" at character 20; did you mean auto_config\?/],
  ])('feature gates %s: 78, naming it', async (gates, message) => {
    const result = await weft(temporaryFolder(), ['proxy', 'start', '-f', gates]);
    expect(result.code).toBe(78);
    expect(result.stderr).toMatch(message);
  });

  test.each([
    [['--confg', 'x'], /unknown option --confg; did you mean --config\?/],
    [['-c'], /-c needs a value/],
    [['x.yaml'], /takes no argument "x.yaml"/],
    [['-l', 'loud'], /unknown log level "loud"/],
    [['--drain-time-s', 'soon'], /--drain-time-s: "soon"/],
  ])('options %j: 2', async (args, message) => {
    const result = await weft(temporaryFolder(), ['proxy', 'start', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });
});

describe('the last good copy', () => {
  test('starts a proxy whose file was broken, with the folder that the file names', async () => {
    const home = temporaryFolder();
    const file = writeSample(home, sampleDocument(home, 'good'));
    const first = await startWeft(home, ['-c', file]);
    first.child.kill('SIGTERM');
    await first.ended;
    writeFileSync(file, readFileSync(file, 'utf8').replace('"servers":', '"servers" oops'));
    expect((await weft(home, ['proxy', 'start', '-c', file])).code).toBe(78);
    const second = await startWeft(home, ['--last-good', '-c', file]);
    expect((await get(second.port)).body).toBe('good');
    mkdirSync(path.join(home, 'b'));
    writeFileSync(path.join(home, 'b', 'proxy.json'), readFileSync(file, 'utf8'));
    const other = await weft(home, ['proxy', 'start', '--last-good', '-c', path.join(home, 'b', 'proxy.json')]);
    expect(other).toMatchObject({ code: 78, stderr: expect.stringContaining(`is that of ${file}, not of `) });
  });

  test('is missed by name', async () => {
    const home = temporaryFolder();
    const result = await weft(home, ['proxy', 'start', '--last-good', '-c', writeSample(home)]);
    expect(result.code).toBe(78);
    expect(result.stderr).toContain('proxy.last-good.json: there is no last good configuration');
  });
});

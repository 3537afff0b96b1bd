import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sampleConfiguration } from '@weft/cli';
import { describe, expect, test } from 'vitest';
import { get, launch, NODE, occupyPort, ROOT, sampleDocument, startWeft, temporaryFolder, weft } from './weft.ts';

function writeSample(home: string, name = 'proxy.json', document: object = sampleDocument(home)): string {
  const file = path.join(home, name);
  writeFileSync(file, JSON.stringify(document));
  return file;
}

describe('weft', () => {
  test('says its version and helps, also for every command', async () => {
    const home = temporaryFolder();
    expect((await weft(home, ['--version'])).stdout).toMatch(/^weft \d+\.\d+\.\d+\n$/);
    expect(JSON.parse((await weft(home, ['version', '--json'])).stdout)).toMatchObject({
      ok: true,
      node: expect.stringMatching(/^v/),
    });
    expect((await weft(home, ['help'])).stdout).toContain('weft proxy init --port 3000');
    for (const name of ['start', 'init', 'validate', 'explain', 'status', 'stop', 'reload']) {
      const { code, stdout } = await weft(home, ['proxy', name, '--help']);
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(stdout).toMatch(/Exit codes: 0[\s\S]*Examples:\n {2}weft proxy/);
    }
    expect((await weft(home, ['proxy', 'help', 'start'])).stdout).toBe(
      (await weft(home, ['proxy', 'start', '-h'])).stdout,
    );
  });

  test.each([
    [['statsu'], 'did you mean `weft proxy status`?'],
    [['reload'], 'did you mean `weft proxy reload`?'],
    [['proxy', 'relaod'], 'did you mean `weft proxy reload`?'],
    [['proxy', 'stop', '--nwo'], 'did you mean `--now`?'],
    [['proxy', 'validate'], "required option '-c, --config <file>' not specified"],
  ])('%j is a wrong command line: exit code 2 and the nearest name', async (args, message) => {
    const home = temporaryFolder();
    const { code, stderr } = await weft(home, args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(JSON.parse((await weft(home, [...args, '--json'])).stdout)).toMatchObject({
      ok: false,
      error: { code: 'usage' },
    });
  });

  test('without a command prints the help and exits with 2', async () => {
    const { code, stderr } = await weft(temporaryFolder(), []);
    expect(stderr).toContain('Usage: weft');
    expect(code).toBe(2);
  });

  let completion: string | null = null;
  test.each([
    ['weft proxy stop --n', '--now'],
    ['npx weft proxy stop --n', '--now'],
    ['npx other proxy stop --n', ''],
    ['weft rule list --type fau', 'fault-inject'],
    ['weft rule list --mode CONTROL --type do', 'downgrade'],
    ['weft rule show ra', 'ratings-qps'],
    ['weft rule enable other ra', 'ratings-qps'],
    ['npx weft rule show ra', 'ratings-qps'],
    ['weft rule show --', '--endpoint --tenant --ws --token-file --json --type --help'],
    ['weft explain -p rev', 'reviews-v1 reviews-v2'],
    // Bash takes what stands behind the last `:` or `@` for the word.
    ['weft service show com.weft.R', 'com.weft.R:1.0@DEFAULT'],
    ['weft service show com.weft.R:1', '1.0@DEFAULT'],
    ['weft service show com.weft.R:1.0@D', 'DEFAULT'],
    ['weft rule list --service com.weft.R:', '1.0@DEFAULT'],
  ])('completes %s', async (line, wanted) => {
    const home = temporaryFolder();
    completion ??= (await weft(home, ['completion', 'bash'])).stdout;
    const script = path.join(home, 'completion.bash');
    // Both ways in stand for a control plane with these names.
    const asked = `weft() { case "$*" in
  "completion names rules") printf 'ratings-qps\\ndetails-qps\\n' ;;
  "completion names services") echo com.weft.R:1.0@DEFAULT ;;
  "completion names proxies") printf 'reviews-v1\\nreviews-v2\\nratings\\n' ;;
esac; }
npx() { shift; "$@"; }`;
    writeFileSync(
      script,
      `${completion}\n${asked}\nCOMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _weft; echo "\${COMPREPLY[@]}"`,
    );
    const { stdout: said, stderr } = await launch('bash', [script], {}).ended;
    expect(said).toBe(`${wanted}\n`);
    expect(stderr).toBe('');
  });

  test('completes in each shell, and names only of a control plane', async () => {
    const home = temporaryFolder();
    expect((await weft(home, ['completion', 'names', 'rules'])).stdout).toBe('\n');
    expect((await weft(home, ['completion', 'names', 'things'])).code).toBe(2);
    expect((await weft(home, ['completion', 'fish'])).stdout).toContain('for command in weft npx');
    expect((await weft(home, ['completion', 'tcsh'])).code).toBe(2);
  });
});

describe('init', () => {
  test('writes a configuration that starts, and never over another one without --force', async () => {
    const home = temporaryFolder();
    const port = await occupyPort();
    const first = await weft(home, ['proxy', 'init', '--port', String(port)]);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('weft proxy start -c weft.yaml') });
    const file = path.join(home, 'weft.yaml');
    expect(readFileSync(file, 'utf8')).toBe(sampleConfiguration(port));
    expect(await weft(home, ['proxy', 'validate', '-c', file])).toMatchObject({ code: 0, stderr: '' });
    const second = await weft(home, ['proxy', 'init', '--port', '1']);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') });
    const deep = await weft(home, ['proxy', 'init', 'sub/dir/x.yaml']);
    expect(deep).toMatchObject({ code: 0, stdout: expect.stringContaining('weft proxy start -c sub/dir/x.yaml') });
    expect(readFileSync(path.join(home, 'sub/dir/x.yaml'), 'utf8')).toBe(sampleConfiguration(3000));
    expect(readFileSync(file, 'utf8')).toBe(sampleConfiguration(port));
    expect((await weft(home, ['proxy', 'init', '--port', '1', '--force'])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(sampleConfiguration(1));
    expect((await weft(home, ['proxy', 'init', '--port', '0'])).code).toBe(2);
  });

  test('the sample in the repository is the one that it writes', () => {
    expect(readFileSync(path.join(ROOT, 'demo/in-front-of-my-port.yaml'), 'utf8')).toBe(sampleConfiguration(3000));
  });
});

describe('validate', () => {
  test('0 for what starts, with warnings; 1 for what does not, one problem a line', async () => {
    const home = temporaryFolder();
    const samples = [
      'first.yaml',
      'in-front-of-my-port.yaml',
      'rpc-callers.yaml',
      'dubbo-to-triple.json',
      'convert-protocols.yaml',
    ];
    for (const sample of samples) {
      const { code, stdout } = await weft(home, ['proxy', 'validate', '-c', path.join(ROOT, 'demo', sample)]);
      expect(stdout).toMatch(/is valid: \d listeners?, \d routes?, \d clusters?, \d hosts?\n$/);
      expect(code).toBe(0);
    }
    const warned = writeSample(home, 'a.json', sampleDocument(home, 'x', { uds_dir: '/x' }));
    const good = await weft(home, ['proxy', 'validate', '-c', warned]);
    expect(good.stdout).toMatch(/^warning: .*a\.json: uds_dir: .*\n.*1 warning\n$/);
    const broken = writeSample(home, 'b.json', sampleDocument(home, 'x', { pid: 7, cluster_manager: { clusters: 1 } }));
    const bad = await weft(home, ['proxy', 'validate', '-c', broken]);
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(bad.stdout).toMatch(/^(error: .*b\.json: .*\n){2}.*is not valid: 2 problems\n$/);
    const json = JSON.parse((await weft(home, ['proxy', 'validate', '--json', '-c', broken])).stdout);
    expect(json).toMatchObject({ ok: false, valid: false, error: { problems: [{}, {}] } });
    expect((await weft(home, ['proxy', 'validate', '-c', path.join(home, 'none.json')])).code).toBe(1);
    const strict = await weft(home, ['proxy', 'validate', '--strict', '-c', warned]);
    expect(strict).toMatchObject({ code: 1, stderr: '' });
    expect(strict.stdout).toMatch(
      /^warning: .*uds_dir.*\n.*a\.json is not valid: 1 warning, and --strict takes none\n$/,
    );
    const fine = writeSample(home, 'fine.json');
    expect((await weft(home, ['proxy', 'validate', '--strict', '-c', fine])).code).toBe(0);
  });

  test('shows warnings beside problems, and what only compiling finds', async () => {
    const home = temporaryFolder();
    const text = JSON.stringify(sampleDocument(home, 'x', { uds_dir: '/x' })).replace('"Http1"', '"Htttp1"');
    const { stdout } = await weft(home, ['proxy', 'validate', '-c', writeSample(home, 'a.json', JSON.parse(text))]);
    expect(stdout).toMatch(/^warning: .*uds_dir.*\nerror: config_invalid: .*Htttp1.*\n.*is not valid: 1 problem\n$/);
  });

  test('a configuration that listens nowhere is not valid, and one that listens somewhere tells what does not', async () => {
    const home = temporaryFolder();
    const text = JSON.stringify(sampleDocument(home));
    for (const [wrong, found] of [
      [text.replace('"listeners"', '"listners"'), 'found no listener'],
      [text.replace('"bind_port":true', '"bind_port":false'), 'found front without bind_port'],
    ] as const) {
      const file = writeSample(home, 'none.json', JSON.parse(wrong));
      const { code, stdout } = await weft(home, ['proxy', 'validate', '-c', file]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/error: config_invalid: .*none\.json: servers\[0\]\.listeners: nothing listens, /);
      expect(stdout).toContain(found);
      if (found.includes('no listener')) expect(stdout).toMatch(/^warning: .*listners.*listeners/);
      expect((await weft(home, ['proxy', 'start', '-c', file])).code).toBe(78);
    }
    const document = JSON.parse(text) as { servers: { listeners: object[] }[] };
    const { listeners } = document.servers[0] as { listeners: object[] };
    listeners.push({ ...listeners[0], name: 'closed', bind_port: false });
    const some = writeSample(home, 'some.json', document);
    expect((await weft(home, ['proxy', 'validate', '-c', some])).stdout).toContain('2 listeners (1 without bind_port)');
    const proxy = await startWeft(home, ['-c', some]);
    const [, serving] = await proxy.line(/serving: (.*)\n/);
    expect(serving).not.toContain('closed');
  });
});

describe('explain', () => {
  function routed(home: string): string {
    const routes = [
      { match: { prefix: '/old' }, redirect: { path_redirect: '/new' } },
      {
        match: { prefix: '/shop/', headers: [{ name: 'x-version', value: 'v2' }] },
        route: {
          prefix_rewrite: '/',
          timeout: '3s',
          weighted_clusters: [{ cluster: { name: 'a', weight: 1 } }, { cluster: { name: 'b', weight: 3 } }],
        },
      },
      {
        match: { variables: [{ name: 'request_arg_debug', value: '1' }] },
        direct_response: { status: 200, body: 'debug' },
      },
      { match: { headers: [{ name: 'service', value: 'com.example.Greeter:1.0' }] }, route: { cluster_name: 'a' } },
    ];
    const text = JSON.stringify(sampleDocument(home))
      .replace('"Http1"', '"Http1,bolt"')
      .replace(
        /"domains":\["\*"\],"routers":\[.*?\]\}\]\}\]/,
        `"domains":["shop.example"],"routers":${JSON.stringify(routes)}}]}]`,
      )
      .replace('"shop.example"', '"*"');
    const document = JSON.parse(text);
    const host = (address: string): object => ({ address });
    document.cluster_manager = {
      clusters: [
        { name: 'a', hosts: [host('127.0.0.1:1')] },
        { name: 'b', type: 'STRICT_DNS', hosts: [host('shop.internal:80')] },
      ],
    };
    return writeSample(home, 'routed.json', document);
  }
  const ask = async (home: string, file: string, ...args: string[]) => {
    const result = await weft(home, ['proxy', 'explain', '-c', file, ...args, '--json']);
    return { code: result.code, ...JSON.parse(result.stdout) };
  };

  test('shows each condition of each route until one takes the request, and where it goes', async () => {
    const home = temporaryFolder();
    const file = routed(home);
    const answer = await ask(
      home,
      file,
      '--request',
      'POST http://shop.example/shop/cart?id=7',
      '--header',
      'X-Version: v2',
    );
    expect(answer).toMatchObject({ code: 0, ok: true });
    const [{ virtualHost, considered, route, action }] = answer.explanations;
    expect(virtualHost).toBe('all');
    expect(route).toBe('virtual_hosts[0].routers[1]');
    expect(considered).toEqual([
      {
        route: 'virtual_hosts[0].routers[0]',
        matched: false,
        conditions: [{ left: 'path', operator: 'starts with', right: '/old', value: '/shop/cart', matched: false }],
      },
      {
        route: 'virtual_hosts[0].routers[1]',
        matched: true,
        conditions: [
          { left: 'path', operator: 'starts with', right: '/shop/', value: '/shop/cart', matched: true },
          { left: 'header x-version', operator: 'equals', right: 'v2', value: 'v2', matched: true },
        ],
      },
    ]);
    expect(action).toMatchObject({
      kind: 'forward',
      method: 'POST',
      path: '/cart?id=7',
      authority: 'shop.example',
      timeoutMs: 3000,
    });
    expect(action.clusters).toMatchObject([
      { name: 'a', weight: 1, hosts: [{ address: '127.0.0.1:1' }] },
      { name: 'b', weight: 3, hosts: [], names: ['shop.internal:80'] },
    ]);
    const text = (await weft(home, ['proxy', 'explain', '-c', file, '--request', 'GET /shop/', '-H', 'x-version: v2']))
      .stdout;
    expect(text).toMatch(/✗ virtual_hosts\[0\]\.routers\[0\]\n {6}✗ path starts with "\/old" \(had "\/shop\/"\)/);
    expect(text).toContain('cluster b (LB_ROUNDROBIN, 75 % of the requests)');
  });

  test('knows redirects, direct answers, variables, Bolt, and what nobody takes', async () => {
    const home = temporaryFolder();
    const file = routed(home);
    const action = async (...args: string[]) => (await ask(home, file, ...args)).explanations[0].action;
    expect(await action('--request', 'http://h/old/x')).toEqual({
      kind: 'redirect',
      status: 301,
      location: 'http://h/new',
    });
    expect(await action('--request', 'GET http://h/?debug=1')).toEqual({ kind: 'direct', status: 200, body: 'debug' });
    const bolt = { kind: 'forward', protocol: 'bolt', clusters: [{ name: 'a' }] };
    expect(await action('--request', 'bolt service=com.example.Greeter:1.0 method=hello')).toMatchObject(bolt);
    expect(
      await action('--protocol', 'bolt', '--request', '', '--header', 'service=com.example.Greeter:1.0'),
    ).toMatchObject(bolt);
    expect(await ask(home, file, '--request', 'GET http://h/nothing')).toMatchObject({ code: 1, ok: false });
    expect((await weft(home, ['proxy', 'explain', '-c', file, '--request', 'GET x y'])).code).toBe(2);
    const wrong = await weft(home, ['proxy', 'explain', '-c', file, '--request', 'GET /', '--listener', 'back']);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('found "back", expected one of front') });
  });
});

describe('status, reload and stop', () => {
  test('talk to the proxy of a configuration', async () => {
    const home = temporaryFolder();
    const file = writeSample(home);
    const proxy = await startWeft(home, ['-c', file]);
    const status = await weft(home, ['proxy', 'status', '-c', file, '--json']);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      ok: true,
      state: 'running',
      pid: proxy.child.pid,
      generation: 1,
      listeners: 1,
    });
    expect((await weft(home, ['proxy', 'status', '-c', file])).stdout).toMatch(/^Weft \S+ is running, pid \d+/);

    const same = await weft(home, ['proxy', 'reload', '-c', file]);
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing has changed') });
    writeSample(home, 'proxy.json', sampleDocument(home, 'changed'));
    const changed = JSON.parse((await weft(home, ['proxy', 'reload', '-c', file, '--json'])).stdout);
    expect(changed).toMatchObject({ ok: true, changed: true });
    expect((await get(proxy.port)).body).toBe('changed');

    writeSample(home, 'proxy.json', sampleDocument(home, 'refused', { pid: 7 }));
    const refused = await weft(home, ['proxy', 'reload', '-c', file]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(
      /^weft: config_invalid: .*proxy\.json: pid: .*\nweft: .*the one before stays in force\n$/,
    );
    expect((await get(proxy.port)).body).toBe('changed');
    // Its last reload failed: not well, and it says why.
    expect(await weft(home, ['proxy', 'status', '-c', file])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('config: '),
    });

    expect(await weft(home, ['proxy', 'stop', '-c', file])).toMatchObject({
      code: 0,
      stdout: `stopped (pid ${proxy.child.pid})\n`,
    });
    expect((await proxy.ended).code).toBe(0);
    expect(await weft(home, ['proxy', 'stop', '-c', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no proxy runs with'),
    });
  });

  test('find the only proxy by themselves, refuse the file of another one, and ask when there are two', async () => {
    const home = temporaryFolder();
    const env = { WEFT_RUN_DIR: home };
    const one = writeSample(home, 'one.json');
    const proxy = await startWeft(home, ['-c', one]);
    const slip = path.join(home, 'oen.json');
    expect(await weft(home, ['proxy', 'stop', '-c', slip], env)).toMatchObject({
      code: 1,
      stderr: `weft: there is no file ${slip}, and no proxy runs with it; what runs is\n  -c ${one} (pid ${proxy.child.pid})\n`,
    });
    expect((await weft(home, ['proxy', 'reload'], env)).code).toBe(0);
    expect((await weft(home, ['proxy', 'status'], env)).stdout).toContain(`pid ${proxy.child.pid}`);
    const other = writeSample(home, 'other.json', sampleDocument(home, 'other'));
    expect((await weft(home, ['proxy', 'reload', '-c', other])).code).toBe(1);
    expect((await get(proxy.port)).body).not.toBe('other');
    const two = writeSample(home, 'two.json');
    const second = await startWeft(home, ['-c', two]);
    for (const command of ['status', 'reload', 'stop']) {
      const refused = await weft(home, ['proxy', command], env);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`  -c ${one} (pid ${proxy.child.pid})\n  -c ${two} (pid ${second.child.pid})\n`);
    }
    expect((await weft(home, ['proxy', 'stop', '-c', two])).code).toBe(0);
    expect((await weft(home, ['proxy', 'stop'], env)).code).toBe(0);
    expect((await proxy.ended).code).toBe(0);
  });

  test('without a name only a proxy of this folder is stopped, and it is said which', async () => {
    const [home, elsewhere] = [temporaryFolder(), temporaryFolder()];
    const env = { WEFT_RUN_DIR: home };
    const file = writeSample(home);
    const proxy = await startWeft(home, ['-c', file]);
    expect(await weft(elsewhere, ['proxy', 'stop'], env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`say so with\n  -c ${file} (pid ${proxy.child.pid})\n`),
    });
    expect((await get(proxy.port)).status).toBe(200);
    const stopped = await weft(home, ['proxy', 'stop'], env);
    expect(stopped).toMatchObject({ code: 0, stdout: `stopped (pid ${proxy.child.pid})\n` });
    expect(stopped.stderr).toContain(`stopping the only proxy that runs: -c ${file} (pid ${proxy.child.pid})\n`);
    expect((await proxy.ended).code).toBe(0);
  });

  test('stop --now does not wait for a request that runs', async () => {
    const home = temporaryFolder();
    const file = writeSample(home);
    const proxy = await startWeft(home, ['-c', file]);
    expect((await weft(home, ['proxy', 'stop', '--now', '-c', file])).code).toBe(0);
    expect((await proxy.ended).code).toBe(0);
  });
});

describe('doctor', () => {
  test('looks at addresses, folders and Node, and fails for what would stop a start', async () => {
    const home = temporaryFolder();
    const text = JSON.stringify(sampleDocument(home));
    const good = writeSample(home, 'good.json', JSON.parse(text));
    const well = await weft(home, ['doctor', '-c', good, '--json']);
    expect(well.code).toBe(0);
    expect(JSON.parse(well.stdout).checks.map((check: { name: string }) => check.name)).toEqual(
      expect.arrayContaining(['node', 'npm package node', 'descriptors', 'koffi', 'run folder', 'state folder']),
    );
    const port = await occupyPort();
    const bad = writeSample(home, 'bad.json', JSON.parse(text.replace('127.0.0.1:0', `127.0.0.1:${port}`)));
    const ill = await weft(home, ['doctor', '-c', bad]);
    expect(ill).toMatchObject({ code: 1, stdout: expect.stringContaining(`✗ port ${port}`) });
    const few = await launch('sh', ['-c', `ulimit -n 128; exec ${NODE} ${ROOT}apps/cli/bin/weft.js doctor`], {
      cwd: home,
    }).ended;
    expect(few).toMatchObject({ code: 1, stdout: expect.stringMatching(/✗ descriptors +128 open files/) });
  });
});

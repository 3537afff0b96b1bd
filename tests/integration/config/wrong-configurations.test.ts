import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { extensions } from '@weft/app-proxy/extensions';
import { ConfigError, type ConfigProblem, EXIT, formatProblem } from '@weft/kit';
import { ClusterSlots, compileProgram, ExtensionCatalog } from '@weft/proxy/update';
import { loadConfigFile } from '@weft/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../support/backend.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { baseDocument, type Change, change, WRONG_CONFIGURATIONS, wrongDocument } from './wrong-configurations.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'weft-wrong-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function write(document: unknown): string {
  const file = path.join(directory, 'proxy.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** Loads and compiles as a proxy does, without opening anything. */
async function problemsOf(document: unknown): Promise<readonly ConfigProblem[]> {
  try {
    const { config, locate } = await loadConfigFile(write(document));
    await compileProgram(config, 1, {
      catalog: new ExtensionCatalog(extensions),
      slots: new ClusterSlots(),
      names: new Map(),
      logIndex: () => 0,
      descriptorBound: 65_536,
      locate,
    });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const rows = WRONG_CONFIGURATIONS.map((row) => [row.name, row] as const);
const endToEnd = rows.filter(([, row]) => row.endToEnd);

test('the base document is right, and there are enough ways to be wrong', async () => {
  expect(await problemsOf(baseDocument())).toEqual([]);
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(60);
  expect(endToEnd.length).toBeGreaterThanOrEqual(10);
});

test.each(rows)('%s: place, value and expectation are told', async (_name, row) => {
  const problems = await problemsOf(wrongDocument(row));
  expect(problems).toEqual([
    {
      file: path.join(directory, 'proxy.json'),
      path: row.path ?? row.at,
      ...(row.value === undefined ? {} : { value: row.value }),
      expected: row.expected,
      message: expect.stringContaining(row.message),
      ...(row.hint === undefined ? {} : { hint: expect.stringContaining(row.hint) }),
    },
  ]);
});

const changed = (...changes: readonly Change[]): unknown => changes.reduce(change, baseDocument());

/** As `problemsOf`, with the warnings beside them. */
async function verdictOf(document: unknown): Promise<ConfigError> {
  const file = write(document);
  const { config, locate } = await loadConfigFile(file);
  return compileProgram(config, 1, {
    catalog: new ExtensionCatalog(extensions),
    slots: new ClusterSlots(),
    names: new Map(),
    logIndex: () => 0,
    descriptorBound: 65_536,
    locate,
  }).then(
    () => Promise.reject(new Error('compiled')),
    (error: unknown) => error as ConfigError,
  );
}

test('everything that is wrong is told at once, in each resource, with the warnings', async () => {
  const listener = 'servers[0].listeners[0]';
  const host = 'servers[0].routers[0].virtual_hosts[0]';
  const { problems, warnings } = await verdictOf(
    changed(
      { at: `${listener}.stream_filters[0].type`, put: 'gzip' },
      { at: `${listener}.stream_filters[1].config.ips[0].addrs[0]`, put: 'x' },
      { at: `${listener}.filter_chains[0].filters[0].config.extend_config.Http1.max_header_size`, put: 1 },
      { at: `${listener}.access_logs[0].log_format`, put: '%nope%' },
      { at: `${host}.request_headers_to_add`, put: [{ header: { key: 'x', value: '%nope%' } }] },
      { at: `${host}.routers[0].per_filter_config`, put: { nope: {} } },
      { at: `${host}.routers[0].route.upstream_protocol`, put: 'nope' },
      { at: `${host}.routers[1].direct_response.status`, put: 204 },
      { at: 'cluster_manager.clusters[0].lb_type', put: 'nope' },
      { at: 'cluster_manager.clusters[0].health_check.check_config.http_check_config.method', put: 'nope' },
    ),
  );
  expect(problems.map((problem) => problem.path.split('.').at(-1))).toEqual([
    'upstream_protocol',
    'per_filter_config',
    'value',
    'lb_type',
    'method',
    'max_header_size',
    'type',
    'addrs[0]',
    'log_format',
  ]);
  expect(warnings.map((warning) => warning.path)).toEqual([`${host}.routers[1].direct_response.body`]);
  expect([...problems, ...warnings].every((problem) => problem.file.endsWith('proxy.json'))).toBe(true);
});

test('no more than 20 problems are told', async () => {
  const wrong = { match: { prefix: '/' }, route: { cluster_name: 'web', upstream_protocol: 'nope' } };
  const at = 'servers[0].routers[0].virtual_hosts[0].routers';
  const { problems } = await verdictOf(changed({ at, put: Array.from({ length: 50 }, () => wrong) }));
  expect(problems).toHaveLength(20);
});

test('what the file itself has wrong comes with its warnings, too', async () => {
  const document = changed({ at: 'servers[0].graceful_timeout', put: 'soon' }, { at: 'servers[0].unheard_of', put: 1 });
  const error = await loadConfigFile(write(document)).then(
    () => null,
    (reason: unknown) => reason as ConfigError,
  );
  expect(error?.problems.map((problem) => problem.path)).toEqual(['servers[0].graceful_timeout']);
  expect(error?.warnings.map((warning) => warning.path)).toEqual(['servers[0].unheard_of']);
});

/** What stands in front of a person: the line of the only problem. */
async function lineOf(document: unknown): Promise<string> {
  const [problem] = await problemsOf(document);
  return formatProblem({ ...(problem as ConfigProblem), file: 'proxy.json' });
}

test.each(endToEnd)('%s: the process does not start, and says why', async (_name, row) => {
  const document = wrongDocument(row);
  const line = await lineOf(document);
  const file = write(document);
  const { status, stderr, stdout } = spawnSync(
    path.join(ROOT, 'node_modules/.bin/node'),
    ['--conditions=@weft/source', path.join(ROOT, 'apps/proxy/src/main.ts'), 'start', '-c', file],
    { encoding: 'utf8', cwd: directory, timeout: 20_000 },
  );
  expect(stderr.replaceAll(`${directory}/`, '').trim().split('\n').at(-1)).toBe(`weft: config_invalid: ${line}`);
  expect(stdout).toBe('');
  expect(status).toBe(EXIT.CONFIG);
});

describe('a running proxy', () => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    proxy = await startProxy(baseDocument() as object);
  });
  afterAll(() => proxy.dispose());

  test.each(endToEnd)('%s: a reload is refused with the same line, and what was in force stays', async (_name, row) => {
    const document = wrongDocument(row);
    const line = await lineOf(document);
    const digest = await proxy.admin('GET', '/api/v1/config_digest');
    const { status, body } = await proxy.reload(document as object);
    expect(body.replaceAll(`${proxy.directory}/`, '')).toContain(JSON.stringify(line).slice(1, -1));
    expect(status).toBe(400);
    expect(await proxy.admin('GET', '/api/v1/config_digest')).toEqual(digest);
    expect((await call(proxy.port('front'), { path: '/ok' })).body).toBe('ok\n');
  });

  test('takes a right one afterwards', async () => {
    const right = change(baseDocument(), {
      at: 'servers[0].routers[0].virtual_hosts[0].routers[1].direct_response.body',
      put: 'other\n',
    });
    const { status, body } = await proxy.reload(right as object);
    expect(status, body).toBe(200);
    expect((await call(proxy.port('front'), { path: '/ok' })).body).toBe('other\n');
  });
});

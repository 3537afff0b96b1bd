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
import { baseDocument, change, WRONG_CONFIGURATIONS, wrongDocument } from './wrong-configurations.ts';

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
  expect(stderr.replaceAll(`${directory}/`, '').trim().split('\n').at(-1)).toBe(line);
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

/** What commands say to whoever mistypes, or looks for what comes next. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { type CliServices, runCli } from '@weft/cli';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commandsFor } from '../governance/command.ts';
import { type MeshClient, openMeshClient } from './mesh-client.ts';

let plane: TestPlane;
let run: ReturnType<typeof commandsFor>;
beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
  const { secret } = await plane.admin.client.osp.createToken({ body: { name: 'hints' } });
  run = commandsFor(plane, secret);
});
afterAll(() => plane.stop());

const file = (name: string, text: string): string => {
  const full = path.join(plane.directory, name);
  writeFileSync(full, text);
  return full;
};

test('the history of a rule names the versions that rollback takes', async () => {
  const rules = (threshold: number) =>
    file('rules.yaml', `- { name: qps, app: shop, services: ['s@Http1'], spec: { threshold: ${threshold} } }`);
  for (const [threshold, why] of [
    [1, 'first'],
    [2, 'for the sale'],
  ] as const)
    expect((await run('rule', 'apply', '-f', rules(threshold), '--comment', why, '--wait', '0')).code).toBe(0);
  const { code, said } = await run('rule', 'history', 'qps');
  expect(code).toBe(0);
  const [head, titles, newest, oldest] = said.split('\n');
  expect(head).toMatch(/^shop\/qps \(limit \d+\)$/);
  expect(titles?.trim().split(/\s{2,}/)).toEqual(['VERSION', 'WHAT', 'BY', 'AT', 'WHY']);
  expect(newest).toMatch(/^2 +replace +admin +\S+Z +for the sale$/);
  expect(oldest).toMatch(/^1 +create +admin +\S+Z +first$/);
  const { items } = JSON.parse((await run('rule', 'history', 'shop/qps', '--json')).said) as { items: unknown[] };
  expect(items).toMatchObject([{ version: 2, by: 'admin', comment: 'for the sale' }, { version: 1 }]);
  expect((await run('rule', 'rollback', 'qps', '--to', '1', '--wait', '0')).code).toBe(0);
  expect((await run('rule', 'history', 'none')).code).toBe(1);
});

test('a path that no method has is answered with those of the mapping', async () => {
  const mapping = file(
    'mapping.yaml',
    'service: com.x.Users\nmethods: { get(long): { httpMethod: GET, path: "/users/{0}" }, add: { path: /users } }',
  );
  const trying = (request: string) => run('mapping', 'try', '-f', mapping, '--with', 'http_dubbo', '-r', request);
  const { code, said } = await trying('GET /nope');
  expect(code).toBe(1);
  expect(said).toMatch(/the mapping has\n {2}GET \/users\/\{0\} \(get\(long\)\)\n {2}POST \/users \(add\)\n/);
  expect((await trying('GET /users/7')).said).not.toContain('the mapping has');
});

test('a file that is no rules ends with what is wrong with it', async () => {
  const { code, said } = await run(
    'rule',
    'apply',
    '-f',
    file('README.md', '# Shop\n\n[a](b.md)\n\nA shop of examples.\n'),
  );
  expect(code).toBe(1);
  expect(said).toMatch(/README\.md is neither JSON nor YAML: .*[^:]\n$/);
});

test('without a terminal a login ends as its help says, and names the option that gives the password', async () => {
  let said = '';
  const write = (text: string): void => {
    said += text;
  };
  const login = (...more: readonly string[]): Promise<number> =>
    runCli(['login', ...more], { version: { version: '0.0.0', revision: '' } } as CliServices, {
      out: write,
      err: write,
    });
  expect(await login('--endpoint', plane.baseUrl)).toBe(1);
  expect(said).toMatch(/no terminal to ask at; give it with --password-file FILE\n$/);
  await login('--help');
  expect(said).toMatch(/Exit codes: 0 logged in, 1 .*no terminal/);
});

describe('with a proxy that publishes two services', () => {
  const DETAILS = 'details.bookinfo:9080@Http1';
  const RATINGS = 'com.x.Ratings:1.0@DEFAULT';
  let client: MeshClient;
  beforeAll(async () => {
    const { accessKeyId: accessKey = '', secret = '' } = plane.plane.seeded ?? {};
    const nobody = {
      listener: 'in',
      address: '127.0.0.1:1',
      router: 'r',
      virtualHost: 'services unknown here',
      considered: [],
      route: 'a',
      action: { kind: 'direct', status: 404 },
    };
    client = openMeshClient({
      address: plane.plane.grpcAddress ?? '',
      credentials: { accessKey, secret },
      id: 'details-1',
      app: 'details',
      answer: ({ id }) => ({
        id,
        status: 200,
        contentType: 'application/json',
        body: Buffer.from(JSON.stringify({ listeners: [nobody] })),
      }),
    });
    client.publish(DETAILS, 8080);
    client.publish(RATINGS, 8081);
    await vi.waitFor(
      async () => expect((await plane.admin.client.ms.listServices({ query: {} })).items).toHaveLength(2),
      { timeout: 20_000 },
    );
  });
  afterAll(() => client.close());

  test('a service that is not there is answered with the one whose name it is in, or with where to look', async () => {
    expect(await run('service', 'show', 'details')).toEqual({
      code: 1,
      said: `weft: there is no service "details"; did you mean ${DETAILS}?\n`,
    });
    expect((await run('why', 'bookinfo:8080')).said).toMatch(
      /there is no proxy or service "bookinfo:8080"; weft service list/,
    );
    expect((await run('why', 'details.bookinfo')).said).toContain(
      `or service "details.bookinfo"; did you mean ${DETAILS}? `,
    );
    expect((await run('service', 'show', 'nothing-like-it')).said).toMatch(/"nothing-like-it"; weft service list\n$/);
  });

  test('explain of a service that the proxy does not know says which ones it knows, and does not end well', async () => {
    const { code, said } = await run('explain', '-p', 'details', '-r', 'GET http://nosuch:1/');
    expect(code).toBe(1);
    expect(said).toContain(`→ no service nosuch:1 is subscribed or published here; known: ${RATINGS}, ${DETAILS}\n`);
    expect(said).toContain('✗ virtual host services unknown here');
    const known = await run('explain', '-p', 'details', '-r', 'GET http://details.bookinfo:9080/');
    expect([known.code, known.said]).toEqual([1, expect.stringContaining('→ in: answered by the proxy with 404\n')]);
  });
});

test.each([
  [['explain', '-p', 'details'], /--request is missing: 'GET http:\/\/host\/path'/],
  [['explain', '-r', 'GET http://a/'], /--proxy is missing/],
  [['explain', '--trace', ''], /--trace: found "", expected the id of a trace/],
  [['mapping', 'try', 'users', '-r', 'x'], /'--with <transcoder>' not specified: .*, one of dubbo_http, http_dubbo/],
  [['mapping', 'try', 'users', '--with', 'dubbo_http'], /'-r, --request <request>' not specified: what is called/],
])('%j is told what is missing', async (args, message) => {
  const { code, said } = await run(...args);
  expect(code).toBe(2);
  expect(said).toMatch(message);
});

/** Levels of logs and tunable values after a restart of the control plane: only those that were to be kept are there. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory: string;
let plane: TestPlane;
const start = async (): Promise<void> => {
  plane = await startTestPlane({ ruleKinds, dataDirectory: directory });
};
const restart = async (): Promise<void> => {
  await plane.stop();
  await start();
};
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'weft-kept-'));
  await start();
});
afterEach(async () => {
  await plane.stop();
  rmSync(directory, { recursive: true, force: true });
});

const file = () => path.join(directory, 'kept-settings.json');
const ask = async (target: string, body?: string) => {
  const response = await fetch(`${plane.baseUrl}${target}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'text/plain' } }),
  });
  return { status: response.status, text: await response.text() };
};
const levelOf = async (component: string) =>
  new RegExp(`^${component}:(\\w+)$`, 'm').exec((await ask('/logging')).text)?.[1];
const tunables = async (query = '') => (await ask(`/c/drm/admin/v1/dynamic_config${query}`)).text;
const tune = (body: string, query = '') => ask(`/c/drm/admin/v1/dynamic_config${query}`, body);

test('a level survives a restart with persist=true alone, and until persist=false', async () => {
  const before = await levelOf('drm');
  await ask('/logging?drm=trace');
  await restart();
  expect(await levelOf('drm')).toBe(before);
  expect(existsSync(file())).toBe(false);

  expect((await ask('/logging?drm=trace&registry=error&persist=true')).status).toBe(200);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  // For now alone: what is kept stays as it is.
  await ask('/logging?drm=warn');
  expect(await levelOf('drm')).toBe('warn');
  await restart();
  expect([await levelOf('drm'), await levelOf('registry'), await levelOf('osp')]).toEqual(['trace', 'error', before]);

  await ask('/logging?drm=debug&persist=false');
  expect(await levelOf('drm')).toBe('debug');
  await restart();
  expect([await levelOf('drm'), await levelOf('registry')]).toEqual([before, 'error']);
});

test('a tunable value survives a restart with persist=true alone, and verbose=1 says so', async () => {
  await tune('PushConcurrency=7');
  await tune('ConnectionWait=250ms\nMaxConnections=9', '?persist=true');
  expect(await tunables('?verbose=1')).toMatch(
    /^PushConcurrency=7 .* 1 to 10000\nCon.*\nConnectionWait=250ms .* 1m; kept/,
  );
  await restart();
  expect(await tunables()).toBe(
    'PushConcurrency=1000\nConnectionBurstSize=400\nConnectionWait=250ms\nMaxConnections=9\n',
  );
  expect(plane.plane.context.hub.server.limits).toMatchObject({ connectionWaitMs: 250, maxClients: 9 });
  await tune('ConnectionWait=1s', '?persist=false');
  await restart();
  expect(await tunables()).toMatch(/ConnectionWait=5s\nMaxConnections=9\n$/);
});

test('what contradicts itself, and what cannot be kept, changes nothing', async () => {
  const [level, values] = [await levelOf('drm'), await tunables()];
  for (const query of ['persist=true&ttl=1m', 'persist=perhaps']) {
    expect(await ask(`/logging?drm=trace&${query}`)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^persist=.*nothing was changed/),
    });
    expect(await tune('PushConcurrency=7', `?${query}`)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^persist=.*nothing was changed/),
    });
  }
  rmSync(directory, { recursive: true, force: true });
  expect(await ask('/logging?drm=trace&persist=true')).toMatchObject({
    status: 503,
    text: expect.stringMatching(/^it cannot be kept: ENOENT.*; nothing was changed/),
  });
  expect((await tune('PushConcurrency=7', '?persist=true')).status).toBe(503);
  expect([await levelOf('drm'), await tunables()]).toEqual([level, values]);
});

test('what is said twice in a query changes nothing', async () => {
  const [level, values] = [await levelOf('drm'), await tunables()];
  for (const [query, name] of [
    ['drm=debug&drm=trace', 'drm'],
    ['drm=trace&ttl=1m&ttl=2m', 'ttl'],
    ['all=trace&persist=true&persist=false', 'persist'],
  ])
    expect(await ask(`/logging?${query}`)).toEqual({
      status: 400,
      text: `${name}: found 2 values, expected one; nothing was changed\n`,
    });
  for (const query of ['?ttl=1m&ttl=2m', '?persist=true&persist=true', '?x=1&x=2'])
    expect(await tune('PushConcurrency=7', query)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^\w+: found 2 values, expected one; nothing was changed/),
    });
  expect([await levelOf('drm'), await tunables()]).toEqual([level, values]);
});

test('a tunable value that is no number, or stands twice, changes nothing', async () => {
  const values = await tunables();
  const json = async (body: string) => {
    const answer = await fetch(`${plane.baseUrl}/c/drm/admin/v1/dynamic_config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return [answer.status, await answer.text()];
  };
  for (const found of ['[8]', '[[8]]', '{"a":8}', 'true', 'null'])
    expect(await json(`{"PushConcurrency":${found}}`)).toEqual([
      400,
      `PushConcurrency: found ${found}, expected 1 to 10000; nothing was changed\n`,
    ]);
  expect((await json('{"PushConcurrency":8,"PushConcurrency":9}'))[0]).toBe(400);
  expect(await tune('PushConcurrency=8\nMaxConnections=7\nPushConcurrency=9')).toEqual({
    status: 400,
    text: 'PushConcurrency: found twice, expected once; nothing was changed\n',
  });
  expect(await tunables()).toBe(values);
  for (const given of ['8', '"8"']) {
    expect((await json(`{"PushConcurrency":${given}}`))[0]).toBe(200);
    expect(await tunables()).toContain('PushConcurrency=8\n');
    await tune('PushConcurrency=9');
  }
});

test('a file that cannot be read, and values of another release, keep nothing from starting', async () => {
  await plane.stop();
  writeFileSync(file(), '{"tunable /c/drm PushConcurrency":"99999","level drm":"LOUD","level osp":"error"}');
  await start();
  expect(await tunables()).toContain('PushConcurrency=1000\n');
  expect(await levelOf('osp')).toBe('error');
  await plane.stop();
  writeFileSync(file(), 'not json');
  await start();
  expect(await levelOf('osp')).not.toBe('error');
  expect(readFileSync(path.join(directory, 'logs', 'control.log'), 'utf8')).toContain('cannot be read');
});

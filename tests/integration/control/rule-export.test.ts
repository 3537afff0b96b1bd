/** Rules that are kept in git: what `weft rule export` writes, the other commands take as it is. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsFor } from '../governance/command.ts';

const RULES = fileURLToPath(new URL('../../../demo/bookinfo/rules.yaml', import.meta.url));

let plane: TestPlane;
let run: ReturnType<typeof commandsFor>;
beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
  const { secret } = await plane.admin.client.osp.createToken({ body: { name: 'export' } });
  run = commandsFor(plane, secret);
  expect((await run('rule', 'apply', '-f', RULES, '--wait', '0')).code).toBe(0);
});
afterAll(() => plane.stop());

test('an export is taken as it is, and another one is the same file', async () => {
  const folder = path.join(plane.directory, 'rules');
  mkdirSync(folder);
  const file = path.join(folder, 'rules.yaml');
  expect((await run('rule', 'export', '-o', file)).code).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^format: weft-rules\/v1\n/);
  for (const named of [file, folder]) {
    expect(await run('rule', 'diff', '-f', named)).toEqual({ code: 0, said: 'in force → file: no difference\n' });
    const { code, said } = await run('rule', 'apply', '-f', named, '--wait', '0', '--json');
    expect(code).toBe(0);
    const { items } = JSON.parse(said) as { items: { done: string }[] };
    expect(items.length).toBeGreaterThan(5);
    expect(new Set(items.map(({ done }) => done))).toEqual(new Set(['unchanged']));
  }
  for (const named of [file, folder])
    expect(await run('rule', 'import', named, '--conflict', 'overwrite')).toEqual({
      code: 0,
      said: expect.stringMatching(/\nnothing was imported: \d+ rules unchanged\n$/),
    });
  expect((await run('rule', 'export', '-o', file)).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

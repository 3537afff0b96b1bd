import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readContent, readGuard, readSteps } from './rollout-actions.ts';

test('steps are percent and seconds', () => {
  expect(readSteps('5:300, 50%:60s,100:0')).toEqual([
    { percent: 5, waitSec: 300 },
    { percent: 50, waitSec: 60 },
    { percent: 100, waitSec: 0 },
  ]);
  expect(() => readSteps('5')).toThrow('--steps: found "5", expected percent and seconds, such as 5:300,50:300,100:60');
  expect(() => readSteps('5:1,')).toThrow('found ""');
});

test('bounds are points of a hundred and milliseconds; none is no guard', () => {
  expect(
    readGuard({
      maxErrorRate: '0.5',
      maxRejectRate: '2%',
      maxRtIncrease: '20',
      maxP99Increase: '150',
      minRequests: '3',
    }),
  ).toEqual({
    maxErrorRate: 0.005,
    maxRejectRate: 0.02,
    maxRtIncreaseMs: 20,
    maxP99IncreaseMs: 150,
    minRequests: 3,
  });
  expect(readGuard({})).toBe(null);
  expect(() => readGuard({ maxErrorRate: '101' })).toThrow(
    '--max-error-rate: found "101", expected a number from 0 to 100',
  );
  expect(() => readGuard({ maxRtIncrease: '-1' })).toThrow('--max-rt-increase');
  expect(() => readGuard({ maxP99Increase: '5s' })).toThrow('--max-p99-increase');
});

test('the rule of a file is the one with the same name and app, and where it stood is known', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-rollout-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'rules.yaml');
  writeFileSync(file, '- { name: a, app: x }\n- { name: b, app: x, spec: { threshold: 7 } }\n');
  const found = await readContent(file, { name: 'b', app: 'x' });
  expect(found.place).toBe(`${file}: rule 2 (b)`);
  expect(found.body).toMatchObject({ spec: { threshold: 7 } });
  await expect(readContent(file, { name: 'c', app: 'x' })).rejects.toThrow('has no rule x/c; it has x/a, x/b');
});

import { expect, test } from 'vitest';
import { auditEffect } from './audit-effect.ts';

test.each([
  ['/openapi/v1/ms/rules:import?dryRun=true', null, 'tried'],
  ['changes c1', { dryRun: true }, 'tried'],
  ['changes c1', { dryRun: false }, 'done'],
  ['rules limit/7', { changed: 0 }, 'unchanged'],
  ['rule limit/7 qps', { enabled: true, changed: 0 }, 'unchanged'],
  ['rule limit/7 dryRun=true', null, 'done'],
  ['rule limit/7 qps', { rules: [], documents: [] }, 'done'],
  ['value a', 'changed', 'done'],
] as const)('%s with %j is %s', (object, diff, effect) => expect(auditEffect({ object, diff })).toBe(effect));

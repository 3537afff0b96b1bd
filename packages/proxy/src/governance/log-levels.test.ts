import { expect, test } from 'vitest';
import { OWN_LOG, ROUTE_RECORD_LOG, RuleLogLevels } from './log-levels.ts';

test('all logs begin at INFO, and what one thread sets the others see', () => {
  const levels = new RuleLogLevels();
  const ofThread = new RuleLogLevels(levels.memory);
  expect(new Set(Object.values(levels.all()))).toEqual(new Set(['INFO']));
  expect(Object.keys(levels.all())).toHaveLength(12);
  expect(ofThread.writes('rbac.log', 'DEBUG')).toBe(false);
  const detail = ofThread.detail('rbac.log');
  expect(detail()).toBe(false);
  expect(levels.set('rbac.log', 'DEBUG')).toBe(true);
  expect([detail(), ofThread.writes('rbac.log', 'DEBUG'), ofThread.writes('fuse.log', 'DEBUG')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a log is meant by its path, whole or relative, or by its name; levels in any case', () => {
  const levels = new RuleLogLevels();
  for (const [path, level] of [
    ['/var/log/mosn/routerule.log', 'debug'],
    ['./logs/mosn/routerule.log', 'ERROR'],
    ['logs/mosn/routerule.log', 'warning'],
    ['routerule.log', 'TRACE'],
  ] as const) {
    expect(levels.set(path, level)).toBe(true);
    expect(levels.all()['routerule.log']).toBe(level === 'warning' ? 'WARN' : level.toUpperCase());
  }
  expect(levels.set('routerule', 'INFO')).toBe(false);
  expect(levels.set('routerule.log', 'LOUD')).toBe(false);
});

test('single routings are recorded at DEBUG, and at INFO where the configuration says so', () => {
  const levels = new RuleLogLevels();
  const writes = () => levels.writes(ROUTE_RECORD_LOG, 'INFO');
  expect(writes()).toBe(false);
  levels.recordRoutes(true);
  expect(writes()).toBe(true);
  levels.set(ROUTE_RECORD_LOG, 'WARN');
  expect(writes()).toBe(false);
  levels.recordRoutes(false);
  levels.set(ROUTE_RECORD_LOG, 'DEBUG');
  expect(writes()).toBe(true);
});

test('the log of the proxy has the level of the proxy, and is not listed twice', () => {
  const levels = new RuleLogLevels();
  expect(levels.all()).not.toHaveProperty([OWN_LOG]);
  levels.set(OWN_LOG, 'ERROR');
  expect(levels.writes(OWN_LOG, 'INFO')).toBe(false);
});

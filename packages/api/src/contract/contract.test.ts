import { describe, expect, test } from 'vitest';
import { requestSchema } from '../document/index.ts';
import { drm, ms, osp, registry } from '../index.ts';
import { isPermitted, PERMISSIONS, pathParameters, permissionCovers, ROLES, type RouteContract } from './index.ts';

const ROUTES = [osp, drm, ms, registry].flatMap((contract) =>
  Object.entries<RouteContract>(contract.routes).map(([operation, route]) => ({
    id: `${contract.component}.${operation}`,
    base: contract.basePath,
    route,
  })),
);

describe('the contract', () => {
  test('has every component', () => {
    expect(ROUTES.length).toBeGreaterThan(75);
  });

  test('names each method and path once, whatever the parameters are called', () => {
    const keys = ROUTES.map(({ base, route }) => `${route.method} ${base}${route.path.replace(/\{[^}]+\}/g, '{}')}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test.each(ROUTES)('$id declares what its path and status say', ({ route }) => {
    expect(Object.keys(route.params?.properties ?? {}).sort()).toEqual(pathParameters(route.path).sort());
    expect(route.reply === null).toBe(route.status === 204);
    if (route.method === 'GET') expect(route.body).toBeUndefined();
    if (route.access !== 'public' && route.access !== 'session')
      expect(Object.keys(PERMISSIONS)).toContain(route.access);
    // A GET with a session cookie needs no CSRF header, so it must not need a right to change something.
    if (route.method === 'GET') expect(route.access).not.toMatch(/:(write|publish|operate)$/);
  });

  test.each(ROUTES)('$id describes what can be sent and refuses what it does not know', ({ route }) => {
    for (const schema of [route.query, route.body]) {
      if (schema === undefined) continue;
      const node = requestSchema(schema);
      for (const [name, field] of Object.entries(node.properties ?? {}))
        expect([name, field.description ?? '']).toEqual([name, expect.stringMatching(/./)]);
      if (route.replyType !== 'raw' && node.properties?.['format'] === undefined)
        expect(node['x-weft-strict']).toBe(true);
    }
  });

  test('bodies may leave out what has a default', () => {
    expect(requestSchema(ms.routes.createLimitRule.body).required).toEqual(['name', 'app', 'services', 'spec']);
  });
});

describe('roles', () => {
  test.each([
    ['*:*:*', 'osp:user:write', true],
    ['mesh:*:read', 'mesh:service:read', true],
    ['mesh:*:read', 'mesh:service:operate', false],
    ['mesh:*:read', 'drm:resource:read', false],
    ['mesh:*', 'mesh:service:read', false],
  ])('%s covers %s: %s', (pattern, point, covers) => {
    expect(permissionCovers(pattern, point)).toBe(covers);
  });

  test('a developer writes rules and does not publish them, a viewer writes nothing', () => {
    expect(isPermitted(ROLES.developer.permissions, 'mesh:rule-limit:write')).toBe(true);
    expect(isPermitted(ROLES.developer.permissions, 'mesh:rule-limit:publish')).toBe(false);
    const changing = Object.keys(PERMISSIONS).filter((point) => !point.endsWith(':read'));
    expect(changing.filter((point) => isPermitted(ROLES.viewer.permissions, point))).toEqual([]);
    expect(changing.filter((point) => !isPermitted(ROLES.platform_admin.permissions, point))).toEqual([]);
  });
});

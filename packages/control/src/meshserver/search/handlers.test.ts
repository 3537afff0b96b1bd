import { expect, test } from 'vitest';
import { type SearchSources, search } from './handlers.ts';

const EMPTY: SearchSources = {
  registry: {
    dataIds: () => ['reviews.bookinfo:9080@Http1'],
    providers: () => [],
    portsOf: () => new Map(),
  },
  sidecars: { list: () => [] },
  rules: { stores: [] },
};
const PLACE = { tenantId: 't', workspaceId: 'w', instanceId: '000001' };

test('what the caller must not see is not looked through, and named with the point that is missing', () => {
  const can = (point: string): boolean => point === 'mesh:sidecar:read';
  expect(search(EMPTY, { ...PLACE, can }, 'reviews', 5)).toEqual({
    items: [],
    totals: [{ kind: 'proxy', total: 0 }],
    hidden: [
      { kind: 'service', permission: 'mesh:service:read' },
      { kind: 'app', permission: 'mesh:service:read' },
    ],
  });
  expect(search(EMPTY, { ...PLACE, can: () => true }, 'reviews', 5).items.map(({ id }) => id)).toEqual([
    'reviews.bookinfo:9080@Http1',
  ]);
});

test('the id of a request is no hit for who must not follow requests', () => {
  const found = search(EMPTY, { ...PLACE, can: () => false }, '463ac35c9f6413ad', 5);
  expect(found.items).toEqual([]);
  expect(found.hidden).toContainEqual({ kind: 'trace', permission: 'mesh:sidecar:read' });
});

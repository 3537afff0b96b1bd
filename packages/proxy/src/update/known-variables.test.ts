import type { ListenerConfig } from '@weft/schema';
import { defineStreamFilter } from '@weft/sdk';
import { expect, it } from 'vitest';
import { ExtensionCatalog } from './catalog.ts';
import { knownVariables } from './known-variables.ts';

const sets = defineStreamFilter({
  name: 'sets',
  schema: { type: 'object', properties: {} },
  onFault: 'open',
  variables: ['dst_cluster'],
  create: () => () => null,
});
const catalog = new ExtensionCatalog([{ kind: 'stream-filter', name: 'sets', load: async () => sets }]);
const listeners = (type: string): ListenerConfig[] =>
  [{ stream_filters: [{ type, config: {} }] }] as unknown as ListenerConfig[];

it('knows what is predefined, and what a filter in use declares', async () => {
  const used = await knownVariables(listeners('SETS'), catalog);
  expect(['connection_id', 'request_header_x-a', 'dst_cluster', 'nope'].map(used)).toEqual([true, true, true, false]);
  const unused = await knownVariables([], catalog);
  expect(unused('dst_cluster')).toBe(false);
  // An unknown filter is somebody else's problem.
  expect((await knownVariables(listeners('none'), catalog))('dst_cluster')).toBe(false);
});

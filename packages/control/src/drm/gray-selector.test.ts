import type { NodeIdentity } from '@weft/distribution';
import { expect, it } from 'vitest';
import { isSelected } from './gray-selector.ts';

const NODE: NodeIdentity = {
  id: 'p1',
  app: 'reviews',
  ip: '10.0.0.1',
  zone: 'Z1',
  dataCenter: 'd1',
  cluster: 'c1',
  labels: { version: 'v2', tier: 'gold' },
  version: '0.1.0',
  pid: 1,
  startedAtMs: 0,
  adminPort: 0,
  tenant: 't',
  workspace: 'w',
  instanceId: '000001',
  accessKey: 'k',
};

it.each([
  ['nothing', {}, true],
  ['empty lists', { zones: [], apps: [], labels: {} }, true],
  ['its zone among others', { zones: ['Z0', 'Z1'] }, true],
  ['another zone', { zones: ['Z0'] }, false],
  [
    'its cluster, data centre, app and address',
    { clusters: ['c1'], dataCenters: ['d1'], apps: ['reviews'], ips: ['10.0.0.1'] },
    true,
  ],
  ['another cluster', { clusters: ['c2'] }, false],
  ['another data centre', { dataCenters: ['d2'] }, false],
  ['another app', { apps: ['ratings'] }, false],
  ['another address', { ips: ['10.0.0.2'] }, false],
  ['one of its labels', { labels: { version: 'v2' } }, true],
  ['one label of its and one that it has otherwise', { labels: { version: 'v2', tier: 'silver' } }, false],
  ['a label that it has not', { labels: { canary: '' } }, false],
  ['its zone and another app', { zones: ['Z1'], apps: ['ratings'] }, false],
  ['its zone and nobody of it', { zones: ['Z1'], percent: 0 }, false],
])('a selector that says %s', (_what, selector, selected) => {
  expect(isSelected(selector, NODE)).toBe(selected);
});

it('a share that grows keeps who is in, and takes about as many as it says', () => {
  const nodes = Array.from({ length: 1000 }, (_, index) => ({ ...NODE, ip: `10.1.${index >> 8}.${index & 255}` }));
  let before = 0;
  for (let percent = 0; percent <= 100; percent += 10) {
    const chosen = nodes.filter((node) => isSelected({ percent }, node));
    for (const node of nodes.slice(0, 50))
      if (isSelected({ percent: Math.max(0, percent - 10) }, node)) expect(chosen).toContain(node);
    expect(chosen.length).toBeGreaterThanOrEqual(before);
    expect(Math.abs(chosen.length - percent * 10)).toBeLessThan(60);
    before = chosen.length;
  }
});

import { messageText } from '@weft/api';
import type { NodeIdentity } from '@weft/distribution';
import { expect, test } from 'vitest';
import { missingMark } from './missing-mark.ts';

const node = (change: Partial<NodeIdentity>): NodeIdentity => ({
  id: 'one',
  app: 'details',
  ip: '10.0.0.1',
  zone: '',
  dataCenter: '',
  cluster: '',
  labels: {},
  version: '',
  pid: 1,
  startedAtMs: 0,
  adminPort: 0,
  tenant: '',
  workspace: '',
  instanceId: '',
  accessKey: '',
  ...change,
});
const said = (...given: Parameters<typeof missingMark>): string | null => {
  const found = missingMark(...given);
  return found === null ? null : messageText(found);
};

test('names the mark that no node has, beside those that they have', () => {
  const nodes = [node({ labels: { version: 'v2', lane: 'blue' } }), node({ labels: { version: 'v1', lane: 'blue' } })];
  expect(said({ labels: { lane: 'blue', version: 'v3' } }, nodes, 30)).toBe(
    '30 %: no connected proxy has the label version=v3; there are lane=blue, version=v1, version=v2; nobody tries it until one comes, or somebody promotes or aborts it',
  );
  expect(said({ ips: ['10.0.0.8', '10.0.0.9'] }, nodes, 30)).toMatch(
    'has the address 10.0.0.8, 10.0.0.9; there are 10.0.0.1;',
  );
  expect(said({ zones: ['z1'] }, nodes, 30)).toBe(
    '30 %: no connected proxy has the zone z1, nor any other; nobody tries it until one comes, or somebody promotes or aborts it',
  );
});

test('says nothing where each mark is somewhere, and where nobody is connected', () => {
  const nodes = [node({ zone: 'z1' }), node({ labels: { lane: 'blue' } })];
  expect(said({ zones: ['z1', 'z9'], labels: { lane: 'blue' }, apps: [] }, nodes, 30)).toBe(null);
  expect(said({ labels: { lane: 'green' } }, [], 30)).toBe(null);
});

test('does not list a whole fleet', () => {
  const nodes = Array.from({ length: 40 }, (_, i) => node({ ip: `10.0.1.${i + 10}` }));
  expect(said({ ips: ['10.0.0.9'] }, nodes, 30)).toMatch(/10\.0\.1\.19, …;/);
});

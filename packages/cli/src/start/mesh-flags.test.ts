import { parseMosnConfig } from '@weft/schema';
import { describe, expect, it } from 'vitest';
import { type MeshFlags, parseLabels, withMeshFlags } from './mesh-flags.ts';

const NOTHING: MeshFlags = { control: '', keyFile: '', app: '', zone: '', labels: {} };
const { config: plain } = parseMosnConfig({ servers: [{}] });
const { config: meshed } = parseMosnConfig({
  servers: [{}],
  mesh: {
    app: 'reviews',
    labels: { version: 'v1', tier: 'gold' },
    control: { address: '10.0.0.1:9880', key_file: '/k' },
  },
});

describe('flags of the mesh', () => {
  it('leave the configuration as it is when there are none', () => {
    expect(withMeshFlags(plain, NOTHING, 'f')).toBe(plain);
    expect(withMeshFlags(plain, { ...NOTHING, app: 'from the environment' }, 'f')).toBe(plain);
    expect(withMeshFlags(meshed, NOTHING, 'f')).toEqual(meshed);
  });

  it('beat what the file says, one by one', () => {
    const flags = { ...NOTHING, control: '127.0.0.1:1', app: 'ratings', labels: { version: 'v2' } };
    expect(withMeshFlags(meshed, flags, 'f').mesh).toMatchObject({
      app: 'ratings',
      labels: { version: 'v2', tier: 'gold' },
      control: { address: '127.0.0.1:1', key_file: '/k', fresh_wait: 5000 },
    });
  });

  it('are refused where the file has no part in a mesh, with what to do', () => {
    expect(() => withMeshFlags(plain, { ...NOTHING, control: '127.0.0.1:1' }, 'f.yaml')).toThrow('init --sidecar');
    const alone = { ...plain, mesh: { ...(meshed.mesh as object), control: undefined } } as unknown as typeof plain;
    expect(() => withMeshFlags(alone, { ...NOTHING, keyFile: '/k' }, 'f.yaml')).toThrow('--control');
  });

  it('read labels, and say which of them is none', () => {
    expect(parseLabels('')).toEqual({});
    expect(parseLabels('version=v2, team=a b')).toEqual({ version: 'v2', team: 'a b' });
    expect(() => parseLabels('version=v2,team')).toThrow('"team"');
  });
});

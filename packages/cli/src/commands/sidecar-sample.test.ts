import { parseMosnConfig } from '@weft/schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SIDECAR_PORTS, sidecarConfiguration } from './sidecar-sample.ts';

describe('the configuration of a sidecar', () => {
  it('is valid without a warning, and names its listeners in the mesh', () => {
    const text = sidecarConfiguration({
      app: 'reviews "v1"',
      ports: SIDECAR_PORTS,
      runDir: '/tmp/a b',
      stateDir: '/s',
    });
    const { config, warnings } = parseMosnConfig(parse(text));
    expect(warnings).toEqual([]);
    expect(config.mesh?.app).toBe('reviews "v1"');
    expect(config.weft.run_dir).toBe('/tmp/a b');
    const listeners = new Set(config.servers[0]?.listeners.map((listener) => listener.name));
    for (const entry of config.mesh?.discovery.protocols ?? []) {
      expect(listeners).toContain(entry.ingress_listener);
      expect(listeners).toContain(entry.egress_listener);
    }
  });
});

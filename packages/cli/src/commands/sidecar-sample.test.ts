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

  it('takes Dubbo when it has ports for it', () => {
    const dubbo = { ingress: 20_001, egress: 20_002, app: 20_003 };
    const { config, warnings } = parseMosnConfig(
      parse(sidecarConfiguration({ app: 'ratings', ports: SIDECAR_PORTS, dubbo })),
    );
    expect(warnings).toEqual([]);
    expect(config.mesh?.discovery.protocols.at(-1)).toEqual({
      protocol: 'dubbo',
      ingress_listener: 'dubbo_ingress',
      egress_listener: 'dubbo_egress',
      app_port: 20_003,
    });
    const addresses = config.servers[0]?.listeners.map(({ name, address }) => `${name} ${address}`);
    expect(addresses).toEqual(
      expect.arrayContaining(['dubbo_ingress 127.0.0.1:20001', 'dubbo_egress 127.0.0.1:20002']),
    );
  });
});

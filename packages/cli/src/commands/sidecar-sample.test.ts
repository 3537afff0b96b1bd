import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseMosnConfig } from '@weft/schema';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runInitSidecar } from './init-sidecar.ts';
import { SIDECAR_PORTS, sidecarConfiguration } from './sidecar-sample.ts';

describe('weft proxy init --sidecar', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'weft-init-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, 'a.yaml');
  const init = async (more: object) => {
    const { text, json } = await runInitSidecar(file, { app: 'orders', portOffset: '1000', force: true, ...more });
    const listeners = parseMosnConfig(parse(readFileSync(file, 'utf8'))).config.servers[0]?.listeners ?? [];
    return { text, json, addresses: listeners.map(({ name, address }) => `${name} ${address}`) };
  };

  it('writes listeners for Dubbo when it is asked to, moved like all ports', async () => {
    const { text, json, addresses } = await init({ dubbo: true });
    expect(addresses).toContain('dubbo_ingress 127.0.0.1:31800');
    expect(addresses).toContain('dubbo_egress 127.0.0.1:31088');
    expect(text).toContain('Dubbo in 31800, out 31088, application 21880');
    expect(json).toMatchObject({ dubbo: { ingress: 31_800, egress: 31_088, app: 21_880 } });
    await expect(init({ dubbo: true, portOffset: '34736' })).rejects.toThrow(/--port-offset/);
  });

  it('writes listeners for Triple when it is asked to', async () => {
    const { text, json, addresses } = await init({ triple: true });
    expect(addresses).toContain('tri_ingress 127.0.0.1:51052');
    expect(addresses).toContain('tri_egress 127.0.0.1:51053');
    expect(addresses).toHaveLength(6);
    expect(text).toContain('Triple in 51052, out 51053, application 51051');
    expect(json).toMatchObject({ triple: { ingress: 51_052, egress: 51_053, app: 51_051 } });
  });

  it('writes none otherwise', async () => {
    const { text, json, addresses } = await init({});
    expect(addresses).toHaveLength(4);
    expect(text).not.toMatch(/Dubbo|Triple/);
    expect(json).not.toHaveProperty('dubbo');
    expect(json).not.toHaveProperty('triple');
  });
});

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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Endpoint, Publication } from '@weft/distribution';
import { noopLogger, systemClock } from '@weft/kit';
import { byServiceField } from '@weft/sdk';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Discovery, LocalApi } from './index.ts';

const ECHO = 'com.weft.Echo:1.0';
const INFO = `${ECHO}@DEFAULT#@#000001#@#SOFA`;

let folder: string;
let discovery: Discovery;
let api: LocalApi;
let published: Publication[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-sofa-routes-'));
  published = [];
  discovery = new Discovery({
    config: {
      address: '127.0.0.1:0',
      lease: 10_000,
      advertise_address: '',
      leave_time: 5000,
      empty_push_hold: 0,
      shrink_guard_percent: 0,
      first_push_wait: 0,
      connect_ejection: 0,
      retries: 2,
      protocols: [
        { protocol: 'bolt', ingress_listener: 'in', egress_listener: 'out', app_port: 12199 },
        { protocol: 'tr', ingress_listener: 'in', egress_listener: 'out', app_port: 12199 },
      ],
    },
    app: 'shop',
    namingOf: () => ({
      suffixes: ['DEFAULT'],
      group: 'SOFA',
      fieldsOf: byServiceField,
      nativeTo: 'sofarpc',
      variants: { key: 'p', own: '1', older: [{ value: '13', protocol: 'tr' }] },
    }),
    registry: {
      instanceId: '000001',
      subscribe: () => {},
      unsubscribe: () => {},
      serviceUsed: () => {},
      publish: (publication) => void published.push(publication),
      unpublish: () => {},
      publicationState: () => ({ state: 'accepted', reason: '' }),
    },
    clock: systemClock,
    log: noopLogger,
    stateFile: path.join(folder, 'discovery_state.json'),
    canConvert: () => false,
    zone: 'Z1',
    dataCenter: 'd1',
    openProbe: async () => ({ check: () => () => {} }),
    listenerAddress: (listener) => ({ host: '127.0.0.1', port: listener === 'in' ? 12200 : 12220 }),
    onChange: () => Promise.resolve(true),
  });
  discovery.listening();
  api = new LocalApi(discovery);
  await api.listen('127.0.0.1', 0);
});
afterEach(() => {
  api.close();
  discovery.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function post(route: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${api.port}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

/** What the one line of an answer tells the client to speak. */
const parametersOf = (answer: Record<string, unknown>): object => {
  const [line = ''] = answer['datas'] as string[];
  expect(line).toMatch(/^127\.0\.0\.1:12220\?/);
  return Object.fromEntries(new URLSearchParams(line.slice(line.indexOf('?'))));
};

const speaking = (port: number, metadata: Readonly<Record<string, string>>): Endpoint => ({
  address: '10.0.0.1',
  port,
  weight: 100,
  zone: '',
  dataCenter: '',
  app: 'echo',
  proxyId: `p${port}`,
  enabled: true,
  metadata,
});

const receive = (version: number, endpoints: readonly Endpoint[]) =>
  discovery.receive(INFO, { version, endpoints, confirmed: true, protectThreshold: 50, origin: 'server' });

it('wants to know the application before anything else', async () => {
  expect(await post('/services/subscribe', { serviceName: ECHO })).toEqual({
    success: false,
    errorMessage: 'application not registered',
  });
});

it('publishes with the port, the weight and what else the client says', async () => {
  await post('/configs/application', { appName: 'shop' });
  const answer = await post('/services/publish', {
    serviceName: ECHO,
    providerMetaInfo: {
      appName: 'shop',
      serializeType: 'hessian2',
      properties: { port: '12199', weight: '50', p: '1' },
    },
  });
  expect(answer).toMatchObject({ success: true, errorMessage: null });
  // The registry hears of it when requests find it.
  await vi.waitFor(() => expect(published).not.toEqual([]), { timeout: 20_000, interval: 10 });
  expect(published).toMatchObject([
    { dataId: `${ECHO}@DEFAULT`, group: 'SOFA', port: 12200, weight: 50, metadata: { p: '1', app_name: 'shop' } },
  ]);
});

it('tells a subscriber to speak what every provider understands, whichever of them comes first', async () => {
  await post('/configs/application', { appName: 'shop' });
  const ask = () => post('/services/subscribe', { serviceName: ECHO });
  expect(parametersOf(await ask())).toEqual({ v: '4.0', p: '1', _SERIALIZETYPE: 'hessian2' });
  receive(1, [speaking(1, { p: '1', _SERIALIZETYPE: 'protobuf' }), speaking(2, { p: '1' })]);
  expect(parametersOf(await ask())).toMatchObject({ p: '1', _SERIALIZETYPE: 'protobuf' });
  receive(2, [speaking(1, { p: '1' }), speaking(2, { p: '13' })]);
  expect(parametersOf(await ask())).toMatchObject({ p: '13' });
  receive(3, [speaking(2, { p: '13' }), speaking(1, { p: '1' })]);
  expect(parametersOf(await ask())).toMatchObject({ p: '13' });
  expect(discovery.routedServices()[0]?.endpoints.map(({ port }) => port)).toEqual([1]);
});

/** Our tables of fields against the published `.proto` files, read and written by another implementation. */
import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
import { describe, expect, test } from 'vitest';
import {
  decodeRegistryClient,
  decodeRegistryServer,
  encodeRegistryClient,
  encodeRegistryServer,
} from './registry-messages.ts';
import { dynamicValueType, serviceEndpointsType } from './resource-types.ts';
import {
  decodeReportsClient,
  decodeReportsServer,
  encodeReportsClient,
  encodeReportsServer,
} from './telemetry-messages.ts';

const PROTO = fileURLToPath(new URL('../../proto', import.meta.url));

interface Method {
  readonly requestSerialize: (value: object) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Record<string, unknown>;
  readonly responseSerialize: (value: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Record<string, unknown>;
}
const options = { keepCase: false, longs: Number, defaults: true, oneofs: false } as const;
const load = (file: string, service: string, method: string): Method => {
  const definition = loadSync(`${PROTO}/${file}`, options)[service] as unknown as Record<string, Method>;
  return definition[method] as Method;
};
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

const ASK = {
  ruleDbId: 7,
  service: 's',
  granted: true,
  forMs: 2 ** 33,
  calls: 8,
  exceptions: 5,
  maxInstances: 2,
  maxRatio: 0.5,
};

describe('the published .proto files', () => {
  test('registry messages', () => {
    const session = load('registry.proto', 'weft.registry.v1.Registry', 'Session');
    const publication = {
      registId: 'r',
      dataId: 'd',
      instanceId: 'i',
      group: 'g',
      protocol: 'bolt',
      address: '10.0.0.1',
      port: 12200,
      weight: 100,
      metadata: { zone: 'z' },
    };
    const encoded = encodeRegistryClient({ kind: 'publish', publication });
    expect(plain(session.requestDeserialize(encoded as Buffer))['publish']).toEqual(publication);
    const back = decodeRegistryClient(session.requestSerialize({ publish: publication }));
    expect(plain(back)).toEqual({ kind: 'publish', publication });
    for (const message of [
      { kind: 'hello', sessionId: 's', leaseSeconds: 10, asks: [] },
      { kind: 'hello', sessionId: 's', leaseSeconds: 10, asks: [ASK] },
      { kind: 'unpublish', registId: 'r' },
      { kind: 'renew' },
    ] as const) {
      const { kind, ...fields } = message;
      const theirs = session.requestSerialize({ [kind]: fields });
      expect(decodeRegistryClient(theirs)).toEqual(message);
      expect(Buffer.from(encodeRegistryClient(message))).toEqual(theirs);
    }
    for (const message of [
      { kind: 'accepted', registId: 'r', version: 2 ** 40 },
      { kind: 'refused', registId: 'r', reason: 'no' },
      { kind: 'renewed' },
      { kind: 'goaway', reconnectAfterMs: 5 },
    ] as const) {
      const { kind, ...fields } = message;
      const theirs = session.responseSerialize({ [kind]: fields });
      expect(decodeRegistryServer(theirs)).toEqual(message);
      expect(Buffer.from(encodeRegistryServer(message))).toEqual(theirs);
    }
  });

  test('reports', () => {
    const stream = load('telemetry.proto', 'weft.telemetry.v1.Reports', 'Stream');
    const edge = {
      sourceApp: 'a',
      targetApp: 'b',
      service: 's',
      method: 'm',
      protocol: 'http',
      requests: 1,
      errors: 2,
      rejected: 3,
      durationMsSum: 4.5,
      histogram: [1, 300, 0],
    };
    const rest = {
      atMs: 1_700_000_000_000,
      histogramBoundsMs: [0.5, 10],
      process: { cpuUs: 1, rssBytes: 2 ** 35, connections: 3, requests: 4 },
      health: [{ name: 'n', healthy: true, message: 'm' }],
      configDigest: 'abc',
      applied: [{ dataId: 'd', version: 7, rejectedReason: 'r' }],
      events: [{ atMs: 5, kind: 'k', message: 'm' }],
      rules: [{ ruleDbId: 2 ** 40, passed: 3, rejected: 2, wouldReject: 1 }],
      asks: [ASK],
    };
    // Theirs are packed, ours are not: both must be read.
    const theirs = stream.requestSerialize({ report: { ...rest, edges: [{ ...edge, outbound: true }] } });
    const report = { ...rest, edges: [{ ...edge, direction: 'outbound' as const }] };
    expect(plain(decodeReportsClient(theirs))).toEqual({ kind: 'report', report });
    const ours = stream.requestDeserialize(encodeReportsClient({ kind: 'report', report }) as Buffer);
    expect(plain(ours)['report']).toEqual({ ...rest, edges: [{ ...edge, outbound: true }] });
  });

  test('verdicts', () => {
    const stream = load('telemetry.proto', 'weft.telemetry.v1.Reports', 'Stream');
    const verdicts = [
      { ruleDbId: 7, service: 's', granted: true, forMs: 2 ** 33, host: '10.0.0.1:80', reason: '' },
      { ruleDbId: 7, service: 't', granted: false, forMs: 0, host: '', reason: 'no' },
    ];
    const theirs = stream.responseSerialize({ verdicts: { verdicts } });
    expect(plain(decodeReportsServer(theirs))).toEqual({ kind: 'verdicts', verdicts });
    const ours = stream.responseDeserialize(encodeReportsServer({ kind: 'verdicts', verdicts }) as Buffer);
    expect(plain(ours)['verdicts']).toEqual({ verdicts });
  });

  test('resources', () => {
    const value = { dataId: 'd', version: 5, value: Buffer.from('{}'), sha256: '', gray: true };
    expect(Buffer.from(dynamicValueType.encode(value)).toString('hex')).toBe(
      `0a01641005${'1a027b7d'}2240${Buffer.from('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a').toString('hex')}2801`,
    );
    const endpoints = {
      dataId: 'd',
      version: 9,
      endpoints: [
        {
          address: '10.0.0.1',
          port: 80,
          weight: 100,
          zone: 'z',
          dataCenter: 'dc',
          app: 'a',
          proxyId: 'p',
          enabled: false,
          metadata: { k: 'v' },
          isolatedMs: 5000,
        },
      ],
      confirmed: true,
      protectThreshold: 50,
    };
    expect(plain(serviceEndpointsType.decode(serviceEndpointsType.encode(endpoints)))).toEqual(endpoints);
  });
});

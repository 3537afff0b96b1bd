import { roundRobin } from '@weft/load-balancers/round-robin';
import { tcp } from '@weft/protocols/tcp';
import { type LoadBalancer, type Protocol, ResetReason, type ServerCodec, type ServerStream } from '@weft/sdk';
import { loadBalancerCompliance, protocolCompliance } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { line } from '../../examples/line-protocol/index.ts';

/** The suites must fail for what they are there to find: each fault is planted into a protocol that keeps the rules. */
type Fault = (codec: ServerCodec, stream: () => ServerStream | undefined) => Partial<ServerCodec>;

function withFault(base: Protocol, fault: Fault): Protocol {
  return Object.freeze({
    ...base,
    createServer: (...[link, handler, config, limits]: Parameters<Protocol['createServer']>) => {
      let stream: ServerStream | undefined;
      const codec = base.createServer(
        link,
        {
          onRequest(opened, head, end) {
            stream = opened;
            handler.onRequest(opened, head, end);
          },
        },
        config,
        limits,
      );
      return new Proxy(codec, {
        get(target, key) {
          const planted: unknown = Reflect.get(
            fault(codec, () => stream),
            key,
          );
          const value: unknown = planted ?? Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  });
}

const failing = async (protocol: Protocol, bytes: string, answer: string): Promise<string[]> => {
  const names: string[] = [];
  const malformed: Record<string, Uint8Array> = protocol.name === 'line' ? { garbage: Buffer.from('\n') } : {};
  const body = protocol.name === 'line' ? ['', ''] : [bytes, answer];
  const suite = protocolCompliance({
    protocol,
    config: {},
    clientBytes: (count) => Buffer.from(bytes.repeat(count)),
    serverBytes: Buffer.from(answer),
    requestBody: body[0] as string,
    responseBody: body[1] as string,
    malformed,
  });
  for (const { name, run } of suite) {
    try {
      await run();
    } catch {
      names.push(name);
    }
  }
  return names;
};

const LINE: readonly [string, string] = ['GET x\n', '200 y\n'];
const RAW: readonly [string, string] = ['question', 'answer'];
let held: Buffer = Buffer.alloc(0);

it.each<[string, Protocol, RegExp]>([
  [
    'a second reset',
    withFault(line, (codec, stream) => ({
      connectionClosed: (reason) => {
        codec.connectionClosed(reason);
        stream()?.sink.onReset(ResetReason.CONNECTION_LOST);
      },
    })),
    /connection is lost/,
  ],
  [
    'an incomplete message taken for consumed',
    withFault(line, (codec) => ({
      receive: (bytes, start, end) => {
        codec.receive(bytes, start, end);
        return end - start;
      },
    })),
    /every split point/,
  ],
  [
    'malformed bytes swallowed',
    withFault(line, (codec) => ({
      receive: (bytes, start, end) => {
        try {
          return codec.receive(bytes, start, end);
        } catch {
          return end - start;
        }
      },
    })),
    /ProtocolError/,
  ],
  ['a drain that is ignored', withFault(line, () => ({ goaway: () => {} })), /drains/],
  [
    'a detector that reads too far',
    Object.freeze({ ...line, detect: (bytes: Uint8Array, length: number) => (bytes[length] === 0 ? 0 : 1) }),
    /detects/,
  ],
  ['a detector without an end', Object.freeze({ ...line, detect: () => 2 as const }), /detects/],
  [
    'bytes kept beyond the callback',
    withFault(tcp, (codec, stream) => ({
      receive: (bytes, start, end) => {
        if (held.length > 0) stream()?.sink.onData(held, false);
        held = bytes.subarray(start, end);
        return end - start;
      },
      receiveEnd: (unconsumed) => {
        stream()?.sink.onData(held, false);
        held = Buffer.alloc(0);
        codec.receiveEnd(unconsumed);
      },
    })),
    /request at every split point/,
  ],
])('finds %s', async (_name, protocol, expected) => {
  const names = await failing(protocol, ...(protocol.name === 'line' ? LINE : RAW));
  expect(names.some((name) => expected.test(name))).toBe(true);
});

it('has nothing against the protocols without the fault', async () => {
  expect(await failing(line, ...LINE)).toEqual([]);
  expect(await failing(tcp, 'question', 'answer')).toEqual([]);
});

it('finds a balancer that picks dead hosts', () => {
  const blind: LoadBalancer<unknown> = Object.freeze({ ...roundRobin, build: () => ({ pick: () => 0 }) });
  const failed = loadBalancerCompliance({ balancer: blind, config: {} }).filter(({ run }) => {
    try {
      void run();
      return false;
    } catch {
      return true;
    }
  });
  expect(failed.length).toBeGreaterThanOrEqual(3);
});

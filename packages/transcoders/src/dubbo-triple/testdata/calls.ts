import { type HeaderMap, PlainHeaders, PlainRequestHead, PlainResponseHead, type TranscodedCall } from '@weft/sdk';
import { writeArguments } from '../../common/dubbo/index.ts';
import { writeStatus } from '../../common/grpc/index.ts';
import { Descriptors } from '../../common/proto/index.ts';
import { ServiceTable } from '../../common/services.ts';
import { JavaCalls } from '../proto/java-calls.ts';
import { TripleToDubbo } from '../to-dubbo.ts';
import { DubboToTriple } from '../to-triple.ts';

/** Calls and answers for tests, as codecs hand them over. */
export const SERVICE = 'org.example.orders.OrderService';
export const FROM_DUBBO: TranscodedCall = {
  callerProtocol: 'dubbo',
  protocol: 'tri',
  remainingMs: 0,
  clusterName: 'orders',
  maxBodyBytes: 1_048_576,
};
export const FROM_TRIPLE: TranscodedCall = {
  callerProtocol: 'tri',
  protocol: 'dubbo',
  remainingMs: 0,
  clusterName: 'orders',
  maxBodyBytes: 1_048_576,
};
export const NO_PROTO = new JavaCalls(new Descriptors([]), false);
export const WITHOUT = { method: null };
export const toTriple = new DubboToTriple(new ServiceTable({}), NO_PROTO);
export const toDubbo = new TripleToDubbo(new ServiceTable({}), NO_PROTO, true);
export const hex = (text: string): Buffer => Buffer.from(text, 'hex');
export const pairs = (headers: HeaderMap): Record<string, string> => {
  const all: Record<string, string> = {};
  headers.forEach((name, value) => {
    all[name] = value;
  });
  return all;
};

export const METHODS = {
  echo: 'Ljava/lang/String;',
  null: 'Ljava/lang/String;',
  plus: 'II',
  confirm: 'Lorg/example/orders/Order;',
} as const;
export type Method = keyof typeof METHODS;

export const dubboHead = (method: string, types: string, headers: readonly (readonly [string, string])[] = []) =>
  new PlainRequestHead('dubbo', 'dubbo', { method, service: `${SERVICE}:1.0@dubbo` }, [
    ['service', SERVICE],
    ['method', method],
    ['version', '1.0'],
    ['dubbo', '2.0.2'],
    [':types', types],
    [':serialization', '2'],
    ...headers,
  ]);

export const tripleHead = (method: string, headers: readonly (readonly [string, string])[] = []) =>
  new PlainRequestHead('tri', 'http', { method: 'POST', path: `/${SERVICE}/${method}` }, [
    ['content-type', 'application/grpc+proto'],
    ...headers,
  ]);

export const tripleAnswer = (
  trailers: PlainHeaders | null,
  body: Buffer,
  headers: readonly (readonly [string, string])[] = [],
  status = 200,
) =>
  toTriple.response(
    {
      head: new PlainResponseHead('tri', 'http', status, {}, [['content-type', 'application/grpc'], ...headers]),
      body,
      trailers,
    },
    WITHOUT,
    FROM_DUBBO,
  );
export const grpcStatus = (code: number, message = '', exceptionClass = '') => {
  const trailers = new PlainHeaders();
  writeStatus(trailers, { code, message, exceptionClass });
  return trailers;
};
export const dubboAnswer = (transcoder: TripleToDubbo, nativeStatus: number, body: Buffer) =>
  transcoder.response(
    { head: new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus }), body, trailers: null },
    WITHOUT,
    FROM_TRIPLE,
  );

/** One value by itself. */
export function value(item: unknown): Buffer {
  return writeArguments([item]).subarray(0, -2);
}

export function attachmentsBytes(): Buffer {
  return value(
    new Map<string, unknown>([
      ['path', SERVICE],
      ['interface', SERVICE],
      ['timeout', '3000'],
      ['traceparent', '00-1-2-01'],
      ['Big-Name', 'v'],
      ['umlaut', 'ü'],
      ['raw', Buffer.from([0, 255])],
      ['count', 5],
      ['te2 x', 'v'],
      ['grpc-evil', 'v'],
    ]),
  );
}

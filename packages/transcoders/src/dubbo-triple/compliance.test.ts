import { parseConfig } from '@weft/schema';
import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { describe, it } from 'vitest';
import { type DubboTripleConfig, dubboToTriple, tripleToDubbo } from './index.ts';
import { DUBBO_BODIES, TRIPLE_BODIES } from './testdata/java-bodies.ts';

const config = parseConfig<DubboTripleConfig>({}, dubboToTriple.schema).value;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const dubbo = (serialization: string) =>
  new PlainRequestHead('dubbo', 'dubbo', { method: 'confirm' }, [
    ['service', 'org.example.orders.OrderService'],
    ['method', 'confirm'],
    [':types', 'Lorg/example/orders/Order;'],
    [':serialization', serialization],
  ]);
const triple = (contentType: string) =>
  new PlainRequestHead('tri', 'http', { method: 'POST', path: '/org.example.orders.OrderService/confirm' }, [
    ['content-type', contentType],
  ]);
const dubboExample = {
  request: () => ({ head: dubbo('2'), body: bytes(DUBBO_BODIES.confirm.request) }),
  answer: () => ({
    head: new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus: 20 }),
    body: bytes(DUBBO_BODIES.confirm.response),
  }),
};
const tripleExample = {
  request: () => ({ head: triple('application/grpc+proto'), body: bytes(TRIPLE_BODIES.confirm.request) }),
  answer: () => ({
    head: new PlainResponseHead('tri', 'http', 200, {}, [
      ['content-type', 'application/grpc'],
      ['grpc-status', '0'],
    ]),
    body: bytes(TRIPLE_BODIES.confirm.response),
  }),
};

describe('dubbo_tri', () => {
  const examples = [{ request: dubboExample.request, answer: tripleExample.answer }];
  const suite = transcoderCompliance({ transcoder: dubboToTriple, config, examples, foreign: [dubbo('23')] });
  for (const { name, run } of suite) it(name, run);
});

describe('tri_dubbo', () => {
  const examples = [{ request: tripleExample.request, answer: dubboExample.answer }];
  const foreign = [triple('application/json')];
  const suite = transcoderCompliance({ transcoder: tripleToDubbo, config, examples, foreign });
  for (const { name, run } of suite) it(name, run);
});

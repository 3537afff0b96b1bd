/**
 * µs of conversion in one call of 1 KiB of objects, there and back: what a transcoder adds to a proxied call on the data thread.
 * Run: `node --conditions=@weft/source packages/transcoders/src/dubbo-triple/convert.bench.ts`
 */
import { HessianObject } from '@weft/hessian';
import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { writeArguments, writeValue } from '../common/dubbo/index.ts';
import { Descriptors } from '../common/proto/index.ts';
import { ServiceTable } from '../common/services.ts';
import { JavaCalls } from './proto/java-calls.ts';
import { SHOP_DESCRIPTORS } from './testdata/shop.ts';
import { TripleToDubbo } from './to-dubbo.ts';
import { DubboToTriple } from './to-triple.ts';

const ROUNDS = 20_000;
const REPETITIONS = 5;
const order = (id: number): HessianObject =>
  new HessianObject('com.x.shop.Order', [
    ['id', BigInt(id)],
    ['customerName', `customer number ${id} of a list`],
    ['weight', 0.125 + id],
    ['ok', true],
    ['tags', ['first', 'second']],
  ]);
const orders = new HessianObject('com.x.shop.Orders', [['orders', Array.from({ length: 14 }, (_, i) => order(i))]]);
const first = order(1);
first.fields.set(
  'parts',
  Array.from({ length: 13 }, (_, i) => order(i)),
);
const [head, body, answer] = [dubboHead(), writeArguments([first]), writeValue(orders)];

function dubboHead(): PlainRequestHead {
  return new PlainRequestHead('dubbo', 'dubbo', { method: 'confirm' }, [
    ['service', 'shop.OrderService'],
    ['method', 'find'],
    ['version', '1.0'],
    [':types', 'Lcom/x/shop/Order;'],
    [':serialization', '2'],
  ]);
}

function run(name: string, java: JavaCalls, method: string): void {
  const services = new ServiceTable({});
  const there = new DubboToTriple(services, java);
  const back = new TripleToDubbo(services, java, true);
  const up = { callerProtocol: 'dubbo', protocol: 'tri', remainingMs: 1000, clusterName: '', maxBodyBytes: 1_048_576 };
  const down = {
    callerProtocol: 'tri',
    protocol: 'dubbo',
    remainingMs: 1000,
    clusterName: '',
    maxBodyBytes: 1_048_576,
  };
  head.set('method', method);
  const value = method === 'confirm' ? writeValue(first) : answer;
  const dubboAnswer = new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus: 20 });
  const called = there.request({ head, body, trailers: null }, up);
  const triple = Buffer.from(called.body);
  const state = back.request({ head: called.head, body: triple, trailers: null }, down).state;
  const answered = back.response({ head: dubboAnswer, body: value, trailers: null }, state, down);
  const tripleAnswer = { head: answered.head, body: Buffer.from(answered.body), trailers: answered.trailers ?? null };
  const report = (title: string, once: () => void): void => {
    const times: number[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const start = performance.now();
      for (let round = 0; round < ROUNDS; round++) once();
      times.push(((performance.now() - start) * 1000) / ROUNDS);
    }
    console.log(`${title.padEnd(34)} ${times.sort((a, b) => a - b)[REPETITIONS >> 1]?.toFixed(1)} µs`);
  };
  report(`dubbo_tri, ${name}`, () => {
    there.response(tripleAnswer, there.request({ head, body, trailers: null }, up).state, up);
  });
  report(`tri_dubbo, ${name}`, () => {
    const { state: own } = back.request({ head: called.head, body: triple, trailers: null }, down);
    back.response({ head: dubboAnswer, body: value, trailers: null }, own, down);
  });
}

console.log(`${body.length} bytes of arguments, ${answer.length} of the answer`);
run('without a .proto', new JavaCalls(new Descriptors([]), false), 'find');
run('with a .proto', new JavaCalls(new Descriptors([Buffer.from(SHOP_DESCRIPTORS, 'base64')]), false), 'confirm');

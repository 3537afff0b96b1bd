/** What rules of degradation make up, as a client of Tars.js reads it. There is no server. */
import { ruleDataId } from '@weft/schema/data-id';
import { expect, it } from 'vitest';
import { keep, start } from '../../integration/engine/support.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { createEchoClient, LIST_OF_INTS, MAP_OF_INTS, type Reader, SERVANT, type TarsFailure } from './peers.ts';

/** A port that refuses connections. */
const NOBODY = 1;
const TARS_OVERLOAD = -9;
const condition = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });

/** What each method answers: a value, and a second parameter of the first two. */
const BODIES: Readonly<Record<string, string>> = {
  text: '{"0":"añ","1":{"0":"Emma","16":7}}',
  long: `{"0":"${'x'.repeat(300)}"}`,
  whole: '{"0":-70000,"2":[1,300,0]}',
  wide: '{"0":4294967296}',
  yes: '{"0":true}',
  double: '{"0":0.1}',
  round: '{"0":5.0}',
  float: '{"0":{"float":0.1}}',
  bytes: '{"0":{"bytes":"AP8="}}',
  map: '{"0":{"map":[["a",1],["b",-2]]}}',
};

/** A struct as it is generated from an IDL. */
class Book {
  title = '';
  pages = 0;
  static _readFrom(reader: Reader): Book {
    const book = new Book();
    book.title = reader.readString(0, true, '');
    book.pages = reader.readInt32(16, false, 0);
    return book;
  }
}

async function startCaller() {
  const rule = (method: string, action: object) => ({
    ruleDbId: 7,
    conditions: [
      condition('destination.service.name', `${SERVANT}@tars`),
      condition('destination.method.name', method),
    ],
    actions: [action],
  });
  const made = Object.entries(BODIES).map(([method, body]) => rule(method, { type: 'MOCK', extension: [{ body }] }));
  const downgradeRules = [...made, rule('nothing', { type: 'RETURN_NULL' })];
  const match = { headers: [{ name: 'service', value: '.*', regex: true }] };
  const proxy = await start({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress', protocol: 'tars' })],
      routes: [{ match, route: { cluster_name: 'nobody' } }],
      clusters: [cluster('nobody', [NOBODY])],
    }),
    governance: {
      app: 'demo',
      documents: [{ data_id: ruleDataId('DOWNGRADE', 'demo'), version: 1, value: { appName: 'demo', downgradeRules } }],
    },
  });
  return (tup: boolean) => {
    const client = createEchoClient(proxy.port('out'), 10_000, tup);
    keep({ close: async () => client.close() });
    return client;
  };
}

it('gives Tars.js what a rule makes up, in the types that its methods declare', async () => {
  const client = (await startCaller())(false);
  expect(await client.read('text', (answer) => [answer.readString(0, true), answer.readStruct(1, true, Book)])).toEqual(
    ['añ', { title: 'Emma', pages: 7 }],
  );
  expect(await client.read('long', (answer) => answer.readString(0, true))).toBe('x'.repeat(300));
  expect(
    await client.read('whole', (answer) => [
      answer.readInt32(0, true),
      answer.readList(2, true, LIST_OF_INTS).toObject(),
    ]),
  ).toEqual([-70_000, [1, 300, 0]]);
  // A long takes what an int would.
  expect(await client.read('whole', (answer) => answer.readInt64(0, true))).toBe(-70_000);
  expect(await client.read('wide', (answer) => answer.readInt64(0, true))).toBe(2 ** 32);
  expect(await client.read('yes', (answer) => answer.readBoolean(0, true))).toBe(true);
  expect(await client.read('double', (answer) => answer.readDouble(0, true))).toBe(0.1);
  expect(await client.read('round', (answer) => [answer.readDouble(0, true)])).toEqual([5]);
  expect(await client.read('float', (answer) => answer.readFloat(0, true))).toBe(Math.fround(0.1));
  expect(await client.read('bytes', (answer) => answer.readBytes(0, true).toNodeBuffer())).toEqual(
    Buffer.from([0, 255]),
  );
  expect(await client.read('map', (answer) => answer.readMap(0, true, MAP_OF_INTS).toObject())).toEqual({
    a: 1,
    b: -2,
  });
});

it('gives nothing, which a method without a result takes and another one does not', async () => {
  const client = (await startCaller())(false);
  expect(await client.read('nothing', (_answer, bytes) => bytes)).toBe(0);
  await expect(client.read('nothing', (answer) => answer.readString(0, true))).rejects.toThrow(/require field/);
});

it('gives callers of TUP the error', async () => {
  const client = (await startCaller())(true);
  const failure = (await client.callTup('text', 'x').catch((error: unknown) => error)) as TarsFailure;
  expect(failure.response?.error?.code ?? failure.error?.code).toBe(TARS_OVERLOAD);
});

import { proxyMessage } from '@weft/api';
import { expect, it } from 'vitest';
import { boltRequest } from '../engine/bolt.ts';
import { Peer, until } from '../engine/support.ts';
import { dubboRequest } from './dubbo.ts';
import { thriftRequest } from './dubbo-thrift.ts';
import { tarsRequest } from './tars.ts';
import { type Protocol, type RuleSource, SERVICES, World } from './world.ts';

interface Seen {
  readonly considered: number;
  readonly matched: number;
  readonly failed: Readonly<Record<string, { readonly actual: string; readonly count: number }>>;
  readonly unread: readonly object[];
}

const EVERYTHING = { record: { enabled: 'on', samples_per_second: 100_000 } };
const condition = (type: string, field: string) => ({ type, field, operation: 'EQUAL', value: ['x'] });
const limit = (ruleDbId: number, change: object) => ({ ruleDbId, threshold: 1000, timeMs: 1000, ...change });

/** What a proxy has seen of three rules after one call: on service and method, on the method by a condition, on a header. */
async function seenOf(protocol: Protocol, call: Buffer): Promise<[Seen, Seen, Seen]> {
  const rules = [
    limit(1, { services: [SERVICES[protocol]], methods: ['echo'] }),
    limit(2, { services: ['*'], conditions: [condition('SYSTEM', 'destination.method.name')] }),
    limit(3, { services: ['*'], conditions: [condition('HEADER', 'user')] }),
  ];
  const sources: RuleSource[] = [{ type: 'LIMIT', list: 'flowControlRules', rules }];
  const world = await World.start(protocol, sources, { threads: 1, governance: EVERYTHING });
  const peer = new Peer(world.proxy.port('in'));
  await peer.connected;
  await peer.send(call);
  const seenOfRule = async (id: number): Promise<Seen> => {
    const { body } = await world.proxy.admin('GET', `/api/v1/governance/records?type=LIMIT&rule=${id}`);
    return (JSON.parse(body) as { rule: Seen }).rule;
  };
  await until(async () => (await seenOfRule(2)).considered === 1);
  return [await seenOfRule(1), await seenOfRule(2), await seenOfRule(3)];
}

function dubboIn(serialization: number): Buffer {
  const frame = dubboRequest(1);
  frame[2] = 0xc0 | serialization;
  return frame;
}

/** A call of SOFARPC whose headers name the service alone, with content in some serialization. */
function boltIn(codec: number): Buffer {
  const frame = boltRequest({ id: 1, headers: { service: 'com.example.Echo:1.0' } });
  frame[9] = codec;
  return frame;
}

/** A message that is not in the strict form: no version before its name. */
function looseThrift(): Buffer {
  const frame = thriftRequest(1);
  frame.fill(0, frame.indexOf('80010001', 'hex'), frame.indexOf('80010001', 'hex') + 2);
  return frame;
}

const fields = (bytes: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: Math.ceil(bytes / 200) }, (_, i) => [`field-${i}`, 'v'.repeat(200)]));

const only = (serialization: string) => `serialization ${serialization} is not read, only Hessian 2`;
const noHeader = (codec: string) => `no header says the method, and contents in serialization ${codec} are not read`;

it.each([
  ['dubbo', 'in kryo', dubboIn(8), only('8 (kryo)'), only('8 (kryo)')],
  ['dubbo', 'in fst', dubboIn(9), only('9 (fst)'), only('9 (fst)')],
  ['dubbo', 'in Java', dubboIn(3), only('3 (java)'), only('3 (java)')],
  ['dubbo', 'in JSON', dubboIn(6), only('6 (fastjson)'), only('6 (fastjson)')],
  ['dubbo', 'in protobuf', dubboIn(22), only('22 (protobuf)'), only('22 (protobuf)')],
  ['dubbo', 'in one without a name', dubboIn(30), only('30'), only('30')],
  ['dubbo', 'in Hessian', dubboRequest(1), '', ''],
  [
    'dubbo',
    'that is large',
    dubboRequest(1, fields(70_000)),
    '',
    'the frame is larger than those that are kept whole (max_gathered_request_bytes), so that its attachments are not read',
  ],
  ['bolt', 'in protobuf', boltIn(11), noHeader('11 (protobuf)'), ''],
  ['bolt', 'in JSON', boltIn(12), noHeader('12 (json)'), ''],
  ['bolt', 'in Java', boltIn(2), noHeader('2 (java)'), ''],
  [
    'bolt',
    'of another class',
    boltRequest({ id: 1, className: 'com.example.Question', headers: { service: 'com.example.Echo:1.0' } }),
    'no header says the method, and the content is no SofaRequest',
    '',
  ],
  [
    'bolt',
    'with content of its own',
    boltIn(1),
    'no header says the method, and the first 512 bytes of the content do not say it',
    '',
  ],
  [
    'tars',
    'that is large',
    tarsRequest(1, fields(70_000)),
    '',
    'the frame is larger than max_gathered_frame_bytes, so that its context is not read',
  ],
  ['tars', 'that is small', tarsRequest(1, {}), '', ''],
  [
    'dubbo-thrift',
    'in a loose form',
    looseThrift(),
    'the message is not in the strict form of the binary protocol',
    '',
  ],
] as const)(
  'rules on what a call over %s %s says know why they do not meet it',
  async (protocol, _, call, names, headers) => {
    const [byName, byMethod, byHeader] = await seenOf(protocol, call);
    const actual = (reason: string, otherwise: string) => (reason === '' ? otherwise : `(not decoded: ${reason})`);
    const service = protocol === 'dubbo' ? '' : SERVICES[protocol];
    const unread = names === '' ? [] : [{ direction: 'SERVER', protocol, service, reason: names, count: 1 }];
    expect(byName).toMatchObject({ considered: names === '' ? 1 : 0, matched: names === '' ? 1 : 0, unread });
    expect(byMethod.failed).toEqual({
      'SYSTEM destination.method.name EQUAL [x]': { actual: actual(names, 'echo'), count: 1 },
    });
    expect(byHeader.failed).toEqual({ 'HEADER user EQUAL [x]': { actual: actual(headers, ''), count: 1 } });
    // Known by their form, so that pages in other languages can say them again; the whole of them.
    for (const reason of [names, headers].filter((text) => text !== '')) {
      const said = proxyMessage(`(not decoded: ${reason})`);
      expect([reason, said?.id]).toEqual([reason, 'proxy.not-decoded']);
      expect([reason, JSON.stringify(said)]).toEqual([reason, expect.not.stringMatching(/"reason":"/)]);
    }
  },
);

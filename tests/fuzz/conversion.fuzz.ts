import {
  DraftWriter,
  Hessian2Reader,
  Hessian2Writer,
  HessianDouble,
  HessianObject,
  TypedList,
  TypedMap,
} from '@weft/hessian';
import { ProtocolError, type Random } from '@weft/kit';
import {
  PlainRequestHead,
  type RequestHead,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type TranscoderDefinition,
} from '@weft/sdk';
import { boltToDubbo, dubboToBolt } from '@weft/transcoders/bolt-dubbo';
import { fromJson, parseJavaType, parseJson, toJson, ValueError } from '@weft/transcoders/common/values';
import { dubboToTriple, tripleToDubbo } from '@weft/transcoders/dubbo-triple';
import { expectThat, type FuzzTarget } from './harness.ts';

/**
 * Calls of Dubbo converted to another protocol and back, and their arguments as JSON and back: what a call was it is again, and
 * what no call is, is refused with the error that callers are told.
 */
const config = { services: {}, exceptions: 'object', descriptors: [], arguments: 'message', javaClasses: {} } as const;
const create = (definition: TranscoderDefinition): Transcoder => definition.create(config);
const WAYS = [
  { there: create(dubboToTriple), back: create(tripleToDubbo), protocol: 'tri' },
  { there: create(dubboToBolt), back: create(boltToDubbo), protocol: 'bolt' },
] as const;
const EMPTY_MAP = Buffer.from('HZ');
const ANY = parseJavaType('java.lang.Object');

const callOf = (callerProtocol: string, protocol: string): TranscodedCall => ({
  callerProtocol,
  protocol,
  remainingMs: 0,
  clusterName: '',
  maxBodyBytes: 1_048_576,
});

function dubboHead(): RequestHead {
  return new PlainRequestHead('dubbo', 'dubbo', { method: 'call', service: 'a.B:1.0@dubbo' }, [
    ['service', 'a.B'],
    ['method', 'call'],
    ['version', '1.0'],
    [':types', 'Ljava/lang/Object;'],
    [':serialization', '2'],
  ]);
}

/** A body whose one argument can be read comes back byte for byte; any other is refused. */
function thereAndBack(input: Buffer): void {
  const body = Buffer.concat([input, EMPTY_MAP]);
  const written = argumentOf(body);
  for (const { there, back, protocol } of WAYS) {
    let content: Buffer;
    try {
      const call = there.request({ head: dubboHead(), body, trailers: null }, callOf('dubbo', protocol));
      const message = { head: call.head, body: Buffer.from(call.body), trailers: null };
      content = Buffer.from(back.request(message, callOf(protocol, 'dubbo')).body);
    } catch (error) {
      if (!(error instanceof TranscodeError)) throw error;
      expectThat(written === null, `what can be read goes to ${protocol} and back: ${error.message}`);
      continue;
    }
    // A single argument may go over unread, and then comes back as it stood.
    const same = written?.equals(content) === true || (protocol === 'tri' && startsAlike(body, content));
    expectThat(same, `what comes back from ${protocol} is what went there`);
  }
}

/** Whether `content` is the beginning of `body`, but for its empty map. */
function startsAlike(body: Buffer, content: Buffer): boolean {
  const length = content.length - EMPTY_MAP.length;
  return length > 0 && body.compare(content, 0, length, 0, length) === 0;
}

/** The first argument as this library writes it, with the map behind it; null when it is none. */
function argumentOf(body: Buffer): Buffer | null {
  try {
    const reader = new Hessian2Reader(body, 0, body.length, LIMITS);
    const value = reader.read();
    if (!reader.atEnd) reader.read();
    const draft = new DraftWriter();
    draft.write(value);
    const writer = new Hessian2Writer();
    writer.write(value);
    return Buffer.concat([writer.toBuffer(), EMPTY_MAP]);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}

/** Those of calls. */
const LIMITS = { maxDepth: 100, maxValues: 200_000, maxDefinitions: 1000, maxFields: 1000, maxBytes: 8_388_608 };

/** JSON of a value, read without types, is written the same from then on. */
function asJson(input: Buffer): void {
  try {
    const first = toJson(new Hessian2Reader(input).read());
    const again = (json: string): string => toJson(fromJson(parseJson(json), ANY, { dialect: 'dubbo' }));
    const second = again(first);
    expectThat(again(second) === second, 'JSON comes to rest');
  } catch (error) {
    if (!(error instanceof ProtocolError || (error instanceof ValueError && error.problem !== 'syntax'))) throw error;
  }
}

function randomValue(random: Random, depth: number, shared: unknown[]): unknown {
  const inner = (): unknown => randomValue(random, depth + 1, shared);
  const several = (): unknown[] => Array.from({ length: random.below(4) }, inner);
  switch (random.below(depth > 4 ? 8 : 14)) {
    case 0:
      return null;
    case 1:
      return random.below(2) === 0;
    case 2:
      return random.below(0xffff_ffff) - 0x8000_0000;
    case 3:
      return BigInt(random.below(0xffff_ffff)) << BigInt(random.below(31));
    case 4:
      return random.below(2) === 0 ? new HessianDouble(random.below(1000)) : random.below(1_000_000) / 1000 + 0.0001;
    case 5:
      return String.fromCharCode(...Array.from({ length: random.below(20) }, () => random.below(0xd7ff)));
    case 6:
      return random.below(2) === 0 ? new Date(random.below(2 ** 31) * 1000) : Buffer.alloc(random.below(40), depth);
    case 7:
      return shared.length === 0 ? null : shared[random.below(shared.length)];
    case 8:
      return keep(several(), shared);
    case 9:
      return keep(new TypedList('java.util.LinkedList', several()), shared);
    case 10:
      return keep(new Map(several().map((value, index) => [`k${index}`, value])), shared);
    case 11:
      return keep(new TypedMap('java.util.TreeMap', new Map([['k', inner()]])), shared);
    default: {
      const object = new HessianObject(`a.Pojo${random.below(3)}`);
      shared.push(object);
      for (let field = random.below(4); field > 0; field--) object.fields.set(`f${field}`, inner());
      return object;
    }
  }
}

function keep<T>(value: T, shared: unknown[]): T {
  shared.push(value);
  return value;
}

function encoded(value: unknown): Buffer {
  const writer = new Hessian2Writer();
  writer.write(value);
  return writer.toBuffer();
}

export const conversionTarget: FuzzTarget = {
  name: 'conversion',
  corpus: [
    encoded(null),
    encoded('text'),
    encoded([[], new Map(), new HessianObject('a.B')]),
    Buffer.from('4351', 'hex'),
  ],
  generate(random) {
    const bytes = encoded(randomValue(random, 0, []));
    // Most are what Java could have written; of the rest some bytes are others.
    if (random.below(4) === 0)
      for (let edits = random.below(4); edits >= 0; edits--) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  execute(input) {
    thereAndBack(Buffer.from(input));
    asJson(Buffer.from(input));
  },
};

import { HessianDouble, HessianObject, TypedList, TypedMap } from '@weft/hessian';
import { TranscodeError } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Descriptors, type ProtoMethod, ProtoReader } from '../../common/proto/index.ts';
import { TICKET_DESCRIPTORS } from '../../common/testdata/ticket/index.ts';
import { fromJson, parseJavaType } from '../../common/values/index.ts';
import { dubboToTriple } from '../index.ts';
import { FULL_ORDER, ORDERS, QUERY, SHOP_DESCRIPTORS } from '../testdata/shop.ts';
import { JavaCalls } from './java-calls.ts';
import { readMessage } from './read-message.ts';
import { writeFields, writeMessage } from './write-message.ts';

const SET = Buffer.from(SHOP_DESCRIPTORS, 'base64');
const SERVICE = 'shop.OrderService';
const descriptors = new Descriptors([SET]);
const TICKETS = new Descriptors([Buffer.from(TICKET_DESCRIPTORS, 'base64')]);
const methodOf = (name: string, from = descriptors, service = SERVICE): ProtoMethod => {
  const method = from.method(service, name);
  if (method === null) throw new Error(`no method ${name}`);
  return method;
};
const ORDER = methodOf('confirm').input;
const object = (className: string, fields: Record<string, unknown> = {}): HessianObject =>
  new HessianObject(className, Object.entries(fields));
const order = (fields: Record<string, unknown> = {}): HessianObject => object('com.x.shop.Order', fields);
const state = (name: string): HessianObject => object('com.x.shop.Order$State', { name });
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

const FULL = order({
  id: -7n,
  customerName: 'grüß',
  counts: [1, -1, 300],
  items: new Map([
    ['a', object('com.x.shop.Order$Item', { sku: 's', count: 2 })],
    ['b', object('com.x.shop.Order$Item')],
  ]),
  state: state('CONFIRMED'),
  photo: Buffer.from([1, 255]),
  weight: 0.125,
  parent: order({ id: 8n, ok: true }),
  delta: -3,
  big: -1n,
  f32: -1,
  f64: -9n,
  ok: true,
  ratio: 0.5,
  tags: ['x', ''],
  parts: [order({ id: 9n, parts: [order({ id: 10n })] })],
  sdelta: -9_007_199_254_740_993n,
  u32: -1,
  uf64: 5n,
  sf32: -6,
  states: [state('LOST'), state('NEW')],
  names: new Map([[-1, 'm']]),
  created: new Date(1_700_000_000_123),
  note: '',
  left: 12n,
  loose: [1n, 2n],
  voucher: 3,
});

describe('a message that protoc wrote', () => {
  it('is read as an object of Java, every kind of field', () => {
    expect(readMessage(ORDER, hex(FULL_ORDER))).toEqual(FULL);
  });

  it('is written as protoc writes it', () => {
    expect(readMessage(ORDER, writeMessage(ORDER, FULL))).toEqual(FULL);
    const { input, output } = methodOf('find');
    for (const [type, bytes] of [
      [output, hex(ORDERS)],
      [input, hex(QUERY)],
    ] as const)
      expect(writeMessage(type, readMessage(type, bytes)).toString('hex')).toBe(bytes.toString('hex'));
    // But for the empty text in a wrapper, two bytes that need not be there.
    expect(writeMessage(ORDER, FULL).length).toBe(FULL_ORDER.length / 2 + 2);
  });

  it('goes field by field where methods have parameters for them', () => {
    const { input } = methodOf('find');
    const calls = new JavaCalls(descriptors, true);
    const { types, args } = calls.readArguments(methodOf('find'), hex(QUERY));
    expect(types).toBe('Ljava/lang/String;ILjava/util/List;Lcom/x/shop/Order$State;Ljava/lang/Integer;');
    expect(args).toEqual(['ann', 5, [1n, 2n], state('CONFIRMED'), 3]);
    expect(calls.writeArguments(methodOf('find'), args).toString('hex')).toBe(QUERY);
    expect(calls.readArguments(methodOf('find'), Buffer.alloc(0)).args).toEqual(['', 0, [], null, null]);
    expect(() => writeFields(input, [1, 2, 3, 4, 5, 6])).toThrow('6 arguments, and shop.Query has 5 fields');
    expect(calls.readResult(methodOf('find'), hex(ORDERS))).toEqual([
      order({ id: 1n }),
      order({ id: 2n, customerName: 'ben' }),
    ]);
    expect(
      calls.writeResult(methodOf('find'), [order({ id: 1n }), order({ id: 2n, customerName: 'ben' })]).toString('hex'),
    ).toBe(ORDERS);
    expect(
      calls.writeResult(methodOf('find'), object('com.x.shop.Orders', { orders: [order({ id: 1n })] })).toString('hex'),
    ).toBe('0a020801');
  });

  it('is the parameter and the result where they are', () => {
    const calls = new JavaCalls(descriptors, false);
    const confirm = methodOf('Confirm');
    expect(calls.readArguments(confirm, hex(FULL_ORDER))).toEqual({ types: 'Lcom/x/shop/Order;', args: [FULL] });
    expect(calls.readResult(confirm, calls.writeResult(confirm, FULL))).toEqual(FULL);
    expect(calls.writeResult(confirm, null).length).toBe(0);
    expect(() => calls.writeArguments(confirm, [FULL, 1])).toThrow('2 arguments, and shop.Order is one message');
    const clear = methodOf('clear');
    expect(calls.readArguments(clear, Buffer.alloc(0))).toEqual({ types: '', args: [] });
    expect([calls.writeArguments(clear, []).length, calls.readResult(clear, hex('0801'))]).toEqual([0, null]);
    expect(calls.method('shop.Unknown', 'x')).toBeNull();
    expect(() => calls.method(SERVICE, 'nope')).toThrow('shop.OrderService has no method nope');
    expect(() => calls.method(SERVICE, 'watch')).toThrow('Watch streams');
  });
});

describe('Java values in a message', () => {
  const big = (type: string, json: string): unknown => fromJson(json, parseJavaType(type), { dialect: 'sofa' });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'numbers of other types',
      { id: 5, delta: 5n, weight: 3, ratio: new HessianDouble(2), big: 2n ** 64n - 1n },
      { id: 5n, weight: new HessianDouble(3), delta: 5, big: -1n, ratio: new HessianDouble(2) },
    ],
    [
      'a BigInteger and a BigDecimal',
      {
        id: big('java.math.BigInteger', '12'),
        weight: big('java.math.BigDecimal', '1.5'),
        customerName: big('java.math.BigDecimal', '1.50'),
      },
      { id: 12n, customerName: '1.50', weight: 1.5 },
    ],
    [
      'typed lists and maps',
      { counts: new TypedList('[int', [1]), names: new TypedMap('java.util.TreeMap', new Map([[1, 'a']])) },
      { counts: [1], names: new Map([[1, 'a']]) },
    ],
    ['the names of the .proto', { customer_name: 'x' }, { customerName: 'x' }],
    ['enums as text', { state: 'LOST' }, { state: state('LOST') }],
    [
      'an Instant and a UUID',
      {
        created: big('java.time.Instant', '5'),
        customerName: big('java.util.UUID', '00000000-0000-0001-0000-000000000002'),
      },
      { customerName: '00000000-0000-0001-0000-000000000002', created: new Date(5) },
    ],
    ['a time before 1970', { created: new Date(-1) }, { created: new Date(-1) }],
    ['null and what has no field', { parent: null, other: 1 }, {}],
    ['objects as maps', { parent: new Map<string, unknown>([['id', 1n]]) }, { parent: order({ id: 1n }) }],
  ])('%s', (_title, fields, read) => {
    expect(readMessage(ORDER, writeMessage(ORDER, order(fields)))).toEqual(order(read));
    expect(readMessage(ORDER, writeMessage(ORDER, new Map(Object.entries(fields))))).toEqual(order(read));
  });

  it.each<[Record<string, unknown>, string]>([
    [{ id: 'x' }, 'shop.Order.id: a whole number that fits expected, string found'],
    [{ delta: 2n ** 40n }, 'shop.Order.delta: a whole number that fits expected, bigint found'],
    [{ id: 1.5 }, 'shop.Order.id: a whole number'],
    [{ ok: 1 }, 'shop.Order.ok: a boolean expected, number found'],
    [{ photo: 'x' }, 'shop.Order.photo: bytes expected'],
    [{ parts: [order(), null] }, 'shop.Order.parts[1]: a value expected, null found'],
    [{ parts: [1] }, 'shop.Order.parts[0]: an object expected, number found'],
    [{ tags: 'x' }, 'shop.Order.tags: a list expected'],
    [{ items: [] }, 'shop.Order.items: a map expected'],
    [{ state: 'OTHER' }, 'shop.Order.state: a value of shop.Order.State expected'],
    [{ created: 5 }, 'shop.Order.created: a time expected'],
    [{ weight: 'x' }, 'shop.Order.weight: a number expected'],
    [{ customerName: true }, 'shop.Order.customer_name: a text expected'],
  ])('what does not fit is refused, %#', (fields, message) => {
    expect(() => writeMessage(ORDER, order(fields))).toThrow(message);
    expect(() => writeMessage(ORDER, order(fields))).toThrow(TranscodeError);
  });

  it.each<[unknown, string]>([
    [{ n: 1 }, 'ticket.Ticket: the required field must is missing'],
    [{ must: null }, 'ticket.Ticket: the required field must is missing'],
    [{ must: '', seat: new Map() }, 'ticket.Ticket.seat: the required field seatRow is missing'],
    [
      { must: '', others: [new Map([['seatRow', 1]]), new Map()] },
      'ticket.Ticket.others[1]: the required field seatRow',
    ],
    [
      { must: '', named: new Map([['a', new Map()]]) },
      'ticket.Ticket.named.value: the required field seatRow is missing',
    ],
  ])('%j lacks what proto2 requires', (fields, problem) => {
    const { output } = methodOf('Buy', TICKETS, 'ticket.Tickets');
    expect(() => writeMessage(output, new Map(Object.entries(fields as object)))).toThrow(problem);
  });

  it('with what proto2 requires goes on', () => {
    const { output, input } = methodOf('Buy', TICKETS, 'ticket.Tickets');
    const seat = new Map([['seat_row', 0]]);
    const ticket = new Map<string, unknown>([
      ['must', ''],
      ['seat', seat],
    ]);
    expect(writeMessage(output, ticket).toString('hex')).toBe('0a001a020800');
    expect(writeMessage(input, new Map()).length).toBe(0);
  });

  it('what contains itself is refused, and so is what grows beyond bounds', () => {
    const cyclic = order();
    cyclic.fields.set('parent', cyclic);
    expect(() => writeMessage(ORDER, cyclic)).toThrow('more than 100 deep, or cyclic');
    let wide = order({ photo: Buffer.alloc(1024) });
    for (let i = 0; i < 30; i++) wide = order({ parts: [wide, wide] });
    expect(() => writeMessage(ORDER, wide)).toThrow('more than 8388608 bytes');
  });

  it('any value comes back', () => {
    const { value } = fc.letrec<{ value: HessianObject }>((tie) => ({
      value: fc
        .record(
          {
            id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
            customerName: fc.string({ unit: 'grapheme' }),
            counts: fc.array(fc.integer(), { minLength: 1 }),
            photo: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
            weight: fc.double({ noNaN: true }).map(asDouble),
            delta: fc.integer(),
            sdelta: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
            sf32: fc.integer(),
            f64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
            names: fc
              .uniqueArray(fc.integer(), { minLength: 1 })
              .map((keys) => new Map(keys.map((key) => [key, `v${key}`]))),
            created: fc.date({ noInvalidDate: true }),
            left: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
            parts: fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
            states: fc.array(fc.constantFrom('NEW', 'CONFIRMED', 'LOST').map(state), { minLength: 1 }),
          },
          { requiredKeys: [] },
        )
        .map(order),
    }));
    fc.assert(
      fc.property(value, (given) => {
        expect(sorted(readMessage(ORDER, writeMessage(ORDER, given)))).toEqual(sorted(given));
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  });

  it('any bytes are a message, or one error that is told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (noise, at) => {
        const edited = hex(FULL_ORDER);
        for (const [index, byte] of noise.slice(0, 3).entries()) edited[(at + index * 31) % edited.length] = byte;
        for (const bytes of [Buffer.from(noise), edited])
          try {
            readMessage(ORDER, bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(TranscodeError);
          }
      }),
      { numRuns: 3000, seed: 20_261_121 },
    );
    const deep = Buffer.concat([...Array.from({ length: 200 }, (_, i) => nested(200 - i))]);
    expect(() => readMessage(ORDER, deep)).toThrow(TranscodeError);
  });

  it('no more values are read than go with the length of bodies', () => {
    const ids = Buffer.alloc(2 * 200_001, '0801', 'hex');
    expect(() => readMessage(ORDER, ids)).toThrow(
      new TranscodeError('more than 200000 values in a message (max_body_bytes)'),
    );
    for (const read of [readMessage(ORDER, ids.subarray(2)), readMessage(ORDER, ids, 2_097_152)])
      expect((read as HessianObject).fields.get('id')).toBe(1n);
  });
});

describe('descriptors', () => {
  it('take classes from the configuration', () => {
    const named = new Descriptors(
      [SET],
      new Map([
        ['shop.Order', 'com.y.Bill'],
        ['shop.Order.State', 'com.y.Phase'],
      ]),
    );
    const { input } = methodOf('confirm', named);
    const read = readMessage(input, hex('0801 2801'.replace(' ', ''))) as HessianObject;
    expect([read.className, (read.fields.get('state') as HessianObject).className]).toEqual([
      'com.y.Bill',
      'com.y.Phase',
    ]);
  });

  it('that are none, or miss an import, are refused with the configuration', () => {
    const create = (descriptors: string[]) => () =>
      dubboToTriple.create({ services: {}, exceptions: 'object', descriptors, arguments: 'message', javaClasses: {} });
    expect(create([SHOP_DESCRIPTORS])).not.toThrow();
    expect(create([Buffer.from('0aff', 'hex').toString('base64')])).toThrow('not a message of protobuf');
    // The file alone, without those that it imports.
    const reader = new ProtoReader(SET);
    let last = Buffer.alloc(0);
    while (!reader.atEnd) {
      reader.tag();
      last = Buffer.from(reader.bytes());
    }
    const alone = Buffer.concat([Buffer.from([0x0a, (last.length & 0x7f) | 0x80, last.length >> 7]), last]);
    expect(create([alone.toString('base64')])).toThrow('use --include_imports');
  });
});

function asDouble(value: number): number | HessianDouble {
  return (value | 0) === value && !Object.is(value, -0) ? new HessianDouble(value) : value;
}

/** Fields in the order of their names: those of a message come in that of their numbers. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!(value instanceof HessianObject)) return value;
  const fields = [...value.fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return new HessianObject(
    value.className,
    fields.map(([name, item]) => [name, sorted(item)] as const),
  );
}

/** The beginning of a `parent` whose content is `count` times as long. */
function nested(count: number): Buffer {
  return Buffer.from([0x42, ((count * 2) & 0x7f) | 0x80, (count * 2) >> 7]);
}

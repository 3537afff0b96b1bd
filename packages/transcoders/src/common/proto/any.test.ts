import { TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import {
  BOX_OF_PROTOC,
  PARCEL_DESCRIPTORS,
  PARCEL_JSON_OF_PYTHON,
  PARCEL_OF_PROTOC,
} from '../testdata/parcel/index.ts';
import { parseJson } from '../values/index.ts';
import { Descriptors, jsonToMessage, messageToJson, type ProtoMessage, type UnknownFields } from './index.ts';

const descriptors = new Descriptors([Buffer.from(PARCEL_DESCRIPTORS, 'base64')]);
const typeOf = (method: string): ProtoMessage => descriptors.method('parcel.Post', method)?.input as ProtoMessage;
const PARCEL = typeOf('Send');
const BOX = typeOf('Keep');

const bytesOf = (content: object, unknown: UnknownFields = 'refuse'): string =>
  jsonToMessage(PARCEL, parseJson(JSON.stringify({ content })), unknown).toString('hex');
const jsonOf = (hex: string, type = PARCEL): unknown =>
  JSON.parse(JSON.stringify(messageToJson(type, Buffer.from(hex, 'hex'), false)));
const urlOf = (name: string): string => `type.googleapis.com/${name}`;
const GIFT = urlOf('parcel.Gift');

it('an Any is what protobuf makes of it, in bytes and in JSON', () => {
  const json = JSON.parse(PARCEL_JSON_OF_PYTHON) as object;
  expect(jsonOf(PARCEL_OF_PROTOC)).toEqual(json);
  expect(jsonToMessage(PARCEL, parseJson(PARCEL_JSON_OF_PYTHON), 'refuse').toString('hex')).toBe(PARCEL_OF_PROTOC);
});

it('the type comes first in JSON, whatever stands before it in the bytes', () => {
  const any = Buffer.concat([Buffer.from('12020a00', 'hex'), Buffer.from([0x0a, GIFT.length]), Buffer.from(GIFT)]);
  const bytes = Buffer.concat([Buffer.from([0x12, any.length]), any]);
  expect(JSON.stringify(messageToJson(PARCEL, bytes, false))).toBe(`{"content":{"@type":"${GIFT}","givenTo":""}}`);
});

it('hosts of any name may be in the URL', () => {
  const json = { content: { '@type': 'types.example.com/shop/v1/parcel.Gift', price: '7' } };
  expect(jsonOf(bytesOf(json.content))).toEqual(json);
});

it('the empty message is written as an object or as a value', () => {
  const type = urlOf('google.protobuf.Empty');
  const bytes = bytesOf({ '@type': type });
  expect(bytesOf({ '@type': type, value: {} })).toBe(bytes);
  expect(jsonOf(bytes)).toEqual({ content: { '@type': type } });
});

it.each<[json: object, problem: string]>([
  [{ price: 7 }, 'the type as text expected in "@type"'],
  [{ '@type': 7 }, 'the type as text expected in "@type"'],
  [{ '@type': 'parcel.Gift' }, '"parcel.Gift" is no type: expected one such as "type.googleapis.com/shop.Order"'],
  [{ '@type': urlOf('parcel.Bomb') }, `the type "${urlOf('parcel.Bomb')}" is in none of the descriptors`],
  [{ '@type': GIFT, weight: 1 }, 'no field is called "weight"'],
  [{ '@type': GIFT, price: 'x' }, 'content.price: a whole number expected'],
  [
    { '@type': urlOf('google.protobuf.Duration'), seconds: 1 },
    'the google.protobuf.Duration expected in "value", beside "@type"',
  ],
  [{ '@type': urlOf('google.protobuf.Duration'), value: '1' }, 'content: a duration expected'],
  [
    { '@type': urlOf('google.protobuf.Duration'), value: '1s', more: 1 },
    'nothing but "@type" and "value" expected for google.protobuf.Duration',
  ],
])('%j is refused', (json, problem) => {
  expect(() => bytesOf(json)).toThrow(TranscodeError);
  expect(() => bytesOf(json)).toThrow(`parcel.Parcel.content`);
  expect(() => bytesOf(json)).toThrow(problem);
});

it('what no field is for can be left out within it, too', () => {
  expect(bytesOf({ '@type': GIFT, weight: 1 }, 'ignore')).toBe(bytesOf({ '@type': GIFT }));
});

it('messages of types that nobody described are refused, and what is none', () => {
  const any = (url: string, value: string): string => {
    const content = Buffer.concat([Buffer.from([0x0a, url.length]), Buffer.from(url), Buffer.from(value, 'hex')]);
    return Buffer.concat([Buffer.from([0x12, content.length]), content]).toString('hex');
  };
  expect(() => jsonOf(any(urlOf('parcel.Bomb'), ''))).toThrow('the type "type.googleapis.com/parcel.Bomb" is in none');
  expect(() => jsonOf(any('', '120101'))).toThrow('"" is no type');
  expect(() => jsonOf(any(GIFT, '12020aff'))).toThrow('not a message of protobuf');
});

it('one within the other is bounded, both ways', () => {
  let json: object = {};
  for (let depth = 0; depth < 60; depth++) json = { '@type': GIFT, within: json };
  expect(() => bytesOf(json)).toThrow('values more than 100 deep');
  let hex = '';
  for (let depth = 0; depth < 60; depth++) {
    const value = Buffer.from(hex, 'hex');
    const gift = Buffer.concat([Buffer.from([0x1a, ...lengthOf(value)]), value]);
    hex = Buffer.concat([
      Buffer.from([0x0a, GIFT.length]),
      Buffer.from(GIFT),
      Buffer.from([0x12, ...lengthOf(gift)]),
      gift,
    ]).toString('hex');
  }
  const any = Buffer.from(hex, 'hex');
  const parcel = Buffer.concat([Buffer.from([0x12, ...lengthOf(any)]), any]);
  expect(() => jsonOf(parcel.toString('hex'))).toThrow('messages more than 100 deep');
});

it('groups of proto2 are refused by their names', () => {
  expect(jsonOf('0a0162', BOX)).toEqual({ name: 'b' });
  expect(() => jsonOf(BOX_OF_PROTOC, BOX)).toThrow(
    new TranscodeError('old.Box.item is a group of proto2, which is not converted'),
  );
  expect(() => jsonToMessage(BOX, parseJson('{"item":[{"title":"t"}]}'), 'refuse')).toThrow(
    new TranscodeError('old.Box.item[0] is a group of proto2, which is not converted'),
  );
  // Of a field that nobody described its number is known.
  expect(() => jsonOf('2b2c', BOX)).toThrow(
    new TranscodeError('old.Box.5 is a group of proto2, which is not converted'),
  );
});

function lengthOf(bytes: Buffer): number[] {
  return bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
}

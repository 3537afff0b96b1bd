import { HessianObject } from '@weft/hessian';
import { TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import {
  readArguments,
  readMessage,
  readOutcome,
  writeArguments,
  writeException,
  writeMessage,
  writeValue,
} from './index.ts';

it('reads arguments and attachments as Dubbo writes them', () => {
  const body = Buffer.from('02686991480470617468056f2e782e5904636f6465925a', 'hex');
  const { args, attachments } = readArguments(body, 2);
  expect(args).toEqual(['hi', 1]);
  expect([...attachments]).toEqual([
    ['path', 'o.x.Y'],
    ['code', '2'],
  ]);
});

it('writes arguments with an empty map behind them', () => {
  expect(writeArguments(['hi', 1]).toString('hex')).toBe('02686991485a');
});

it('knows the kinds of answers, with and without attachments', () => {
  const read = (hex: string) => readOutcome(Buffer.from(hex, 'hex'));
  expect(read('91026869')).toMatchObject({ kind: 'value', value: 'hi' });
  expect(read('92')).toMatchObject({ kind: 'value', value: null });
  expect(read('95480161016 25a'.replace(' ', ''))).toMatchObject({
    kind: 'value',
    value: null,
    attachments: new Map([['a', 'b']]),
  });
  expect(read('94026869485a')).toMatchObject({ kind: 'value', value: 'hi' });
  const thrown = new HessianObject('com.x.Gone', [['detailMessage', 'gone']]);
  expect(readOutcome(writeException(thrown))).toMatchObject({ kind: 'exception', value: { className: 'com.x.Gone' } });
  expect([writeValue(null).toString('hex'), writeValue('hi').toString('hex')]).toEqual(['92', '91026869']);
});

it('reads the message of an answer that failed, whatever it is', () => {
  expect(readMessage(writeMessage('504|late'))).toBe('504|late');
  expect([readMessage(Buffer.alloc(0)), readMessage(Buffer.from([0x53])), readMessage(Buffer.from([0x91]))]).toEqual([
    '',
    '',
    '',
  ]);
});

it('refuses bytes that are none', () => {
  for (const hex of ['', '99', '0268', 'ff'])
    expect(() => readOutcome(Buffer.from(hex, 'hex'))).toThrow(TranscodeError);
  expect(() => readArguments(Buffer.from('0268', 'hex'), 1)).toThrow(TranscodeError);
});

it('says with a TranscodeError that something cannot be written', () => {
  const deep = Array.from({ length: 200 }).reduce<unknown>((value) => [value], null);
  for (const write of [() => writeArguments([deep]), () => writeValue(deep), () => writeException(deep)])
    expect(write).toThrow(
      expect.objectContaining({ name: 'TranscodeError', message: expect.stringContaining('deep') }),
    );
  const long = 'x'.repeat(9_000_000);
  expect(() => writeArguments([long])).toThrow(TranscodeError);
  expect(writeArguments([long], 9_437_184).length).toBeGreaterThan(9_000_000);
});

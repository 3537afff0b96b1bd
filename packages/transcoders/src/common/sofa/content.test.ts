import { TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import { readCall, readOutcome, writeCall, writeOutcome, writeServerError } from './index.ts';

/** Written by the Java library: echo("hi") of com.x.Y:1.0, application b, properties {app: a}. */
const CALL =
  '4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f666152657175657374950d7461726765744170704e616d650a6d6574686f644e616d651774617267657453657276696365556e697175654e616d650c7265717565737450726f70730d6d6574686f64417267536967736f900162046563686f0b636f6d2e782e593a312e304d0361707001617a567400075b737472696e676e01106a6176612e6c616e672e537472696e677a026869';
/** The same of an answer "hi". */
const ANSWER =
  '4fbe636f6d2e616c697061792e736f66612e7270632e636f72652e726573706f6e73652e536f6661526573706f6e7365940769734572726f72086572726f724d73670b617070526573706f6e73650d726573706f6e736550726f70736f90464e0268694e';

const call = {
  service: 'com.x.Y:1.0',
  method: 'echo',
  targetApp: 'b',
  argTypes: ['java.lang.String'],
  args: ['hi'],
};

it('reads and writes calls as the Java library does', () => {
  expect(readCall(Buffer.from(CALL, 'hex'))).toEqual(call);
  expect(writeCall(call, [['app', 'a']]).toString('hex')).toBe(CALL);
});

it('reads and writes answers as the Java library does', () => {
  expect(readOutcome(Buffer.from(ANSWER, 'hex'))).toEqual({ kind: 'value', value: 'hi' });
  expect(writeOutcome('hi').toString('hex')).toBe(ANSWER);
});

it('tells errors of the framework from values', () => {
  expect(readOutcome(writeServerError('no'))).toEqual({ kind: 'error', message: 'no' });
});

it('refuses what is neither', () => {
  for (const hex of ['', '026869', '4f', CALL.slice(0, -2)])
    expect(() => readCall(Buffer.from(hex, 'hex'))).toThrow(TranscodeError);
  expect(() => readOutcome(Buffer.from(CALL, 'hex'))).toThrow(TranscodeError);
});

it('says with a TranscodeError that something cannot be written', () => {
  const deep = Array.from({ length: 200 }).reduce<unknown>((value) => [value], null);
  const refused = expect.objectContaining({ name: 'TranscodeError', message: expect.stringContaining('deep') });
  expect(() => writeCall({ ...call, args: [deep] })).toThrow(refused);
  expect(() => writeOutcome(deep)).toThrow(refused);
});

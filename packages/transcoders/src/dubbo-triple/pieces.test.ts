import { PlainHeaders, TranscodeError } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { readStatus, timeoutText } from '../common/grpc/index.ts';
import { classNamesOf, descriptorsOf } from '../common/parameter-types.ts';
import { ServiceTable } from '../common/services.ts';
import { dubboToTriple, tripleToDubbo } from './index.ts';
import { hex } from './testdata/calls.ts';
import { decodeRequestWrapper } from './wrapper.ts';

describe('the pieces', () => {
  it('names of classes and descriptors are each other', () => {
    const descriptors = 'Ljava/lang/String;[I[[La/B;JZ[Ljava/lang/Object;';
    const names = ['java.lang.String', '[I', '[[La.B;', 'long', 'boolean', '[Ljava.lang.Object;'];
    expect(classNamesOf(descriptors)).toEqual(names);
    expect(descriptorsOf(names)).toBe(descriptors);
    expect(() => classNamesOf('Lx')).toThrow(TranscodeError);
  });

  it('a deadline has at most eight digits', () => {
    expect([timeoutText(0.2), timeoutText(99_999_999), timeoutText(100_000_000), timeoutText(1e15)]).toEqual([
      '1m',
      '99999999m',
      '100000S',
      '99999999S',
    ]);
  });

  it('details that are others say nothing', () => {
    for (const details of [
      '',
      '%%%',
      Buffer.from('1a0212ff', 'hex').toString('base64'),
      Buffer.from('ffff', 'hex').toString('base64'),
    ])
      expect(
        readStatus(
          new PlainHeaders([
            ['grpc-status', '2'],
            ['grpc-status-details-bin', details],
          ]),
        ),
      ).toEqual({ code: 2, message: '', exceptionClass: '' });
    expect(readStatus(new PlainHeaders([['grpc-status', 'x']]))).toBeNull();
  });

  it('unknown fields of a wrapper are gone over', () => {
    const wrapper = hex(
      '0a0868657373' + '69616e34' + '20960148' + '01' + '2d00000000' + '310000000000000000' + '12014e1a03696e74',
    );
    expect(decodeRequestWrapper(wrapper)).toEqual({ serializeType: 'hessian4', args: [hex('4e')], argTypes: ['int'] });
  });

  it('names of services that are none are refused', () => {
    for (const name of ['', 'a b', 'a:b:c:d', 'a/b'])
      expect(() => new ServiceTable({ [name]: 'a' })).toThrow('not the name of a service');
    expect(() => new ServiceTable({ a: '-' })).toThrow('not the name of a service');
  });

  it('the definitions name their families', () => {
    expect([dubboToTriple.from, dubboToTriple.to, tripleToDubbo.from, tripleToDubbo.to]).toEqual([
      'dubbo',
      'http',
      'http',
      'dubbo',
    ]);
  });
});

import { Detection } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { bolt, boltv2 } from './index.ts';
import { HEARTBEAT, headerBytes, hex, sofaRequest } from './testdata/frames.ts';

describe('bolt detection', () => {
  it('says yes to its own version, no at the first wrong byte, and asks for at most five', () => {
    const v1 = sofaRequest();
    const v2 = sofaRequest({ proto: 2 });
    for (const [definition, own, other] of [
      [bolt, v1, v2],
      [boltv2, v2, v1],
    ] as const) {
      expect(definition.detect(own, definition.detectBytes)).toBe(Detection.YES);
      expect(definition.detect(other, 1)).toBe(Detection.NO);
      expect(definition.detect(own, 0)).toBe(Detection.NEED_MORE);
      expect(definition.detect(own, 2)).toBe(Detection.NEED_MORE);
      expect(definition.detect(Buffer.from('GET / HTTP/1.1'), 1)).toBe(Detection.NO);
      expect(definition.detect(Buffer.concat([own.subarray(0, 1), hex('0909090909')]), 5)).toBe(Detection.NO);
    }
    expect(bolt.detect(HEARTBEAT, 5)).toBe(Detection.YES);
  });
});

it('writes the header map as its Java reader expects', () => {
  expect(headerBytes([['a', 'b']])).toEqual(hex('00000001 61 00000001 62'));
});

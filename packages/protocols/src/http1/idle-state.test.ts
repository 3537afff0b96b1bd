import { DEFAULT_CODEC_LIMITS } from '@weft/sdk';
import { MemoryLink } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { isIdleState } from './idle-state.ts';
import { http1 } from './index.ts';

it.each([null, undefined, 3, {}, { lastId: '1' }, { lastId: 1.5 }, { lastId: Number.NaN }])('is none: %j', (value) => {
  expect(isIdleState(value)).toBe(false);
});

it('goes on with the number of the last request', () => {
  const open = (restored?: unknown) => {
    const ids: number[] = [];
    const codec = http1.createServer(
      new MemoryLink(),
      { onRequest: (stream) => void ids.push(stream.id) },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    codec.start(restored);
    return { codec, ids };
  };
  const state = open().codec.exportState?.();
  expect(isIdleState(state)).toBe(true);
  const { codec, ids } = open({ lastId: 41 });
  const request = Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  codec.receive(request, 0, request.length);
  expect(ids).toEqual([42]);
});

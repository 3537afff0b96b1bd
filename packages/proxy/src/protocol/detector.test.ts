import { Detection, type Protocol } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Detected, detectProtocol, resembledProtocol } from './detector.ts';

const MAX_BYTES = 12;

/** Decides by the byte at `at`: below 100 it is one of this protocol. */
function deciding(name: string, at: number): Protocol<unknown> {
  const ask = (bytes: Uint8Array, length: number): Detection =>
    length <= at ? Detection.NEED_MORE : (bytes[at] as number) < 100 ? Detection.YES : Detection.NO;
  return { name, detectBytes: at + 1, detect: ask, resembles: ask } as Partial<Protocol<unknown>> as Protocol<unknown>;
}

const named = (detected: Detected): string => (detected.kind === 'protocol' ? detected.protocol.name : detected.kind);

describe.each([
  ['detectProtocol', detectProtocol],
  ['resembledProtocol', resembledProtocol],
])('%s', (_, ask) => {
  it('depends on the bytes alone, takes the first in the order, and ends at its bound', () => {
    const bytes = fc.uint8Array({ minLength: MAX_BYTES, maxLength: MAX_BYTES });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat({ max: MAX_BYTES + 3 }), { maxLength: 4 }), (first, places) => {
        const protocols = places.map((at) => deciding(`at ${at}`, at));
        const answers = Array.from({ length: MAX_BYTES + 1 }, (_, length) =>
          named(ask(protocols, first.subarray(0, length), length, MAX_BYTES)),
        );
        const decided = answers.filter((answer) => answer !== 'more');
        expect(new Set(decided).size).toBe(1);
        const winner = places.find((at) => at < MAX_BYTES && (first[at] as number) < 100);
        expect(decided[0]).toBe(winner === undefined ? 'unknown' : `at ${winner}`);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

it('asks nobody who cannot tell', () => {
  const mute = { name: 'mute', detectBytes: 0, detect: () => Detection.YES } as Partial<Protocol<unknown>>;
  const protocols = [mute as Protocol<unknown>];
  expect(named(detectProtocol(protocols, Buffer.from('a'), 1, MAX_BYTES))).toBe('unknown');
  expect(named(resembledProtocol(protocols, Buffer.from('a'), 1, MAX_BYTES))).toBe('unknown');
});

import { BufferPool, OutputBuffer } from '@weft/kit';
import { MemoryLink } from '@weft/sdk/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SendQueue } from './send-queue.ts';

it('gives back what was pushed, in any portions', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 0, max: 9000 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 20_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const link = new MemoryLink();
      const queue = new SendQueue(link);
      const out = new OutputBuffer(new BufferPool());
      let pushed = 0;
      let taken = 0;
      for (const one of steps) {
        if ('push' in one) {
          const chunk = Buffer.from(Array.from({ length: one.push }, (_, i) => (pushed + i) % 241));
          queue.push(chunk);
          chunk.fill(0xdb);
          pushed += one.push;
        } else {
          const count = Math.min(one.take, queue.bytes);
          queue.moveTo(out, count);
          taken += count;
        }
        expect(queue.bytes).toBe(pushed - taken);
        // What is kept is what waits and, for each block in use, some room.
        expect(link.keptBytes).toBeGreaterThanOrEqual(queue.bytes);
        if (queue.bytes === 0) expect(link.keptBytes).toBe(0);
      }
      queue.moveTo(out, queue.bytes);
      expect(link.keptBytes).toBe(0);
      const all: Buffer[] = [];
      out.take((slab, length) => all.push(Buffer.from(slab.subarray(0, length))));
      const bytes = Buffer.concat(all);
      expect(bytes.length).toBe(pushed);
      for (let i = 0; i < bytes.length; i++) if (bytes[i] !== i % 241) throw new Error(`byte ${i}`);
    }),
    { seed: 9, numRuns: 60 },
  );
});

import { describe, expect, it } from 'vitest';
import { createRandom } from '../random/index.ts';
import { BufferPool, MEDIUM_SLAB_BYTES, SMALL_SLAB_BYTES } from './buffer-pool.ts';
import { OutputBuffer } from './output-buffer.ts';

function drain(out: OutputBuffer, pool: BufferPool): Buffer {
  const parts: Buffer[] = [];
  out.take((slab, length) => {
    parts.push(Buffer.from(slab.subarray(0, length)));
    pool.give(slab);
  });
  return Buffer.concat(parts);
}

describe('OutputBuffer', () => {
  it('gives back what was appended, whatever the sizes and the mix of calls', () => {
    const random = createRandom(7);
    const pool = new BufferPool();
    const out = new OutputBuffer(pool);
    for (let round = 0; round < 200; round++) {
      const expected: Buffer[] = [];
      for (let i = random.below(30); i >= 0; i--) {
        const kind = random.below(5);
        if (kind === 0) {
          const bytes = Buffer.alloc(random.below(200_000), round + i);
          out.write(bytes);
          expected.push(bytes);
        } else if (kind === 1) {
          const bytes = new Uint8Array(random.below(100)).fill(i);
          out.write(bytes, 0, bytes.length);
          expected.push(Buffer.from(bytes));
        } else if (kind === 2) {
          const text = 'x'.repeat(random.below(60));
          out.writeLatin1(text);
          expected.push(Buffer.from(text, 'latin1'));
        } else if (kind === 3) {
          const value = random.below(1_000_000);
          out.writeDecimal(value);
          expected.push(Buffer.from(String(value)));
        } else {
          out.writeUint32(0xfedcba98);
          out.writeUint16(0x1234);
          out.writeUint8(0xff);
          expected.push(Buffer.from('fedcba981234ff', 'hex'));
        }
      }
      const whole = Buffer.concat(expected);
      expect(out.length).toBe(whole.length);
      expect(drain(out, pool).equals(whole)).toBe(true);
      expect(out.length).toBe(0);
    }
    expect(pool.lentBytes).toBe(0);
  });

  it('copies: the source may change at once', () => {
    const pool = new BufferPool();
    const out = new OutputBuffer(pool);
    const source = Buffer.from('a body that is longer than a couple of dozen bytes');
    out.write(source);
    source.fill(0xdb);
    expect(drain(out, pool).toString()).toBe('a body that is longer than a couple of dozen bytes');
  });

  it('starts small, goes on larger, and returns every slab when cleared', () => {
    const pool = new BufferPool();
    const out = new OutputBuffer(pool);
    out.write(Buffer.alloc(100));
    expect(pool.lentBytes).toBe(SMALL_SLAB_BYTES);
    expect(out.single).toBe(true);
    out.write(Buffer.alloc(SMALL_SLAB_BYTES));
    expect(pool.lentBytes).toBe(SMALL_SLAB_BYTES + MEDIUM_SLAB_BYTES);
    expect(out.single).toBe(false);
    out.clear();
    expect([pool.lentBytes, out.length]).toEqual([0, 0]);
  });
});

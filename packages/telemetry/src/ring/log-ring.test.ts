import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogRing, type LogRing, openLogRing } from './log-ring.ts';

function drainAll(ring: LogRing, maxBytes?: number): [number, string][] {
  const lines: [number, string][] = [];
  ring.drain((fileIndex, bytes) => lines.push([fileIndex, Buffer.from(bytes).toString('utf8')]), maxBytes);
  return lines;
}

test('lines come out as they went in, in order, in any script', () => {
  const ring = createLogRing(4096);
  const other = openLogRing(ring.buffer);
  for (const [index, text] of [
    [0, 'plain'],
    [7, ''],
    [2, 'grüße 服务 🙂'],
  ] as const)
    expect(ring.write(index, text)).toBe(true);
  expect(drainAll(other)).toEqual([
    [0, 'plain'],
    [7, ''],
    [2, 'grüße 服务 🙂'],
  ]);
  expect(drainAll(other)).toEqual([]);
  expect(ring.usedBytes).toBe(0);
  expect(other.written).toBe(3);
});

test('a full ring drops, counts and recovers', () => {
  const ring = createLogRing(1);
  expect(ring.capacityBytes).toBe(4096);
  let accepted = 0;
  while (ring.write(0, 'x'.repeat(100))) accepted++;
  expect(accepted).toBe(Math.floor(4096 / 108));
  expect(ring.write(0, 'y'.repeat(100))).toBe(false);
  expect(ring.dropped).toBe(2);
  expect(drainAll(ring)).toHaveLength(accepted);
  expect(ring.write(0, 'z'.repeat(2000))).toBe(true);
  expect(ring.write(0, 'z'.repeat(5000))).toBe(false);
  expect(drainAll(ring)).toHaveLength(1);
});

test('what a bounded drain leaves, the next one finds', () => {
  const ring = createLogRing(4096);
  for (let i = 0; i < 20; i++) ring.write(i, 'line');
  const first = drainAll(ring, 30);
  expect(first).toHaveLength(3);
  expect([...first, ...drainAll(ring)].map(([index]) => index)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('a visitor that throws loses only its line', () => {
  const ring = createLogRing(4096);
  for (const text of ['a', 'b', 'c']) ring.write(0, text);
  expect(() =>
    ring.drain((_, bytes) => {
      if (Buffer.from(bytes).toString() === 'b') throw new Error('disk');
    }),
  ).toThrow('disk');
  expect(drainAll(ring)).toEqual([[0, 'c']]);
});

test('any sequence of writes and drains keeps what was accepted, across every wrap', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ write: fc.string({ unit: 'grapheme', maxLength: 700 }), index: fc.nat(65_535) }),
    },
    { weight: 1, arbitrary: fc.record({ drain: fc.nat(4096) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const ring = createLogRing(4096);
      const expected: [number, string][] = [];
      const seen: [number, string][] = [];
      for (const one of steps) {
        if ('drain' in one) seen.push(...drainAll(ring, one.drain));
        else if (ring.write(one.index, one.write)) expected.push([one.index, one.write.toWellFormed()]);
      }
      seen.push(...drainAll(ring));
      expect(seen).toEqual(expected);
    }),
    { seed: 5, numRuns: 200 },
  );
});

test('positions may pass 2³²', () => {
  const ring = createLogRing(4096);
  const header = new Uint32Array(ring.buffer, 0, 2);
  header.fill(0xffff_f000);
  const late = openLogRing(ring.buffer);
  for (let i = 0; i <= 400; i++) {
    expect(late.write(i, 'some text of a line')).toBe(true);
    if (i % 7 === 0) drainAll(late);
  }
  expect(drainAll(late).at(-1)).toEqual([400, 'some text of a line']);
  expect(header[0]).toBeLessThan(0xffff_f000);
});

test('a writing thread and a reading thread lose nothing but what they count', async () => {
  const ring = createLogRing(8192);
  const lines = 50_000;
  const worker = new Worker(
    `import { workerData } from 'node:worker_threads';
     const { openLogRing } = await import(workerData.module);
     const ring = openLogRing(workerData.buffer);
     let seed = 42;
     for (let i = 0; i < ${lines}; i++) {
       seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
       ring.write(i % 5, i + ':' + 'é'.repeat(seed % 60));
     }`,
    { eval: true, workerData: { buffer: ring.buffer, module: new URL('./log-ring.ts', import.meta.url).href } },
  );
  let running = true;
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      running = false;
      resolve();
    });
  });
  let last = -1;
  let seen = 0;
  const check = (fileIndex: number, bytes: Uint8Array): void => {
    const [number, rest] = Buffer.from(bytes).toString('utf8').split(':') as [string, string];
    const i = Number(number);
    if (!(i > last) || fileIndex !== i % 5 || !/^é*$/.test(rest)) throw new Error(`line ${i} after ${last} is damaged`);
    last = i;
    seen++;
  };
  while (running) {
    ring.drain(check);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  ring.drain(check);
  expect(seen + ring.dropped).toBe(lines);
  expect(seen).toBe(ring.written);
  expect(seen).toBeGreaterThan(0);
});

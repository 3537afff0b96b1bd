import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { bucketParameters, fillBucket } from './token-bucket.ts';

const THREADS = 2;
const MODULE = new URL('./token-bucket.ts', import.meta.url).href;

/** Hammers one word from several threads, each with the time that all of them share. */
async function hammer(body: string, data: object): Promise<number[]> {
  const script = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { bucketParameters, TokenBucket, ConcurrencyGate } = await import(${JSON.stringify(MODULE)});
    const { words, times, gate } = workerData;
    Atomics.add(gate, 0, 1);
    while (Atomics.load(gate, 0) < ${THREADS});
    ${body}`;
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const workers = Array.from(
    { length: THREADS },
    (_, index) =>
      new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), {
        workerData: { ...data, gate, index },
      }),
  );
  return Promise.all(
    workers.map(
      (worker) =>
        new Promise<number>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
}

test('one limit holds for two threads that hammer it: no token is lost, none is given twice', async () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const parameters = bucketParameters(1000, 1000, 1);
  fillBucket(parameters, words, 0, 0);
  // Time moves on with every request of any thread, 10 µs each: two seconds, a hundred thousand requests a second.
  const passed = await hammer(
    `const bucket = new TokenBucket(bucketParameters(1000, 1000, 1), words, 0);
     let passed = 0;
     for (let i = 0; i < 100_000; i++) if (bucket.take(Atomics.add(workerData.clock, 0, 1) / 100)) passed++;
     parentPort.postMessage(passed);`,
    { words, clock },
  );
  const total = passed.reduce((sum, count) => sum + count, 0);
  const expected = 1000 + 2000;
  expect(Math.abs(total - expected) / expected).toBeLessThanOrEqual(0.01);
}, 60_000);

test('two threads never have more in flight than the threshold, and end with none', async () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const worst = await hammer(
    `const limit = new ConcurrencyGate(3, words, 0, 4 + workerData.index);
     let worst = 0;
     let held = 0;
     for (let i = 0; i < 50_000; i++) {
       if (limit.enter()) held++;
       worst = Math.max(worst, limit.inFlight);
       if (held > 0 && i % 3 !== 0) { limit.leave(); held--; }
     }
     while (held-- > 0) limit.leave();
     parentPort.postMessage(worst);`,
    { words },
  );
  expect(Math.max(...worst)).toBeLessThanOrEqual(3);
  expect([words[0], words[4], words[5]]).toEqual([0, 0, 0]);
}, 60_000);

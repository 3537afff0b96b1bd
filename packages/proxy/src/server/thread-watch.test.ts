import { Worker } from 'node:worker_threads';
import { expect, it, test } from 'vitest';
import { readThreadTimes } from './thread-times.ts';
import { ThreadWatch, type Verdict } from './thread-watch.ts';

const LOOK_MS = 500;

/** A thread whose heartbeat stands still, and what the kernel says of it. */
class Silence {
  now = 1000;
  cpuMs = 40;
  delayMs = 7;
  runnable = true;
  known = true;
  readonly watch = new ThreadWatch(2000, LOOK_MS);

  constructor() {
    this.watch.heard(this.now, { cpuMs: this.cpuMs, delayMs: this.delayMs, runnable: true });
  }

  /** One look, `stepMs` after the one before. */
  look(cpuMs: number, stepMs = LOOK_MS, beat = 0): Verdict {
    this.now += stepMs;
    this.cpuMs += cpuMs;
    const { delayMs, runnable } = this;
    return this.watch.look(this.now, beat, this.known ? { cpuMs: this.cpuMs, delayMs, runnable } : null);
  }

  kinds(count: number, cpuMs: number, stepMs?: number): string {
    return Array.from({ length: count }, () => this.look(cpuMs, stepMs).kind).join(' ');
  }
}

it('gives up a thread that uses the CPU and says nothing, when the time is over', () => {
  const silence = new Silence();
  expect(silence.kinds(4, 500)).toBe('fine fine fine fine');
  expect(silence.look(500)).toEqual({
    kind: 'lost',
    silentMs: 2500,
    cpuMs: 2500,
    reason: 'it used 2500 ms of CPU without a sign of life',
  });
});

it('leaves a thread alone that wants the CPU and does not get it, however long', () => {
  const silence = new Silence();
  expect(silence.kinds(4, 0)).toBe('fine fine fine fine');
  expect(silence.kinds(1000, 0)).toBe(Array.from({ length: 1000 }, () => 'starved').join(' '));
  expect(silence.look(0, LOOK_MS, 1).kind).toBe('fine');
});

it('gives up a loop on a busy machine later, by the CPU that it got', () => {
  const silence = new Silence();
  const verdicts = Array.from({ length: 21 }, () => silence.look(50));
  expect(verdicts.findIndex((verdict) => verdict.kind === 'lost')).toBe(19);
  expect(verdicts[18]).toMatchObject({ kind: 'starved', cpuMs: 950 });
});

it('gives up a thread that neither runs nor wants to, after twice the time', () => {
  const silence = new Silence();
  silence.runnable = false;
  expect(silence.kinds(7, 0)).toBe('fine fine fine fine starved starved starved');
  expect(silence.look(0)).toMatchObject({ kind: 'lost', reason: expect.stringContaining('waited 4000 ms') });
});

it('does not count the time for which a thread that sleeps had waited for the CPU', () => {
  const silence = new Silence();
  silence.runnable = false;
  for (let look = 0; look < 100; look++) {
    silence.delayMs += 480;
    expect(silence.look(0).kind).not.toBe('lost');
  }
});

it('counts a look that comes late as two: the watcher did not run either', () => {
  const stopped = new Silence();
  stopped.runnable = false;
  expect(stopped.look(0).kind).toBe('fine');
  // The whole process was stopped for an hour.
  expect(stopped.look(0, 3_600_000).kind).toBe('starved');
  expect(stopped.look(0, LOOK_MS, 1).kind).toBe('fine');
  // The machine was, and its clock of CPU time ran on.
  expect(stopped.look(0, LOOK_MS, 1).kind).toBe('fine');
  expect(stopped.look(900, 3_600_000, 1).kind).toBe('starved');
});

it('begins anew with each sign of life', () => {
  const silence = new Silence();
  for (let beat = 1; beat < 50; beat++) {
    expect([silence.look(500, LOOK_MS, beat).kind, silence.look(400, LOOK_MS, beat).kind]).toEqual(['fine', 'fine']);
    expect(silence.watch.heardAt).toBe(silence.now - LOOK_MS);
  }
});

it('goes by the clock where the system tells nothing', () => {
  const silence = new Silence();
  silence.known = false;
  expect(silence.kinds(4, 0)).toBe('fine fine fine fine');
  expect(silence.look(0)).toMatchObject({ kind: 'lost', reason: 'it gave no sign of life for 2500 ms' });
});

test.runIf(process.platform === 'linux')('the kernel tells a loop from sleep', async () => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const id = Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').pop());
     parentPort.on('message', () => { for (;;); });
     parentPort.postMessage(id);`,
    { eval: true },
  );
  const id = await new Promise<number>((resolve) => worker.once('message', resolve));
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => (condition() ? resolve() : void setImmediate(look));
      look();
    });
  await until(() => readThreadTimes(id)?.runnable === false);
  const before = readThreadTimes(id)?.cpuMs as number;
  worker.postMessage('loop');
  await until(() => (readThreadTimes(id)?.cpuMs as number) > before + 50);
  expect(readThreadTimes(id)?.runnable).toBe(true);
  await worker.terminate();
  await until(() => readThreadTimes(id) === null);
  expect(readThreadTimes(0)).toBeNull();
});

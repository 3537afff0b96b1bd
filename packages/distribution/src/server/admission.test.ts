import { createFakeClock } from '@weft/kit/testing';
import { expect, it } from 'vitest';
import { Admission } from './admission.ts';

/** `streams` that ask at once; what became of each: `+` let in, `-` refused, `.` waits. */
function ask(admission: Admission, streams: number): () => string {
  const fates = Array.from({ length: streams }, () => '.');
  fates.forEach((_, index) => {
    admission.request(
      () => {
        fates[index] += '+';
      },
      () => {
        fates[index] += '-';
      },
    );
  });
  // Each is told once.
  return () => fates.map((fate) => fate.slice(1) || '.').join('');
}

it('lets a second of streams in at once, the others as their turn comes', () => {
  const clock = createFakeClock();
  const fates = ask(new Admission(clock, 4, 1000), 6);
  expect(fates()).toBe('++++..');
  clock.advance(250);
  expect(fates()).toBe('+++++.');
  clock.advance(250);
  expect([fates(), clock.pending]).toEqual(['++++++', 0]);
});

it('refuses at once who would wait too long', () => {
  const clock = createFakeClock();
  const fates = ask(new Admission(clock, 4, 500), 10);
  expect(fates()).toBe('++++..----');
  clock.advance(10_000);
  expect(fates()).toBe('++++++----');
});

it('lets nobody pass who waits', () => {
  const clock = createFakeClock();
  const admission = new Admission(clock, 2, 10_000);
  const first = ask(admission, 4);
  clock.advance(500);
  const second = ask(admission, 1);
  expect([first(), second()]).toEqual(['+++.', '.']);
  clock.advance(500);
  expect([first(), second()]).toEqual(['++++', '.']);
});

it('refuses who waited too long because the process stood still', () => {
  const clock = createFakeClock();
  const fates = ask(new Admission(clock, 2, 1000), 4);
  expect(fates()).toBe('++..');
  clock.jump(5000);
  expect(fates()).toBe('++--');
});

it('refuses all who wait when it stops, and is done', () => {
  const clock = createFakeClock();
  const admission = new Admission(clock, 2, 10_000);
  const fates = ask(admission, 5);
  admission.stop();
  clock.advance(60_000);
  expect([fates(), clock.pending]).toEqual(['++---', 0]);
});

import { MemoryLink } from '@weft/sdk/testing';
import { describe, expect, it } from 'vitest';
import { LINGER_MS, MAX_DISCARDED_BYTES, REST_MS } from './frame.ts';
import { RequestRest } from './request-rest.ts';

describe('the rest of a request that is answered', () => {
  it('may have so many bytes, each for itself', () => {
    const rest = new RequestRest(new MemoryLink());
    for (let request = 0; request < 2; request++) {
      rest.begin();
      expect([rest.admits(MAX_DISCARDED_BYTES - 1), rest.admits(1), rest.admits(1)]).toEqual([true, true, false]);
    }
  });

  it('has its time from the answer on, and no more for each of its pieces', () => {
    const link = new MemoryLink();
    const rest = new RequestRest(link);
    rest.await(false);
    expect([link.timerMs, link.writeShutDown]).toEqual([REST_MS, false]);
    link.timerMs = 1;
    rest.await(false);
    expect(link.timerMs).toBe(1);
    rest.end();
    expect(link.timerMs).toBe(0);
    rest.await(false);
    expect(link.timerMs).toBe(REST_MS);
  });

  it('has a moment where nothing follows it', () => {
    const link = new MemoryLink();
    const rest = new RequestRest(link);
    rest.await(false);
    rest.await(true);
    expect([link.timerMs, link.writeShutDown]).toEqual([LINGER_MS, true]);
  });

  it('leaves the timer of others alone where there was none', () => {
    const link = new MemoryLink();
    link.timerMs = 5;
    new RequestRest(link).end();
    expect(link.timerMs).toBe(5);
  });
});

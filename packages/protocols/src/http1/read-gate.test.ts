import { MemoryLink } from '@weft/sdk/testing';
import { describe, expect, it } from 'vitest';
import { ReadGate } from './read-gate.ts';

describe('a gate', () => {
  it('opens at once while nothing is taken', () => {
    const link = new MemoryLink();
    const gate = new ReadGate(link);
    gate.pause();
    expect(link.readingPaused).toBe(true);
    gate.wake();
    expect(link.readingPaused).toBe(false);
  });

  it('opens behind the bytes that are being taken', () => {
    const link = new MemoryLink();
    const gate = new ReadGate(link);
    gate.enter();
    gate.pause();
    gate.wake();
    expect(link.readingPaused).toBe(true);
    gate.leave();
    expect(link.readingPaused).toBe(false);
  });

  it('tells the link nothing that it knows', () => {
    const link = new MemoryLink();
    const calls: string[] = [];
    link.pauseReading = () => void calls.push('pause');
    link.resumeReading = () => void calls.push('resume');
    const gate = new ReadGate(link);
    gate.wake();
    gate.pause();
    gate.pause();
    gate.wake();
    gate.wake();
    gate.enter();
    gate.leave();
    expect(calls).toEqual(['pause', 'resume']);
  });
});

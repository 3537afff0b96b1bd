import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GivenDescriptors } from './given-descriptors.ts';

let folder: string;
let opened: number[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-given-'));
  opened = [];
});
afterEach(() => {
  for (const descriptor of opened) if (isOpen(descriptor)) closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

function open(name: string): number {
  const descriptor = openSync(path.join(folder, name), 'a');
  opened.push(descriptor);
  return descriptor;
}

function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    // EBADF
    return false;
  }
}

it('closes what a thread did not take, of all that it was sent, and only of that thread', () => {
  const given = new GivenDescriptors();
  const [a, b, c] = [open('a'), open('b'), open('c')];
  given.add(0, [a]);
  given.add(0, [b]);
  given.add(1, [c]);
  given.reclaim(0);
  expect([a, b, c].map(isOpen)).toEqual([false, false, true]);
});

it('leaves alone what a thread uses', () => {
  const given = new GivenDescriptors();
  const a = open('a');
  given.add(0, [a]);
  given.forget(0);
  given.reclaim(0);
  expect(isOpen(a)).toBe(true);
});

it('leaves alone a number that was closed, and one that means something else by now', () => {
  const given = new GivenDescriptors();
  const a = open('a');
  given.add(0, [a]);
  closeSync(a);
  const b = open('b');
  // The lowest free number is given again.
  expect(b).toBe(a);
  given.reclaim(0);
  expect(isOpen(b)).toBe(true);
  given.add(0, [b]);
  closeSync(b);
  expect(() => given.reclaim(0)).not.toThrow();
});

it('has nothing to close twice, or of a thread that it never heard of', () => {
  const given = new GivenDescriptors();
  const a = open('a');
  given.add(0, [a]);
  given.reclaim(0);
  const b = open('b');
  expect(b).toBe(a);
  given.reclaim(0);
  given.reclaim(7);
  expect(isOpen(b)).toBe(true);
});

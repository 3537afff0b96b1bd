import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAddress, readPeer } from './address.ts';

const words = (text: string, read = readAddress): number[] | null => {
  const into = new Uint32Array(4);
  return read(text, into) ? [...into] : null;
};

it.each([
  ['0.0.0.0', [0, 0, 0xffff, 0]],
  ['192.0.2.1', [0, 0, 0xffff, 0xc0000201]],
  ['255.255.255.255', [0, 0, 0xffff, 0xffffffff]],
  ['::ffff:192.0.2.1', [0, 0, 0xffff, 0xc0000201]],
  ['::', [0, 0, 0, 0]],
  ['::1', [0, 0, 0, 1]],
  ['fd00::', [0xfd000000, 0, 0, 0]],
  ['2001:db8:1:2:3:4:5:6', [0x20010db8, 0x10002, 0x30004, 0x50006]],
  ['fe80::1%eth0', [0xfe800000, 0, 0, 1]],
])('reads %s', (text, expected) => {
  expect(words(text)).toEqual(expected);
  expect(words(text, readPeer)).toEqual(expected);
  const withPort = text.includes(':') ? `[${text}]:443` : `${text}:443`;
  expect(words(withPort, readPeer)).toEqual(expected);
  expect(words(withPort)).toBe(null);
});

it.each([
  '',
  '.',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '256.1.1.1',
  '01.2.3.4',
  '1.2.3.4a',
  '-1.2.3.4',
  'localhost',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  '::g',
  '1.2.3.4::',
  '::1.2.3',
  '[::1',
  '10.0.0.1, 10.0.0.2',
])('refuses %j', (text) => {
  expect(words(text)).toBe(null);
  expect(words(text, readPeer)).toBe(null);
});

it('agrees with the system about what an address is', () => {
  const piece = fc.constantFrom('0', '1', '255', '256', 'ffff', '10000', ':', '::', '.', 'a', '01');
  const soup = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), soup), (text) => {
      expect(words(text) !== null).toBe(isIP(text) !== 0);
    }),
    { seed: 7, numRuns: 2000 },
  );
});

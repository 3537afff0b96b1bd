import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AddressTable } from './address-table.ts';

const table = (...blocks: string[]): AddressTable => {
  const result = new AddressTable();
  for (const block of blocks) expect(result.add(block)).toBe(true);
  return result;
};

it('gives the first block that has the address, not the closest', () => {
  const blocks = table('10.1.0.0/16', '10.0.0.0/8', '10.1.2.3', '::1', 'fd00::/8', '10.1.0.0/16');
  expect(blocks.find('10.1.2.3')).toBe(0);
  expect(blocks.find('10.2.2.3:1234')).toBe(1);
  expect(blocks.find('::ffff:10.2.2.3')).toBe(1);
  expect(blocks.find('[::1]:80')).toBe(3);
  expect(blocks.find('fdff::1')).toBe(4);
  expect(blocks.find('11.0.0.1')).toBe(-1);
  expect(blocks.find('not an address')).toBe(-1);
});

it('keeps the two kinds apart', () => {
  expect(table('::/0').find('10.0.0.1')).toBe(-1);
  expect(table('0.0.0.0/0').find('::1')).toBe(-1);
  expect(table('0.0.0.0/0').find('203.0.113.9')).toBe(0);
  expect(table('::/0').find('2001:db8::1')).toBe(0);
});

it.each([
  '',
  '10.0.0.0/',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/-1',
  '10.0.0.0/8.0',
  '10.0.0.1:80',
  '[::1]',
  'a/8',
  '10.0.0.0/8/8',
])('refuses %j', (block) => {
  expect(new AddressTable().add(block)).toBe(false);
});

it('agrees with the system about every block', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4());
  const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6());
  fc.assert(
    fc.property(fc.oneof(v4, v6), ([network, bits, address]) => {
      const family = network.includes(':') ? 'ipv6' : 'ipv4';
      // Mapped addresses count as IPv4 here and as either there.
      fc.pre(family === 'ipv4' || !/^(0*:)*:*ffff:/i.test(address + network));
      const list = new BlockList();
      list.addSubnet(network, bits, family);
      expect(table(`${network}/${bits}`).find(address) === 0).toBe(list.check(address, family));
      expect(table(`${network}/${bits}`).find(network)).toBe(0);
    }),
    { seed: 11, numRuns: 1000 },
  );
});

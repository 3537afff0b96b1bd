import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelIndex } from './label-index.ts';
import type { HostProgram } from './program.ts';
import { hostProgram } from './test-hosts.ts';

const hostOf = (labels: HostProgram['labels'], index: number): HostProgram =>
  hostProgram(`10.0.0.${index}`, 80, { labels, slot: index });

test('finds hosts by all of the labels; the address is one of them and nobody can give another', () => {
  const index = new LabelIndex(
    [{ v: '1', z: 'a' }, { v: '1', z: 'b' }, null, { v: '2', z: 'a', ip: '10.0.0.0' }].map(hostOf),
  );
  expect(index.find([])).toEqual([0, 1, 2, 3]);
  expect(index.find([['v', '1']])).toEqual([0, 1]);
  expect(
    index.find([
      ['z', 'a'],
      ['v', '1'],
    ]),
  ).toEqual([0]);
  expect(index.find([['v', '3']])).toEqual([]);
  expect(index.find([['x', '']])).toEqual([]);
  expect(index.find([['ip', '10.0.0.0']])).toEqual([0]);
  expect(
    index.find([
      ['z', 'a'],
      ['ip', '10.0.0.3'],
    ]),
  ).toEqual([3]);
});

test('agrees with a look at every host', () => {
  const labels = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.constantFrom('1', '2'));
  fc.assert(
    fc.property(fc.array(fc.option(labels), { maxLength: 12 }), labels, (all, wanted) => {
      const hosts = all.map(hostOf);
      const asked = Object.entries(wanted);
      const found = hosts.flatMap((host, index) =>
        asked.every(
          ([name, value]) => host.labels !== null && Object.hasOwn(host.labels, name) && host.labels[name] === value,
        )
          ? [index]
          : [],
      );
      expect(new LabelIndex(hosts).find(asked)).toEqual(found);
    }),
    { seed: 3, numRuns: 300 },
  );
});

import { expect, test } from 'vitest';
import { demandWork } from './gate.ts';
import { chooseGates } from './options.ts';
import { formatTable } from './table.ts';

test('the table says what each gate has looked at and names the ones that failed', () => {
  const good = { count: 12, unit: 'files', more: '40 references', problems: [] };
  const bad = { count: 3, unit: 'tests', more: '', problems: ['x'] };
  const rows = [
    { name: 'boundaries', result: good, seconds: 0.25 },
    { name: 'unit', result: bad, seconds: 12 },
  ];
  expect(formatTable(rows).split('\n')).toEqual([
    'ok     boundaries  12 files, 40 references   0.3 s',
    'FAILED unit        3 tests                  12.0 s  1 problem',
    'failed: unit (2 gates, 12.3 s)',
  ]);
  expect(formatTable(rows.slice(0, 1))).toContain('all gates passed (1 gates, 0.3 s)');
});

test('a gate that looked at nothing has not been passed', () => {
  const nothing = { count: 0, unit: 'files', more: '', problems: [] };
  expect(demandWork(nothing).problems).toHaveLength(1);
  expect(demandWork({ ...nothing, count: 1 }).problems).toEqual([]);
});

test('gates are chosen by name, and an unknown name is refused', () => {
  const all = ['lint', 'types', 'unit'];
  expect(chooseGates(all, '', '')).toEqual({ kind: 'chosen', names: all });
  expect(chooseGates(all, 'unit, lint', '')).toEqual({ kind: 'chosen', names: ['lint', 'unit'] });
  expect(chooseGates(all, '', 'unit')).toEqual({ kind: 'chosen', names: ['lint', 'types'] });
  expect(chooseGates(all, 'speed', '')).toEqual({ kind: 'unknown', names: ['speed'] });
});

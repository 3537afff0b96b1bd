/** Rules of a file, asked without a control plane. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { launch, NODE, ROOT, temporaryFolder } from './weft.ts';

const RULES = [
  {
    type: 'fault-inject',
    name: 'slow',
    app: 'front',
    services: ['a@Http1'],
    conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['ann'] }],
    spec: { ruleType: 'DELAY', fixedDelay: 300 },
  },
  {
    type: 'ROUTE',
    name: 'split',
    app: 'back',
    services: ['a@Http1'],
    direction: 'CLIENT',
    spec: {
      destinations: [
        { weight: 0, labels: { version: 'v1' } },
        { weight: 100, labels: { version: 'v2' } },
      ],
    },
  },
  { type: 'mock', name: 'none', app: 'front' },
];
const SLOW = { name: 'slow', app: 'front', request: 'GET http://a/x', headers: { user: 'ann' } };
const SPLIT = { name: 'split', app: 'front', direction: 'CLIENT', request: 'GET http://a/x' };

/** Runs `weft rule test` in a folder with these files. */
function run(rules: readonly object[], cases: unknown, ...more: readonly string[]) {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'rules.json'), JSON.stringify(rules));
  writeFileSync(path.join(cwd, 'cases.json'), JSON.stringify(cases));
  return weft(cwd, '-f', 'rules.json', '--cases', 'cases.json', ...more);
}
const weft = (cwd: string, ...args: readonly string[]) =>
  launch(NODE, ['--conditions=@weft/source', path.join(ROOT, 'apps/cli/src/main.ts'), 'rule', 'test', ...args], { cwd })
    .ended;

test('cases that hold are a line each, and 0', async () => {
  const { code, stdout } = await run(RULES.slice(0, 2), {
    cases: [
      { ...SLOW, expect: { verdict: 'delay', rule: 'slow', delayMs: 300, status: null } },
      { ...SPLIT, expect: { verdict: 'pass', rule: 'split', group: 'version=v2', passed: 1 } },
      // A rule is for its own app: what it asks of others does not matter here.
      { ...SLOW, name: 'another app', app: 'other', expect: { verdict: 'pass', rule: null, group: null } },
    ],
  });
  expect(stdout).toBe('✓ slow\n✓ split\n✓ another app\n3 of 3 cases hold\n');
  expect(code).toBe(0);
});

test('one that does not hold shows what was expected, what came, and the condition: 1', async () => {
  const cases = [{ ...SLOW, headers: { user: 'bob' }, expect: { verdict: 'delay', rule: 'slow', delayMs: 300 } }];
  const { code, stdout } = await run(RULES.slice(0, 2), cases);
  expect(stdout).toContain(
    '✗ slow\n    verdict: expected delay, got pass\n    rule: expected slow, got none\n    delayMs: expected 300, got 0\n',
  );
  expect(stdout).toMatch(/✗ Header user is ann \(had "bob"\)/);
  expect(code).toBe(1);
  const { stdout: json } = await run(RULES.slice(0, 2), cases, '--json');
  expect(JSON.parse(json)).toMatchObject({
    ok: false,
    failed: 1,
    items: [{ ok: false, differences: [{ field: 'verdict', expected: 'delay', got: 'pass' }, {}, {}] }],
  });
});

test.each([
  [
    'a type that is none',
    RULES,
    [{ ...SLOW, expect: { verdict: 'pass' } }],
    /rules\.json: rule 3 \(none\): type: unknown type of rules \(found "mock", expected one of LIMIT/,
  ],
  [
    'a field of a rule',
    [{ ...RULES[0], spec: { ruleType: 'DELAY', fixedDelay: -1 } }],
    [{ ...SLOW, expect: { verdict: 'pass' } }],
    /rule 1 \(slow\): spec\.fixedDelay: .*-1/,
  ],
  [
    'a case',
    RULES.slice(0, 1),
    [{ ...SLOW, expect: { verdict: 'no' } }],
    /cases\.json: case 1 \(slow\): expect\.verdict: found "no"/,
  ],
  ['no rules', [], [{ ...SLOW, expect: { verdict: 'pass' } }], /rules\.json: the file has no rules/],
])('2 for what is wrong, with its place: %s', async (_title, rules, cases, said) => {
  const { code, stderr } = await run(rules as object[], cases);
  expect(stderr).toMatch(said);
  expect(code).toBe(2);
});

test('a file that is not there or too large, and a command line that says half of it: 2', async () => {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'rules.json'), JSON.stringify(RULES.slice(0, 1)));
  writeFileSync(path.join(cwd, 'large.yaml'), `# ${'x'.repeat(1024 * 1024)}\n`);
  const said = async (...args: readonly string[]) => {
    const { code, stderr } = await weft(cwd, ...args);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await said('-f', 'rules.json', '--cases', 'gone.yaml')).toContain('gone.yaml: there is no such file');
  expect(await said('-f', 'rules.json', '--cases', 'large.yaml')).toContain('large.yaml is over 1 MiB');
  expect(await said('--cases', 'gone.yaml')).toContain('-f names their file');
  expect(await said('-f', 'rules.json')).toContain('--request or --cases: expected one of them');
});

test('the rules of the demo do what their cases say', async () => {
  const { code, stdout } = await weft(ROOT, '-f', 'demo/bookinfo/rules.yaml', '--cases', 'demo/bookinfo/cases.yaml');
  expect(stdout).toMatch(/\n4 of 4 cases hold\n$/);
  expect(code).toBe(0);
});

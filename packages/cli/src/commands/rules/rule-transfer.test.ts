import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ApiClient, RULE_KINDS, type RuleInput } from '@weft/api';
import { LimitRuleBody } from '@weft/api/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocument, readRules } from './rule-file.ts';
import { exportRules, importRules } from './rule-transfer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-transfer-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With words that YAML reads as something else unless they are quoted. */
const LIMIT = {
  name: 'qps',
  app: 'yes',
  services: ['*', '@a', '1.10', 'null', '', ' x', 'a: b # c', '- d'],
  enabled: true,
  description: 'line 1\r\nline 2\n\n  #3\t\n',
  spec: { threshold: 1.5, body: '{"a":\t"\u0007é\u2028"}\n', at: '2026-01-01', long: `${'word '.repeat(60)}end` },
};
const AUTH = { name: 'callers', app: 'details', services: ['*'], enabled: false, spec: { hex: '0x10', on: 'on' } };

/** A control plane with a rule of each of two types, whose clock goes on. */
function plane(limit: object = LIMIT) {
  let seconds = 0;
  const imported: object[] = [];
  const rulesOf: Readonly<Record<string, readonly object[]>> = { LIMIT: [limit], AUTH: [AUTH] };
  const ms = Object.fromEntries(
    RULE_KINDS.flatMap(({ id, type }) => [
      [
        `export${id}Rules`,
        async () => ({
          format: 'weft-rules/v1',
          type,
          exportedAt: `2026-01-01T00:00:${10 + seconds++}Z`,
          tenant: 'default',
          workspace: 'default',
          rules: rulesOf[type] ?? [],
        }),
      ],
      [
        `import${id}Rules`,
        async ({ body }: { readonly body: object }) => {
          imported.push(body);
          return { applied: true, items: [] };
        },
      ],
    ]),
  );
  return { client: { ms } as unknown as ApiClient, imported };
}
const ALL = [
  { type: 'LIMIT', ...LIMIT },
  { type: 'AUTH', ...AUTH },
];

test.each(['rules.yaml', 'rules.yml', 'RULES.YAML'])(
  '%s is YAML, and what apply and import read is what was exported',
  async (name) => {
    const { client, imported } = plane();
    const output = path.join(folder, name);
    expect(await exportRules(client, [], { output })).toMatchObject({ text: `${output}: 2 rules (1 limit, 1 auth)` });
    const text = readFileSync(output, 'utf8');
    expect(text).toMatch(
      /^format: weft-rules\/v1\ntenant: default\nworkspace: default\nrules:\n {2}- type: LIMIT\n {4}name: qps\n/,
    );
    expect(await readDocument(output)).toEqual({
      format: 'weft-rules/v1',
      tenant: 'default',
      workspace: 'default',
      rules: ALL,
    });
    const read = await readRules(output);
    expect(read.map(({ type, body }) => ({ type, ...body }))).toEqual(ALL);
    await importRules(client, output, { conflict: 'skip', dryRun: true });
    expect(imported).toMatchObject([
      { type: 'LIMIT', rules: [LIMIT] },
      { type: 'AUTH', rules: [AUTH] },
    ]);
    // A file in git has no difference where the rules have none.
    await exportRules(client, [], { output });
    expect(readFileSync(output, 'utf8')).toBe(text);
  },
);

test('a text of several lines is a block, unless YAML loses something of it there', async () => {
  const output = path.join(folder, 'blocks.yaml');
  const written = async (...bodies: readonly string[]) => {
    await exportRules(plane({ ...LIMIT, spec: { bodies } }).client, [], { output });
    const [rule] = await readRules(output);
    expect(rule?.body.spec).toEqual({ bodies });
    return readFileSync(output, 'utf8');
  };
  expect(await written('{\n  "a": 1\n}\n')).toContain('- |\n          {\n            "a": 1\n          }\n');
  expect(await written('{\n}\n', ' \n')).toContain('- "{\\n}\\n"\n        - "\\ \\n"\n');
});

test.each(['rules.json', 'rules'])('%s is JSON that says when it was written', async (name) => {
  const output = path.join(folder, name);
  await exportRules(plane().client, [], { output });
  const file: unknown = JSON.parse(readFileSync(output, 'utf8'));
  expect(file).toMatchObject({ exportedAt: expect.stringMatching(/^2026-/), rules: ALL });
});

test('standard output is JSON, and no file is made', async () => {
  const { text } = await exportRules(plane().client, [], {});
  expect(JSON.parse(text)).toMatchObject({ exportedAt: expect.any(String), rules: ALL });
});

test('a folder that is not there is named', async () => {
  const output = path.join(folder, 'none', 'rules.yaml');
  await expect(exportRules(plane().client, [], { output })).rejects.toThrow(/there is no folder .*none; make it/);
  expect(existsSync(output)).toBe(false);
});

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, object>>): string {
  const name = mkdtempSync(path.join(folder, 'import-'));
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(name, file), JSON.stringify(content));
  return name;
}
const fileOf = (...rules: readonly object[]): object => ({ format: 'weft-rules/v1', rules });
const FLOWS = [{ resource: 'GET:/pay', count: 20, grade: 1, controlBehavior: 0, limitApp: 'default' }];

test('a folder is imported as its files together, those of other products as well', async () => {
  const { client, imported } = plane();
  const name = folderWith({ 'b.json': fileOf({ type: 'AUTH', ...AUTH }), 'a.yaml': fileOf(LIMIT), 'c.json': FLOWS });
  writeFileSync(path.join(name, 'README.md'), '# none');
  await importRules(client, name, { conflict: 'skip', dryRun: true, app: 'shop', service: 's@Http1', partial: true });
  expect(imported).toMatchObject([
    { type: 'LIMIT', rules: [LIMIT, { app: 'shop' }] },
    { type: 'AUTH', rules: [AUTH] },
  ]);
});

test('what two files of a folder have, and a file that is none of rules, is told before anything is sent', async () => {
  const { client, imported } = plane();
  const twins = folderWith({ 'a.yaml': fileOf(LIMIT), 'b.json': fileOf(LIMIT) });
  await expect(importRules(client, twins, { conflict: 'skip' })).rejects.toThrow(/a\.yaml.*b\.json|b\.json.*a\.yaml/s);
  const other = folderWith({ 'a.yaml': fileOf(LIMIT), 'b.json': { some: 'thing' } });
  await expect(importRules(client, other, { conflict: 'skip' })).rejects.toThrow(
    /b\.json is neither a file of weft rule/,
  );
  expect(imported).toEqual([]);
});

test('rules of other products that two files name alike are told apart by their files, and remarks say which file they are of', async () => {
  const left = { resource: 'job', count: 1, grade: 1 };
  const warm = { resource: '/up', count: 5, grade: 1, controlBehavior: 1 };
  const pay = { resource: '/pay', count: 20, grade: 1 };
  const own = { ...LIMIT, app: 'shop', name: 'sentinel /own' };
  const named = async (files: Readonly<Record<string, object>>) => {
    const { client, imported } = plane();
    const name = folderWith(files);
    const { text, json } = await importRules(client, name, { conflict: 'skip', app: 'shop', partial: true });
    const rules = (imported as { readonly rules: readonly RuleInput[] }[]).flatMap((file) => file.rules);
    return { names: rules.map((rule) => rule.name), text: text.replaceAll(`${name}${path.sep}`, ''), json };
  };
  const files = {
    'a.json': [pay, pay, { ...pay, app: 'other' }, { ...pay, resource: '/own' }, left],
    'b.json': [pay, pay, warm],
    'b.yaml': [pay],
    'b.yml': [pay],
    'z.json': fileOf(own),
  };
  const { names, text, json } = await named(files);
  expect(names).toEqual([
    'sentinel /pay',
    'sentinel /pay (2)',
    'sentinel /pay',
    'sentinel /own (a)',
    'sentinel /pay (b)',
    'sentinel /pay (2) (b)',
    'sentinel /up',
    'sentinel /pay (b.yaml)',
    'sentinel /pay (b.yml)',
    'sentinel /own',
  ]);
  expect((await named(files)).names).toEqual(names);
  expect(text.split('\n').filter((line) => line.startsWith('  !'))).toEqual([
    expect.stringMatching(/^ {2}! a\.json: rule 5 "job" left out: /),
    expect.stringMatching(/^ {2}! b\.json: rule 3 "\/up" changed: /),
  ]);
  expect(json).toMatchObject({
    remarks: [{ file: expect.stringMatching(/a\.json$/) }, { file: expect.stringMatching(/b\.json$/) }],
  });
  const alone = await named({ 'a.json': [pay, left] });
  expect(alone.names).toEqual(['sentinel /pay']);
  expect(alone.text).toContain('\n  ! rule 2 "job" left out: ');
});

test('a name that is told apart is one that rules may have, whatever the file is called', async () => {
  const { client, imported } = plane();
  const flows = [{ resource: `/${'p'.repeat(300)}`, count: 1, grade: 1 }];
  const stem = `\u200b\n${'\u00fc'.repeat(98)}`;
  const name = folderWith({ 'a.json': flows, [`${stem}1.json`]: flows, [`${stem}2.json`]: flows });
  await importRules(client, name, { conflict: 'skip', app: 'shop' });
  const names = (imported as { readonly rules: readonly RuleInput[] }[]).flatMap(({ rules }) =>
    rules.map((rule) => rule.name),
  );
  expect(new Set(names).size).toBe(3);
  const { maxLength, pattern } = LimitRuleBody.properties.name as object as { maxLength: number; pattern: string };
  for (const one of names) {
    expect(one.length).toBeLessThanOrEqual(maxLength);
    expect(one).toMatch(new RegExp(pattern, 'u'));
  }
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApiClient } from '@weft/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRules } from './rule-file.ts';
import { simulate } from './rule-simulate.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const name = path.join(folder, 'rules');
  writeFileSync(name, text);
  return name;
}

test('one rule, a list, or a file of export; JSON or YAML', async () => {
  const names = async (text: string): Promise<string[]> => (await readRules(file(text))).map(({ body }) => body.name);
  expect(await names('{"name":"a","app":"x"}')).toEqual(['a']);
  expect(await names('- { name: a, app: x }\n- { name: b, app: x }\n')).toEqual(['a', 'b']);
  expect(await names('{"format":"weft-rules/v1","rules":[{"name":"c","app":"x"}]}')).toEqual(['c']);
});

test('says which rule of which file is none', async () => {
  await expect(readRules(file('- { name: a, app: x }\n- { name: b }\n'))).rejects.toThrow(
    /rule 2 \(b\) has no name or no app/,
  );
  await expect(readRules(file('{"name":'))).rejects.toThrow(/neither JSON nor YAML/);
  await expect(readRules(path.join(folder, 'none'))).rejects.toThrow(/none: there is no such file$/);
});

test('YAML may begin as JSON does; what is broken is told with its line', async () => {
  const text = '[\n  { name: a, app: x },\n]\n';
  expect(await readRules(file(text))).toMatchObject([{ body: { name: 'a' } }]);
  await expect(readRules(file('['))).rejects.toThrow(/: Flow sequence must end with a \] at line 1, column 2$/);
  await expect(readRules(file('{\n"name": "a",\n"app": "x'))).rejects.toThrow(/ at line 3, /);
  const named = path.join(folder, 'rules.json');
  writeFileSync(named, text);
  await expect(readRules(named)).rejects.toThrow(
    /rules\.json is YAML, and by its name JSON: .* in JSON at position .*line 2/,
  );
  writeFileSync(named, '[');
  await expect(readRules(named)).rejects.toThrow(/ at line 1, column 2$/);
});

test('a tab in the indentation of YAML is named', async () => {
  await expect(readRules(file('- name: a\n\tapp: x\n'))).rejects.toThrow(
    / at line 2, column 2; YAML indents with spaces: tab at line 2$/,
  );
  await expect(readRules(file('{\n\t"name": "a",\n\t"app": '))).rejects.toThrow(/^[^;]*$/);
});

test.each(['', '# later\n', 'null'])('%j has no rules', async (text) => {
  await expect(readRules(file(text))).rejects.toThrow(/rules: the file has no rules$/);
});

test.each(['servers: []', 'cluster_manager: {}'])('says that a configuration of a proxy is one: %s', async (text) => {
  await expect(readRules(file(text))).rejects.toThrow(/rules is a configuration of a proxy, for weft proxy start -c; /);
});

test('a list without rules is one', async () => expect(await readRules(file('{"rules":[]}'))).toEqual([]));

test.each(['[]', '{"format":"weft-rules/v1","rules":[]}'])('%s has nothing to simulate', async (text) => {
  const client = createApiClient({ baseUrl: 'http://127.0.0.1:1' });
  await expect(simulate(client, { file: file(text), minutes: '10' })).rejects.toThrow(/rules: the file has no rules$/);
});

test('a rule has its own type, else that of the file', async () => {
  const text =
    '{"format":"weft-rules/v1","type":"FUSE","rules":[{"name":"a","app":"x"},{"name":"b","app":"x","type":"AUTH"}]}';
  const rules = await readRules(file(text));
  expect(rules.map(({ type }) => type)).toEqual(['FUSE', 'AUTH']);
  expect(rules.map(({ body }) => 'type' in body)).toEqual([false, false]);
  expect(rules[1]?.place).toMatch(/rules: rule 2 \(b\)$/);
});

test.each(['servers: []', '{"name":', 'a', '- { name: a }', '', null])(
  '%j ends with 1, as a file that is not there does',
  async (text) => {
    const name = text === null ? path.join(folder, 'none') : file(text);
    await expect(readRules(name)).rejects.toMatchObject({ exitCode: 1 });
  },
);

test('names every rule that is none', async () => {
  await expect(readRules(file('- { name: a }\n- { app: x }\n'))).rejects.toThrow(
    /rule 1 \(a\) has no name or no app.*\n.*rule 2 has no name/,
  );
});

test.each([
  ['spec: { threshold: .nan }', 'spec.threshold: found NaN, expected a number with digits'],
  ['spec: { zoneSpec: [{ zone: Z, threshold: 1e400 }] }', 'spec.zoneSpec[0].threshold: found Infinity'],
  ['spec: &a { zoneSpec: [*a] }', 'spec.zoneSpec[0]: found an alias of what it is in, expected no circle'],
  ['type: &a [*a]', 'type[0]: found an alias of what it is in, expected no circle'],
])('says what JSON cannot: %s', async (spec, said) => {
  await expect(readRules(file(`- { name: a, app: x }\n- { name: b, app: x, ${spec} }\n`))).rejects.toThrow(
    `rule 2 (b): ${said}`,
  );
});

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const name = mkdtempSync(path.join(folder, 'folder-'));
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(name, file), text);
  return name;
}

test('a folder has the rules of its files, in the order of their names; the type of a file is of its rules', async () => {
  const name = folderWith({
    'c.yml': '- { name: c, app: x }',
    'b.json': '{"type":"FUSE","rules":[{"name":"b1","app":"x"},{"name":"b2","app":"x"}]}',
    'A.YAML': 'name: a\napp: x\n',
    'README.md': '# none',
    '.d.yaml.swp': 'none',
    '.e.yaml': 'none',
  });
  // A folder in it is not looked into; what a link leads to is.
  mkdirSync(path.join(name, 'more.yaml'));
  writeFileSync(path.join(name, 'more.yaml', 'f.yaml'), 'none');
  symlinkSync(path.join(name, 'A.YAML'), path.join(name, 'z.yaml'));
  const rules = await readRules(name);
  expect(rules.map(({ type, body, place }) => [type, body.name, path.relative(name, place)])).toEqual([
    [undefined, 'a', 'A.YAML: rule 1 (a)'],
    ['FUSE', 'b1', 'b.json: rule 1 (b1)'],
    ['FUSE', 'b2', 'b.json: rule 2 (b2)'],
    [undefined, 'c', 'c.yml: rule 1 (c)'],
    [undefined, 'a', 'z.yaml: rule 1 (a)'],
  ]);
});

test('what is wrong in a folder is told with its file', async () => {
  await expect(readRules(folderWith({ 'a.yaml': 'name: a\napp: x', 'cases.yaml': 'cases: []' }))).rejects.toThrow(
    /cases\.yaml: rule 1 has no name or no app/,
  );
  const broken = folderWith({});
  symlinkSync(path.join(broken, 'none'), path.join(broken, 'a.yaml'));
  await expect(readRules(broken)).rejects.toThrow(/a\.yaml: there is no such file$/);
});

test('a folder has files of rules, at most 1000 of them and 8 MiB', async () => {
  await expect(readRules(folderWith({ 'README.md': '' }))).rejects.toThrow(
    /folder-\w+: no file in this folder ends in \.yaml, \.yml or \.json$/,
  );
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`${index}.json`, '[]']));
  await expect(readRules(folderWith(many))).rejects.toThrow(/: found 1001 files of rules, expected at most 1000$/);
  const half = `#${' '.repeat(4 * 1024 * 1024)}\n[]`;
  await expect(readRules(folderWith({ 'a.yaml': half, 'b.yaml': half }))).rejects.toThrow(
    /folder-\w+: the files in it are over 8 MiB$/,
  );
});

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readRules } from './rule-file.ts';

const root = new URL('../../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const guide = read('docs/guides/govern-services.md');

test('the files that commands of the guide read are there', () => {
  const files = [...guide.matchAll(/weft rule [^\n`]*?-f ([^\s`]+)/g)].map(([, file]) => file as string);
  expect(files).toContain('demo/bookinfo/draft.yaml');
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
});

test('the draft is another content of a rule that the guide applies before', async () => {
  const rulesOf = (file: string) => readRules(fileURLToPath(new URL(file, root)));
  const rules = await rulesOf('demo/bookinfo/rules.yaml');
  for (const { body: draft } of await rulesOf('demo/bookinfo/draft.yaml')) {
    const rule = rules.find(({ body }) => body.app === draft.app && body.name === draft.name)?.body;
    expect(rule).toBeDefined();
    expect(rule).not.toEqual(draft);
  }
});

test('the rule for a share of the callers is shown as its file has it', () => {
  const content = read('demo/bookinfo/share.yaml').replace(/^#.*\n/gm, '');
  expect(guide).toContain(`\`\`\`yaml\n${content}\`\`\``);
});

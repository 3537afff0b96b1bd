import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const guide = read('docs/guides/govern-services.md');

test('the files that commands of the guide read are there', () => {
  const files = [...guide.matchAll(/weft rule [^\n`]*?-f ([^\s`]+)/g)].map(([, file]) => file as string);
  expect(files).toContain('demo/bookinfo/draft.yaml');
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
});

test('the draft is another content of a rule that the guide applies before', () => {
  const rules: readonly { app: string; name: string }[] = parse(read('demo/bookinfo/rules.yaml'));
  for (const draft of parse(read('demo/bookinfo/draft.yaml'))) {
    const rule = rules.find(({ app, name }) => app === draft.app && name === draft.name);
    expect(rule).toBeDefined();
    expect(rule).not.toEqual(draft);
  }
});

test('the rule for a share of the callers is shown as its file has it', () => {
  const content = read('demo/bookinfo/share.yaml').replace(/^#.*\n/gm, '');
  expect(guide).toContain(`\`\`\`yaml\n${content}\`\`\``);
});

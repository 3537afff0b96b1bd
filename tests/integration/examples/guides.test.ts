import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

it.each([
  ['docs/guides/write-a-protocol.md', 'tests/examples/line-protocol/index.ts', 150],
  ['docs/guides/write-a-protocol.md', 'tests/integration/examples/line-protocol.test.ts', 30],
  ['docs/guides/write-a-filter.md', 'tests/examples/request-id-filter/index.ts', 40],
])('%s shows %s as it is', (guide, file, maxLines) => {
  const source = read(file);
  expect(read(guide)).toContain(`\`\`\`ts\n${source}\`\`\``);
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(maxLines);
});

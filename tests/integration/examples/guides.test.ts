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

/** Members of the interfaces of a source file. */
function membersOf(file: string, interfaces: readonly string[]): string[] {
  const source = read(file);
  return interfaces.flatMap((name) => {
    const [, body = ''] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(source) ?? [];
    const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member]) => member as string);
    expect(members, name).not.toEqual([]);
    return members;
  });
}

it('the guide to protocols names every part of the interfaces', () => {
  const guide = read('docs/guides/write-a-protocol.md');
  const members = [
    ...membersOf('packages/sdk/src/protocol/protocol.ts', ['Protocol']),
    ...membersOf('packages/sdk/src/protocol/codec.ts', [
      'Link',
      'Codec',
      'ServerCodec',
      'ClientCodec',
      'ServerHandler',
      'ClientHandler',
    ]),
    ...membersOf('packages/sdk/src/protocol/stream.ts', ['StreamSink', 'StreamBase', 'ServerStream', 'ClientStream']),
  ];
  // Who writes a protocol does not write its kind: `defineProtocol` does.
  expect(members.filter((name) => name !== 'kind' && !new RegExp(`\\b${name}\\b`).test(guide))).toEqual([]);
  expect(members).toEqual(expect.arrayContaining(['resetUnfetched', 'keptBytesChanged', 'unread', 'sendWhole']));
});

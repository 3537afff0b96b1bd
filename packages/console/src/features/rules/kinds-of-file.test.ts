import { expect, it } from 'vitest';
import { kindsOfFile, partOfKind } from './kinds-of-file.ts';

it.each([
  [{ type: 'FUSE', rules: [] }, ['FUSE']],
  [{ rules: [{ type: 'HIJACK' }, { type: 'LIMIT' }, { type: 'LIMIT' }, null] }, ['LIMIT', 'HIJACK']],
  [{ rules: [{}] }, []],
  [{ type: 'OF_A_NEWER_SERVER' }, []],
  [null, []],
  ['text', []],
])('%j holds %j', (file, types) => expect(kindsOfFile(file).map(({ type }) => type)).toEqual(types));

it('takes of a file of several types the rules of one', () => {
  const rule = (type: string | undefined, name: string) => ({ ...(type === undefined ? {} : { type }), name }) as never;
  const file = {
    format: 'weft-rules/v1' as const,
    rules: [rule('FUSE', 'a'), rule('LIMIT', 'b'), rule(undefined, 'c')],
  };
  expect(partOfKind(file, 'LIMIT').rules).toEqual([{ name: 'b' }, { name: 'c' }]);
  expect(partOfKind({ ...file, type: 'FUSE' }, 'FUSE').rules).toEqual([{ name: 'a' }, { name: 'c' }]);
});

import { expect, it } from 'vitest';
import { kindsOfFile } from './kinds-of-file.ts';

it.each([
  [{ type: 'FUSE', rules: [] }, ['FUSE']],
  [{ rules: [{ type: 'HIJACK' }, { type: 'LIMIT' }, { type: 'LIMIT' }, null] }, ['LIMIT', 'HIJACK']],
  [{ rules: [{}] }, []],
  [{ type: 'OF_A_NEWER_SERVER' }, []],
  [null, []],
  ['text', []],
])('%j holds %j', (file, types) => expect(kindsOfFile(file).map(({ type }) => type)).toEqual(types));

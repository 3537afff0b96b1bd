import { createRequire } from 'node:module';
import {
  DraftReader,
  DraftSkipper,
  DraftWriter,
  Hessian2Reader,
  Hessian2Skipper,
  Hessian2Writer,
  HessianObject,
  TypedList,
  TypedMap,
} from '@weft/hessian';
import { describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);

interface Foreign {
  encode(value: unknown, version: '2.0'): Buffer;
  decode(bytes: Buffer, version: '2.0'): unknown;
}

/** In the notation of these libraries, ours, and what they read of it. */
const VALUES: readonly (readonly [name: string, foreign: unknown, own: unknown, read: unknown])[] = [
  ['null', null, null, null],
  ['int', { $class: 'int', $: 300_000 }, 300_000, 300_000],
  ['long', { $class: 'long', $: 5_000_000_000 }, 5_000_000_000n, 5_000_000_000],
  ['small long', { $class: 'long', $: 200_000 }, 200_000n, 200_000],
  ['double', { $class: 'double', $: 12.34 }, 12.34, 12.34],
  ['string', 'grüß', 'grüß', 'grüß'],
  ['long string', 'ü'.repeat(40_000), 'ü'.repeat(40_000), 'ü'.repeat(40_000)],
  ['bytes', Buffer.alloc(70_000, 7), Buffer.alloc(70_000, 7), Buffer.alloc(70_000, 7)],
  ['date', new Date(1_700_000_000_123), new Date(1_700_000_000_123), new Date(1_700_000_000_123)],
  ['list', ['a', 'b'], ['a', 'b'], ['a', 'b']],
  ['map', { a: 'b' }, new Map([['a', 'b']]), { a: 'b' }],
  [
    'typed map',
    { $class: 'java.util.TreeMap', $: { a: 'b' }, isMap: true },
    new TypedMap('java.util.TreeMap', new Map([['a', 'b']])),
    { a: 'b' },
  ],
  [
    'typed list',
    { $class: '[string', $: ['a', 'b', 'c'], isArray: true },
    new TypedList('[string', ['a', 'b', 'c']),
    ['a', 'b', 'c'],
  ],
  [
    'object',
    { $class: 'a.Pojo', $: { name: 'x', inner: { $class: 'a.Pojo', $: { name: 'y', inner: null } } } },
    new HessianObject('a.Pojo', [
      ['name', 'x'],
      [
        'inner',
        new HessianObject('a.Pojo', [
          ['name', 'y'],
          ['inner', null],
        ]),
      ],
    ]),
    { name: 'x', inner: { name: 'y', inner: null } },
  ],
];

const FORMS = [
  {
    library: 'hessian.js',
    hessian: require('hessian.js') as Foreign,
    read: (bytes: Buffer): unknown => new Hessian2Reader(bytes).read(),
    skip: (bytes: Buffer): number => new Hessian2Skipper().skip(bytes, 0, bytes.length),
    writer: () => new Hessian2Writer(),
  },
  {
    library: 'hessian.js-1',
    hessian: require('hessian.js-1') as Foreign,
    read: (bytes: Buffer): unknown => new DraftReader(bytes).read(),
    skip: (bytes: Buffer): number => new DraftSkipper().skip(bytes, 0, bytes.length),
    writer: () => new DraftWriter(),
  },
];

describe.each(FORMS)('$library', ({ hessian, read, skip, writer }) => {
  it.each(VALUES)('%s', (name, foreign, own, theirs) => {
    // `hessian.js` writes such a map as an object.
    if (name !== 'typed map') {
      const bytes = hessian.encode(foreign, '2.0');
      expect(read(bytes)).toEqual(own);
      expect(skip(bytes)).toBe(bytes.length);
    }
    const target = writer();
    target.write(own);
    expect(hessian.decode(target.toBuffer(), '2.0')).toEqual(theirs);
  });
});

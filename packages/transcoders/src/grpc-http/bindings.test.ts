import { ConfigError } from '@weft/kit';
import { TranscodeError } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { Descriptors, field } from '../common/proto/index.ts';
import { LIBRARY } from '../common/testdata/books.ts';
import { Bindings, type FoundBinding } from './bindings.ts';
import { httpGrpc } from './index.ts';
import { decodeValue, parseTemplate } from './path-template.ts';

const bindings = new Bindings(LIBRARY);
const found = (method: string, path: string): unknown => {
  const binding = bindings.find(method, path);
  return binding === null ? null : [binding.binding.method.name, ...binding.pathValues];
};

describe('google.api.http', () => {
  it.each<[method: string, path: string, found: unknown]>([
    ['GET', '/v1/shelves/1/books/2', ['GetBook', 'shelves/1/books/2']],
    ['PATCH', '/v1/shelves/1/books/2', ['UpdateBook', 'shelves/1/books/2']],
    ['GET', '/v1/books/a%2Fb?full=true', ['GetBook', 'a%2Fb']],
    ['GET', '/v1/shelves/1/2/3:author', ['ReadAuthor', 'shelves/1/2/3']],
    ['GET', '/v1/shelves/1/books/2:author', ['ReadAuthor', 'shelves/1/books/2']],
    ['GET', '/v1/shelves/1/books', ['ListBooks', '1']],
    ['POST', '/v1/loans', ['Lend']],
    ['POST', '/library.Library/Discuss', ['Discuss']],
    ['GET', '/library.Library/Discuss', null],
    ['GET', '/v1/loans', null],
    ['GET', '/v1/shelves//books', null],
    ['POST', '/library.Library/discuss', null],
    ['GET', '/v1/shelves/1/books/2/3', null],
  ])('%s %s', (method, path, expected) => {
    expect(found(method, path)).toEqual(expected);
  });

  it('a method has its paths in the order of the `.proto`, and its own name behind them', () => {
    const of = (name: string) =>
      bindings
        .of(`/library.Library/${name}`)
        ?.map(({ httpMethod, body, template }) => [
          httpMethod,
          typeof body === 'object' ? body.name : body,
          template.variables.length,
        ]);
    expect(of('GetBook')).toEqual([
      ['GET', 'nothing', 1],
      ['GET', 'nothing', 1],
      ['POST', 'message', 0],
    ]);
    expect(of('UpdateBook')?.[0]).toEqual(['PATCH', 'book', 1]);
    expect(of('Steal')).toBeUndefined();
  });

  it('descriptors that are none are refused with their place', () => {
    const create = () => httpGrpc.create({ descriptors: ['AAAA'], unknownFields: 'refuse', defaults: 'omit' });
    expect(create).toThrow(ConfigError);
  });
});

describe('templates of paths', () => {
  it('give a path for values that fit, and null for others', () => {
    const template = parseTemplate('/v1/{name=shelves/*/books/*}:lend');
    expect(template.expand(['shelves/a b/books/%'])).toBe('/v1/shelves/a%20b/books/%25:lend');
    expect(template.match('/v1/shelves/a%20b/books/%25:lend')).toEqual(['shelves/a%20b/books/%25']);
    for (const value of ['', 'shelves/1', 'shelves//books/1', 'books/1/shelves/2'])
      expect(template.expand([value])).toBeNull();
    expect(parseTemplate('/v1/*/x').expand([])).toBeNull();
    expect(parseTemplate('/v1/{rest=**}').expand(['a/b'])).toBe('/v1/a/b');
    // What a variable has to be counts, too.
    const lengths = [
      '/v1/{name=**}',
      '/v1/{name=shelves/*}',
      '/v1/{name=shelves/**}:lend',
      '/v1/*',
      '/v1/shelves/*',
    ].map((text) => parseTemplate(text).literalLength);
    expect(lengths).toEqual([4, 12, 17, 4, 12]);
    // A slash is part of one value only where several segments are.
    expect(parseTemplate('/v1/{name}').expand(['a/b'])).toBe('/v1/a%2Fb');
  });

  it.each(['.', '..', '../x', 'x/..', 'x/./y'])('%j calls no other path', (value) => {
    const refused = 'name: . and .. are no segments of a path';
    expect(() => parseTemplate('/v1/{name=**}').expand([value])).toThrow(new TranscodeError(refused));
    expect(() => parseTemplate('/v1/{name=shelves/*}').expand([`shelves/${value}`])).toThrow(TranscodeError);
    // In one segment slashes are escaped, and dots between them are no segments.
    const one = parseTemplate('/v1/{name}');
    if (value.includes('/')) expect(one.expand([value])).toBe(`/v1/${encodeURIComponent(value)}`);
    else expect(() => one.expand([value])).toThrow(TranscodeError);
  });

  it('an empty segment among several fits nowhere', () => {
    const template = parseTemplate('/v1/{name=**}');
    expect(['/x', 'x/', 'x//y'].map((value) => template.expand([value]))).toEqual([null, null, null]);
    expect(['...', '..x', ''].map((value) => template.expand([value]))).toEqual(['/v1/...', '/v1/..x', '/v1/']);
  });

  it('values are decoded, slashes of several segments are not', () => {
    expect(decodeValue('a%2Fb%20', { field: 'x', severalSegments: false })).toBe('a/b ');
    expect(decodeValue('a%2Fb/%20', { field: 'x', severalSegments: true })).toBe('a%2Fb/ ');
    expect(() => decodeValue('%zz', { field: 'x', severalSegments: false })).toThrow('escapes that are none');
  });

  it.each(['', 'v1', '/v1/{', '/v1/{}', '/v1/}', '/v1/{a=}', '/v1/{1}'])('%j is none', (text) => {
    expect(() => parseTemplate(text)).toThrow('is no template of a path');
  });
});

describe('paths of several methods', () => {
  const part = (number: number, value: string | Uint8Array): Buffer =>
    Buffer.concat(field(number, typeof value === 'string' ? Buffer.from(value) : value));
  const method = (name: string, get: string): Buffer => {
    const options = part(72_295_728, part(2, get));
    return part(2, Buffer.concat([part(1, name), part(2, '.a.M'), part(3, '.a.M'), part(4, options)]));
  };
  // A message M { string name = 1; } of the package `a`, and its service.
  const name = Buffer.concat([part(1, 'name'), Buffer.from([0x18, 1, 0x20, 1, 0x28, 9])]);
  const message = part(4, Buffer.concat([part(1, 'M'), part(2, name)]));
  const methods = (given: Readonly<Record<string, string>>): Bindings => {
    const service = Object.entries(given).map(([own, get]) => method(own, get));
    const file = [part(2, 'a'), message, part(6, Buffer.concat([part(1, 'S'), ...service])), part(12, 'proto3')];
    return new Bindings(new Descriptors([part(1, Buffer.concat(file))]));
  };

  it.each([
    ['/v1/shelves/1', 'GetShelf', ['shelves/1']],
    ['/v1/shelves/1:lend', 'Lend', ['shelves/1']],
    ['/v1/shelves/1/2', 'Any', ['shelves/1/2']],
    ['/v1/x', 'Any', ['x']],
  ])('%s is for the one that says most of it, wherever it stands in the file', (path, expected, values) => {
    const given = { Any: '/v1/{name=**}', GetShelf: '/v1/{name=shelves/*}', Lend: '/v1/{name=shelves/*}:lend' };
    for (const order of [Object.entries(given), Object.entries(given).reverse()]) {
      const { binding, pathValues } = methods(Object.fromEntries(order)).find('GET', path) as FoundBinding;
      expect([binding.method.name, pathValues]).toEqual([expected, values]);
    }
  });
});

import { ConfigError } from '@weft/kit';
import { describe, expect, it } from 'vitest';
import { LIBRARY } from '../common/testdata/books.ts';
import { Bindings } from './bindings.ts';
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
    // A slash is part of one value only where several segments are.
    expect(parseTemplate('/v1/{name}').expand(['a/b'])).toBe('/v1/a%2Fb');
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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonBody } from './json-body.ts';

const fieldsOf = (text: string): unknown => {
  try {
    return parseJsonBody(text);
  } catch (error) {
    const { code, fields } = error as { code: string; fields: { path: string; message: string }[] };
    return [code, fields[0]?.path];
  }
};

const namesNoPrototype = (text: string): boolean => !/"(__proto__|prototype)"/.test(text);

describe('a body of JSON', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }).filter(namesNoPrototype), (text) => {
        expect(parseJsonBody(text)).toEqual(JSON.parse(text));
      }),
      { seed: 7, numRuns: 300, examples: [['{"a\\"b":{"c":[{"a":1},{"a":":"}]}}'], [' [ "x" , { } ] ']] },
    );
    expect(parseJsonBody('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(parseJsonBody('')).toBeUndefined();
  });

  test('is refused by name where one of two values would be lost, or a prototype is named', () => {
    expect(fieldsOf('{"name":"a","spec":{"t":1, "t" :2}}')).toEqual(['INVALID', '/spec/t']);
    expect(fieldsOf('{"a":1,"\\u0061":2}')).toEqual(['INVALID', '/a']);
    expect(fieldsOf('{"headers":{"__proto__":{"x":1}}}')).toEqual(['INVALID', '/headers/__proto__']);
    expect(fieldsOf('{"constructor":{"prototype":{}}}')).toEqual(['INVALID', '/constructor/prototype']);
    expect(() => parseJsonBody('{"a":{"__proto__":1}}')).toThrow('found the key "__proto__", which is refused');
    expect(parseJsonBody('{"constructor":1,"list":[{"a":1},{"a":2}],"a":{"a":{}}}')).toMatchObject({ constructor: 1 });
  });

  test('is refused for text that no database keeps as it is', () => {
    expect(fieldsOf('{"services":["ok","\\ud83d\\ude00","x\\ud800"]}')).toEqual(['INVALID', '/services/2']);
    expect(fieldsOf('{"headers":{"a/\\udc00":"x"}}')).toEqual(['INVALID', '/headers/a~1\ufffd']);
    expect(fieldsOf('"\\ud800"')).toEqual(['INVALID', '']);
  });

  test('says what it is when it is no JSON', () => {
    expect(fieldsOf('{"a":')).toEqual(['UNREADABLE', undefined]);
    expect(fieldsOf(' ')).toEqual(['UNREADABLE', undefined]);
  });
});

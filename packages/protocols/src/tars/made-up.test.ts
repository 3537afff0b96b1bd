import { tarsAnswer } from '@weft/json-values';
import { PlainRequestHead } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, ServerEnd } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { tars } from './index.ts';
import { fieldType, fieldValueAt, skipValue } from './jce.ts';
import { request } from './testdata/frames.ts';
import { bytesOf } from './testdata/golden.ts';

function incoming(bytes: Buffer): { readonly asked: IncomingRequest; readonly server: ServerEnd } {
  const server = new ServerEnd(tars, {}, {});
  server.feed(bytes);
  return { asked: server.requests[0] as IncomingRequest, server };
}

/** Bytes of the buffer that a caller finds in the answer, and its `ret`. */
function told(body: string): readonly [ret: number | undefined, context: string | undefined, buffer: string] {
  const first = incoming(bytesOf('request')).asked;
  const client = new ClientEnd(tars, {});
  const { sink } = client.call(first.head, first.sink.body);
  const { asked, server } = incoming(client.link.takeBytes());
  const headers = [['x-weft-rule', '7']] as const;
  asked.stream.sendLocalReply(asked.head, { status: 200, code: 'filter', headers, body, madeUp: { body } });
  client.feed(server.link.takeBytes());
  // The head of the buffer, its length as a field, and what follows it: an empty map, an empty text, an empty map.
  return [sink.head?.nativeStatus, sink.head?.get('x-weft-rule'), sink.body.toString('hex')];
}

it('answers with the fields of a rule, and with none for nothing', () => {
  expect(told('')).toEqual([0, undefined, '6d000c780c8600980c']);
  const fields = tarsAnswer('{"0":"off","2":[1]}').toString('hex');
  expect(told('{"0":"off","2":[1]}')).toEqual([0, undefined, `6d00000a${fields}780c8600980c`]);
});

it('answers calls of Tars, and says why none of TUP and JSON', () => {
  const problem = (bytes: Buffer) => tars.madeUpProblem?.(incoming(bytes).asked.head, { body: '' });
  expect(problem(bytesOf('request'))).toBe('');
  expect(problem(bytesOf('tupRequest'))).toBe(
    'answers of version 3 (TUP, JSON) name their values, only those of 1 have tags',
  );
  expect(problem(request({ version: 5 }))).toMatch(/^answers of version 5/);
  expect(tars.madeUpProblem?.(new PlainRequestHead('tars', 'tars', {}, []), { body: '' })).toBe('');
});

it('writes what the codec itself goes over', () => {
  const fields = tarsAnswer('{"0":{"0":[{"map":[[1,{"bytes":"AAAA"}]]},0.1,"x"],"20":1.5},"3":-9}');
  let at = 0;
  while (at < fields.length) {
    const type = fieldType(fields, at, fields.length);
    at = skipValue(fields, fieldValueAt, fields.length, type);
    expect(at).toBeGreaterThan(0);
  }
  expect(at).toBe(fields.length);
});

import { parseConfig } from '@weft/schema';
import { PlainHeaders, PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { describe, it } from 'vitest';
import { frame } from '../common/testdata/books.ts';
import { LIBRARY_DESCRIPTORS } from '../common/testdata/library/index.ts';
import { type GrpcHttpConfig, grpcHttp, httpGrpc } from './index.ts';

const config = parseConfig<GrpcHttpConfig>({ descriptors: [LIBRARY_DESCRIPTORS] }, httpGrpc.schema).value;
const http = (method: string, path: string, accept = '') =>
  new PlainRequestHead('Http1', 'http', { method, path, authority: 'a' }, [['accept', accept]]);
const grpc = (method: string) =>
  new PlainRequestHead('Http2', 'http', { method: 'POST', path: `/library.Library/${method}` }, [
    ['content-type', 'application/grpc'],
  ]);
const answer = (type: string) => new PlainResponseHead('x', 'http', 200, {}, [['content-type', type]]);
const status = new PlainHeaders([['grpc-status', '0']]);
const frames = Buffer.concat([frame({ name: 'a', id: '7' }), frame({}), frame({ name: 'b', tags: ['x', 'y'] })]);
const lines = Buffer.from('{"name":"a","id":"7"}\n{}\r\n{"name":"b","tags":["x","y"]}\n');
const events = Buffer.from('data: {"name":"a"}\n\n: comment\ndata: {"name":\ndata:"b"}\n\nevent: end\ndata: {}\n\n');

describe('http_grpc', () => {
  const suite = transcoderCompliance({
    transcoder: httpGrpc,
    config,
    examples: [
      {
        request: () => ({ head: http('POST', '/v1/loans'), body: Buffer.from('{"name":"a","tags":["x"]}') }),
        answer: () => ({ head: answer('application/grpc'), body: frame({ name: 'a' }) }),
      },
    ],
    streams: [
      {
        request: () => ({ head: http('POST', '/library.Library/Discuss'), body: lines }),
        answer: () => ({ head: answer('application/grpc'), body: frames, trailers: status }),
      },
      {
        request: () => ({ head: http('GET', '/v1/shelves/1/books', 'text/event-stream'), body: Buffer.alloc(0) }),
        answer: () => ({ head: answer('application/grpc'), body: frames, trailers: status }),
      },
      { request: () => ({ head: http('POST', '/v1/import'), body: lines }) },
    ],
    foreign: [grpc('Lend'), http('GET', '/v2/loans')],
  });
  for (const { name, run } of suite) it(name, run);
});

describe('grpc_http', () => {
  const suite = transcoderCompliance({
    transcoder: grpcHttp,
    config,
    examples: [
      {
        request: () => ({ head: grpc('Lend'), body: frame({ name: 'a', tags: ['x'] }) }),
        answer: () => ({ head: answer('application/json'), body: Buffer.from('{"name":"a"}') }),
      },
    ],
    streams: [
      {
        request: () => ({ head: grpc('Discuss'), body: frames }),
        answer: () => ({ head: answer('application/x-ndjson'), body: lines, trailers: null }),
      },
      {
        request: () => ({ head: grpc('Discuss'), body: frames }),
        answer: () => ({ head: answer('text/event-stream'), body: events, trailers: null }),
      },
      { request: () => ({ head: grpc('ImportBooks'), body: frames }) },
    ],
    foreign: [http('POST', '/v1/loans'), grpc('Steal')],
  });
  for (const { name, run } of suite) it(name, run);
});

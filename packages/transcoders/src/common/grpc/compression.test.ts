import { deflateSync, gzipSync } from 'node:zlib';
import { PlainRequestHead, PlainResponseHead, type TranscodedCall, TranscodeError } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { Compression } from './compression.ts';
import { decodeMessage, encodeMessage, FrameReader } from './index.ts';

/** A message of 200 letters, as clients of gRPC send it compressed. */
const NAME = Buffer.concat([Buffer.from('0ac801', 'hex'), Buffer.alloc(200, 'a')]);
const FRAMES: readonly (readonly [client: string, encoding: string, hex: string])[] = [
  ['grpc-go, version 1.64.1', 'gzip', '010000001e1f8b08000000000000ffe23ac198384c00200000ffff39546976cb000000'],
  [
    'gRPC for C and Python, version 1.85.1, and grpc-js, version 1.14.7',
    'gzip',
    '010000001a1f8b0800000000000003e33ac198384c000039546976cb000000',
  ],
  ['gRPC for C and Python, version 1.85.1', 'deflate', '010000000e789ce33ac198384c000069184c9c'],
];

const MAX_BYTES = 1_048_576;
const compressed = (bytes: Buffer): Buffer => {
  const frame = encodeMessage(bytes);
  frame[0] = 1;
  return frame;
};
const decoded = (frame: Buffer, encoding = 'gzip', maxBytes = MAX_BYTES): Buffer =>
  decodeMessage(frame, new Compression(encoding, maxBytes));
const read = (pieces: readonly Buffer[], compression: Compression): Buffer[] => {
  const reader = new FrameReader(compression, 0xffff_ffff, 413);
  const messages = pieces.flatMap((piece) => [...reader.read(piece)].map((message) => Buffer.from(message)));
  reader.end();
  return messages;
};

describe.each(FRAMES)('a message of %s in %s', (_client, encoding, hex) => {
  const frame = Buffer.from(hex, 'hex');

  it('is read', () => {
    expect(decoded(frame, encoding).equals(NAME)).toBe(true);
  });

  it('is read in whatever pieces, and between those that are not compressed', () => {
    const all = Buffer.concat([encodeMessage(NAME), frame, encodeMessage(Buffer.alloc(0)), frame]);
    for (let at = 0; at <= all.length; at++) {
      const pieces = [all.subarray(0, at), all.subarray(at)];
      const messages = read(pieces, new Compression(encoding, MAX_BYTES));
      expect(messages.map(({ length }) => length)).toEqual([203, 203, 0, 203]);
      expect(messages[3]?.equals(NAME)).toBe(true);
    }
  });
});

describe('what cannot be read', () => {
  const gzip = gzipSync(NAME);

  it.each<[what: string, encoding: string, frame: Buffer, problem: string, status: number]>([
    [
      'another encoding',
      'snappy',
      compressed(gzip),
      'compressed with snappy cannot be converted: gzip or deflate',
      501,
    ],
    ['none, where one is said to be', 'identity', compressed(gzip), 'without a grpc-encoding', 0],
    ['what is not gzip', 'gzip', compressed(deflateSync(NAME)), 'that is no gzip', 0],
    ['what is cut', 'gzip', compressed(gzip.subarray(0, -9)), 'that is no gzip', 0],
    ['nothing', 'gzip', compressed(Buffer.alloc(0)), 'that is no gzip', 0],
    ['another flag', 'gzip', Buffer.from('0200000000', 'hex'), 'not a message of gRPC', 0],
  ])('is %s', (_what, encoding, frame, problem, status) => {
    expect(() => decoded(frame, encoding)).toThrow(TranscodeError);
    expect(() => decoded(frame, encoding)).toThrow(problem);
    expect(() => decoded(frame, encoding)).toThrow(expect.objectContaining({ status }));
  });

  it('is told to a caller with what is accepted, and of a host as its fault', () => {
    const fields = [['grpc-encoding', 'Snappy']] as const;
    const call: TranscodedCall = {
      callerProtocol: 'Http2',
      protocol: 'Http1',
      remainingMs: 0,
      clusterName: '',
      maxBodyBytes: MAX_BYTES,
    };
    const ofCall = Compression.ofCall(new PlainRequestHead('Http2', 'http', {}, fields), call);
    const ofAnswer = Compression.ofAnswer(new PlainResponseHead('Http2', 'http', 200, {}, fields), call);
    const refused = (compression: Compression) => expect(() => decodeMessage(compressed(gzip), compression));
    refused(ofCall).toThrow(
      expect.objectContaining({ status: 501, headers: [['grpc-accept-encoding', 'identity,gzip,deflate']] }),
    );
    refused(ofAnswer).toThrow(expect.objectContaining({ status: 0, headers: [] }));
  });
});

describe('what messages may become is bounded', () => {
  it('one message, by what the filter allows', () => {
    const long = compressed(gzipSync(Buffer.alloc(MAX_BYTES + 1)));
    expect(long.length).toBeLessThan(1100);
    expect(() => decoded(long)).toThrow(`a compressed message of gRPC is longer than ${MAX_BYTES} bytes`);
    expect(decoded(compressed(gzipSync(Buffer.alloc(MAX_BYTES)))).length).toBe(MAX_BYTES);
    expect(decoded(long, 'gzip', 2 * MAX_BYTES).length).toBe(MAX_BYTES + 1);
  });

  it('all messages of a stream, by what came of them', () => {
    const zeros = compressed(gzipSync(Buffer.alloc(200_000)));
    const few = Array.from({ length: 5 }, () => zeros);
    expect(read(few, new Compression('gzip', MAX_BYTES)).length).toBe(5);
    const many = Array.from({ length: 100 }, () => zeros);
    expect(() => read(many, new Compression('gzip', MAX_BYTES))).toThrow(
      'compressed messages of gRPC become more than 100 times as long',
    );
  });

  it('and nothing more is bounded: what is hardly shorter passes for good', () => {
    const noise = Buffer.alloc(20_000);
    for (let at = 0, state = 7; at < noise.length; at++) {
      state = (state * 48_271) % 0x7fff_ffff;
      noise[at] = state;
    }
    const frame = compressed(gzipSync(noise));
    const compression = new Compression('gzip', MAX_BYTES);
    expect(read(new Array<Buffer>(1000).fill(frame), compression).length).toBe(1000);
  });
});

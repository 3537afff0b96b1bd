import type { ProtocolFixture } from '@weft/sdk/testing';
import { type DubboThriftConfig, dubboThrift } from '../index.ts';
import { ANSWER, REQUEST, requestOf, withId } from './golden.ts';

function changed(change: (frame: Buffer) => void): Buffer {
  const frame = Buffer.from(REQUEST);
  change(frame);
  return frame;
}

/** Dubbo thrift for the compliance suite; `config` decides whether frames are gathered or cut through. */
export function fixtureFor(config: DubboThriftConfig): ProtocolFixture<DubboThriftConfig> {
  return {
    protocol: dubboThrift,
    config,
    clientBytes: (count) => Buffer.concat(Array.from({ length: count }, (_, i) => withId(REQUEST, 100 + i, 7))),
    serverBytes: withId(ANSWER, 1),
    requestBody: REQUEST.subarray(-13).toString(),
    responseBody: ANSWER.subarray(-19).toString(),
    malformed: {
      'another protocol': Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
      'wrong magic behind the first byte': changed((frame) => frame.writeUInt8(0xbb, 5)),
      'lengths that differ': changed((frame) => frame.writeUInt32BE(0x68, 6)),
      'a header longer than its frame': changed((frame) => frame.writeUInt16BE(0x70, 10)),
      'a header without an id': changed((frame) => frame.writeUInt16BE(4, 10)),
      'a service longer than its header': changed((frame) => frame.writeUInt32BE(0xffff_ffff, 13)),
      'a method longer than its frame': changed((frame) => frame.writeUInt32BE(0x7fff_ffff, 83)),
      'a message of no type': changed((frame) => frame.writeUInt8(9, 82)),
    },
    oversized: {
      'a frame over the limit': { limits: { maxFrameBytes: 800 }, bytes: requestOf(900) },
      'a body over the limit': { limits: { maxBodyBytes: 800 }, bytes: requestOf(900) },
      'a head over the limit': { limits: { maxHeadBytes: 60 }, bytes: requestOf(900) },
      'a method over the limit': { limits: { maxHeadBytes: 84 }, bytes: requestOf(900) },
    },
  };
}

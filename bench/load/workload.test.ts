import { describe, expect, it } from 'vitest';
import { BOLT_REQUEST, BOLT_RESPONSE } from './bolt-frames.ts';
import { boltFrameBytes } from './frames.ts';
import { BROWSER_FIELDS, HEAD_BYTES, http1Request, REQUEST_BODY, RESPONSE_BODY } from './workload.ts';

describe('the workload', () => {
  it('sends the head that the figures are about: 13 fields, 637 bytes', () => {
    expect(BROWSER_FIELDS).toHaveLength(13);
    expect(http1Request(null)).toHaveLength(HEAD_BYTES);
    expect(http1Request(REQUEST_BODY).subarray(-1024).equals(REQUEST_BODY)).toBe(true);
  });

  it('frames Bolt so that its own sizes add up', () => {
    for (const frame of [BOLT_REQUEST, BOLT_RESPONSE]) {
      expect(boltFrameBytes(frame, 0, frame.length)).toBe(frame.length);
      expect(boltFrameBytes(frame, 0, frame.length - 1)).toBe(0);
    }
  });

  it('has bodies in which a shifted byte shows', () => {
    expect(RESPONSE_BODY.subarray(1).equals(RESPONSE_BODY.subarray(0, -1))).toBe(false);
    expect(RESPONSE_BODY.equals(REQUEST_BODY)).toBe(false);
  });
});

import { Detection } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { DETECT_BYTES, detect } from './detect.ts';

function verdict(text: string): Detection {
  const bytes = Buffer.from(text, 'latin1');
  return detect(bytes, bytes.length);
}

const YES = [
  'GET / HTTP/1.1',
  'POST /x',
  'OPTIONS *',
  'GET http://a/',
  'GET HTTP://a/',
  'CONNECT a:443',
  'M-SEARCH *',
  'UPDATEREDIRECTREF /',
  'PRINT /',
  'VERSION-CONTROL /',
];
const NO = [
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01',
  '\x01\x01\x00\x01',
  'SSH-2.0-OpenSSH_9.2p1',
  'get / HTTP/1.1',
  ' GET /',
  'GET  /',
  'GET\t/',
  'EHLO example.org',
  'SET key value',
  '123 /',
  'GET\r\n',
  'A'.repeat(24),
  'UPDATEREDIRECTREFTOOLONG /',
  'GET htp://',
];

describe('detection', () => {
  it('knows HTTP/1 and what only looks like it', () => {
    for (const text of YES) expect(verdict(text), text).toBe(Detection.YES);
    for (const text of NO) expect(verdict(text), text).toBe(Detection.NO);
    expect(verdict('')).toBe(Detection.NEED_MORE);
  });

  it('never takes a word back, and has decided after the bytes it asked for', () => {
    for (const text of [...YES, ...NO]) {
      let decided: Detection = Detection.NEED_MORE;
      for (let length = 0; length <= text.length; length++) {
        const now = detect(Buffer.from(text, 'latin1'), length);
        if (decided !== Detection.NEED_MORE) expect(now, text).toBe(decided);
        decided = now;
        if (length >= DETECT_BYTES) expect(now, text).not.toBe(Detection.NEED_MORE);
      }
    }
  });
});

import { Detection } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequestHead } from './decode.ts';
import { DETECT_BYTES, detect, resembles } from './detect.ts';
import { MAX_METHOD_BYTES } from './frame.ts';
import { FAILED, giveScan, takeScan } from './scan.ts';

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
  'get / HTTP/1.1',
  'UPDATEREDIRECTREFLONGER /',
  '\r\nGET / HTTP/1.1',
  '\r\nCONNECT a:443',
  '!#$ /',
  '123 /',
];
const NO = [
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01',
  '\x01\x01\x00\x01',
  'SSH-2.0-OpenSSH_9.2p1\r\n',
  ' GET /',
  '\r\n\r\nGET /',
  '\rGET /',
  '\nGET /',
  'connect a:443',
  'GET  /',
  'GET\t/',
  'EHLO example.org',
  'SET key value',
  'GET\r\n',
  'A'.repeat(25),
  `${'A'.repeat(25)} /`,
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

  it('says YES to every request that the decoder takes, and never NO to the beginning of one', () => {
    const token = fc.string({
      unit: fc.constantFrom(..."!#$%&'*+-.^_`|~09azAZ"),
      minLength: 1,
      maxLength: MAX_METHOD_BYTES,
    });
    const target = fc.constantFrom('/', '/a?b', 'http://a/', 'HTTPS://a:443/', '*', 'a:443', 'x');
    const method = fc.oneof(token, fc.constantFrom('GET', 'get', 'OPTIONS', 'CONNECT', 'connect', 'PRI'));
    let taken = 0;
    fc.assert(
      fc.property(method, target, fc.boolean(), (name, where, emptyLine) => {
        const line = `${emptyLine ? '\r\n' : ''}${name} ${where} HTTP/1.1\r\nhost: a\r\n\r\n`;
        const bytes = Buffer.from(line, 'latin1');
        const scan = takeScan();
        const length = decodeRequestHead(scan, bytes, 0, bytes.length, 8192, 100);
        giveScan(scan);
        // The preface of HTTP/2 looks like a request on purpose.
        if (length < 0 || name === 'PRI') return;
        taken++;
        expect(detect(bytes, bytes.length), line).toBe(Detection.YES);
        for (let cut = 0; cut < bytes.length; cut++)
          expect(detect(bytes, cut), `${line} ${cut}`).not.toBe(Detection.NO);
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});

function looks(text: string): Detection {
  return resembles(Buffer.from(text, 'latin1'), text.length);
}

describe('what is meant as HTTP/1 and is not', () => {
  const MEANT = [
    ' GET /',
    'G@T / HTTP/1.1\r\n',
    'GET  / HTTP/1.1\r\n',
    'GET\t/ HTTP/1.1\r\n',
    'GET\r\n',
    'hello\n',
    'connect a:443 HTTP/1.1\r\n',
    'GET htp://a/ HTTP/1.1\r\n',
    '\r\n\r\nGET / HTTP/1.1\r\n',
    '\nGET / HTTP/1.1\r\n',
    `${'A'.repeat(25)} / HTTP/1.1\r\n`,
    'PRIX',
    '*1\r\n$4\r\nPING\r\n',
    'SSH-2.0-OpenSSH_9.2p1\r\n',
  ];
  const FOREIGN = [
    'PRI * HTTP/2.0\r\n\r\nXX',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(64, '\x00'),
    '\x01\x01\x00\x01',
    'G\x00T / HTTP/1.1\r\n',
    'GET\x7f/ HTTP/1.1\r\n',
    'G\xc9T / HTTP/1.1\r\n',
    '\r\n\x00',
  ];

  it('is printable up to the end of its line or the bound', () => {
    for (const text of MEANT) expect(looks(text.padEnd(DETECT_BYTES)), text).toBe(Detection.YES);
    for (const text of FOREIGN) expect(looks(text), text).toBe(Detection.NO);
    for (const text of ['', 'GE', 'PRI', '\r\n']) expect(looks(text), text).toBe(Detection.NEED_MORE);
  });

  it('never takes a word back, and has decided after the bytes it asked for', () => {
    for (const text of [...MEANT, ...FOREIGN, ...YES, ...NO]) {
      let decided: Detection = Detection.NEED_MORE;
      for (let length = 0; length <= text.length; length++) {
        const now = looks(text.slice(0, length));
        if (decided !== Detection.NEED_MORE) expect(now, text).toBe(decided);
        decided = now;
        if (length >= DETECT_BYTES) expect(now, text).not.toBe(Detection.NEED_MORE);
      }
    }
  });

  it('is never a request for the decoder, whatever follows', () => {
    const piece = fc.constantFrom(
      'GET',
      'PRI',
      'get',
      'connect',
      'A'.repeat(25),
      ' ',
      '\t',
      '\r\n',
      '\n',
      '/',
      '*',
      'http://a/',
      'a:443',
      'x',
      '@',
      '\x00',
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = `${pieces.join('')} HTTP/1.1\r\nhost: a\r\n\r\n`;
        const bytes = Buffer.from(text, 'latin1');
        if (detect(bytes, bytes.length) !== Detection.NO || resembles(bytes, bytes.length) !== Detection.YES) return;
        const scan = takeScan();
        const taken = decodeRequestHead(scan, bytes, 0, bytes.length, 8192, 100);
        giveScan(scan);
        expect(taken, text).toBe(FAILED);
        refused++;
      }),
      { numRuns: 5000, seed: 11 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});

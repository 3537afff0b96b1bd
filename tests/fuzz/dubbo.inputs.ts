/** Inputs for the Dubbo and Hessian targets. */
import { hex, mutator } from './framed.inputs.ts';

/** Bytes that mean something in Hessian or in the header of a frame. */
const EDGES = [
  0x00, 0x1f, 0x20, 0x30, 0x34, 0x41, 0x43, 0x46, 0x48, 0x49, 0x4a, 0x4d, 0x4e, 0x4f, 0x51, 0x52, 0x53, 0x54, 0x55,
  0x56, 0x57, 0x58, 0x59, 0x5a, 0x5f, 0x60, 0x6f, 0x70, 0x73, 0x76, 0x78, 0x7a, 0x80, 0x90, 0xbf, 0xc8, 0xd4, 0xe0,
  0xff, 0xda, 0xbb,
];

const ascii = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

function frame(flag: number, status: number, id: number, ...body: readonly Buffer[]): Buffer {
  const content = Buffer.concat(body);
  const head = Buffer.alloc(16);
  head.writeUInt16BE(0xdabb);
  head[2] = flag;
  head[3] = status;
  head.writeUInt32BE(id, 8);
  head.writeUInt32BE(content.length, 12);
  return Buffer.concat([head, content]);
}

const STRINGS = ['2.0.2', 'a.Service', '1.0', 'echo'].map(ascii);
const MAP = Buffer.concat([Buffer.from('H'), ...['group', 'g', 'timeout', '3000'].map(ascii), Buffer.from('Z')]);
/** A list with an object of a class, a reference to it and a typed map. */
const VALUES = hex('7b 43 03612e42 92 0178 0179 60 91 4e 51 91 4d 01 63 0131 e1 5a');

export const REQUEST: Buffer = frame(0xc2, 0, 7, ...STRINGS, ascii('Ljava/util/List;I'), VALUES, hex('91'), MAP);
export const ONE_WAY: Buffer = frame(0x82, 0, 8, ...STRINGS, ascii('I'), hex('91'), MAP);
export const ANSWER: Buffer = frame(0x02, 20, 1, hex('94'), VALUES, MAP);

/** First byte: which side; then frames. */
export const corpus: readonly Buffer[] = [
  Buffer.concat([hex('00'), REQUEST, ONE_WAY]),
  Buffer.concat([hex('00'), frame(0xc2, 0, 9, ...STRINGS, ascii('[B'), hex('42 0100'), Buffer.alloc(256, 1), MAP)]),
  Buffer.concat([hex('00'), frame(0xd7, 0, 9, Buffer.from('fastjson2')), hex('dabbe20000000000000000010000 0001 4e')]),
  Buffer.concat([hex('01'), ANSWER, frame(0x02, 30, 2, ascii('late'))]),
  Buffer.concat([hex('01'), frame(0x02, 20, 1, hex('90'), VALUES), hex('dabb22140000000000000001000000014e')]),
  Buffer.concat([hex('01'), hex('dabba2000000000000000002000000020152'), frame(0xc2, 0, 3, ...STRINGS)]),
  Buffer.concat([
    hex('02'),
    VALUES,
    MAP,
    hex('53 0003 616263 52 0001 61 01 62 4b00e3838f 5f00002fda 57 90 5a 7190 91'),
  ]),
  Buffer.concat([
    hex('03'),
    hex('4f9361 2e42 91 0178 6f90 91 56 7400045b696e74 6e02 9192 7a 7690 91 91 4d 0161 91 7a 4a00'),
  ]),
];

/** Some frames or values behind each other, and a few edits. */
export const mutate = mutator(corpus, EDGES);

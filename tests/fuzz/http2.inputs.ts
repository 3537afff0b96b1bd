/** Inputs for the HTTP/2 target. */
import type { Random } from '@weft/kit';
import { corpus } from './http2.corpus.ts';

/** A frame of a random kind that may make sense. */
function someFrame(random: Random): Buffer {
  const length = [0, 4, 5, 6, 8, 12, 40, 300][random.below(8)] as number;
  const frame = Buffer.alloc(9 + length);
  frame.writeUIntBE(length, 0, 3);
  frame[3] = random.below(11);
  frame[4] = [0, 1, 4, 5, 8, 0x20, 0x2d, random.below(256)][random.below(8)] as number;
  frame.writeUInt32BE(random.below(3) === 0 ? 0 : random.below(14), 5);
  for (let i = 9; i < frame.length; i++) frame[i] = random.below(4) === 0 ? random.below(256) : 0x80 | random.below(64);
  return frame;
}

export function mutate(random: Random): Buffer {
  let bytes = Buffer.from(corpus[random.below(corpus.length)] as Buffer);
  for (let i = random.below(6); i >= 0; i--) {
    const at = 1 + random.below(Math.max(1, bytes.length - 1));
    switch (random.below(6)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random.below(20)))]);
        break;
      case 4: {
        const from = 1 + random.below(Math.max(1, bytes.length - 1));
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(from, from + random.below(200)),
          bytes.subarray(at),
        ]);
        break;
      }
      default:
        // At the end, where frames begin.
        bytes = Buffer.concat([bytes, ...Array.from({ length: 1 + random.below(8) }, () => someFrame(random))]);
    }
  }
  return bytes;
}

const PSEUDO_REQUEST = ['8286844101 61', '8386844101 61', '8287044c2f782e592f5a3f713d31 4101 61'].map((hex) =>
  Buffer.from(hex.replaceAll(' ', '').replace('044c', '0409'), 'hex'),
);
const PSEUDO_RESPONSE = ['88', '89', '8c', '4803313033', '4803333034'].map((hex) => Buffer.from(hex, 'hex'));
/** Literals and references, well formed and not, for a block behind its pseudo fields. */
const FIELDS = [
  '400378 2d610131',
  'be',
  'bf',
  'c0',
  '90',
  '0f0d0131',
  '0f0d023130',
  '0f11810f',
  '6003613d31',
  '600162',
  '0003782d 620362203 1',
  '100373 65630121',
  '4003782d63 84 1c6490b2 ',
  '400a677270632d73746174757301 30',
  '5f106170706c69636174696f6e2f67727063',
  '000c677270632d74696d656f757403313 06d',
  '000a636f6e6e656374696f6e0178',
  '00027465087472 61696c657273',
  '0003582d410131',
  '0003782d640220 61',
  '660161',
  '20',
  '3fe11f',
  '3f00',
].map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex'));

function frame(type: number, flags: number, id: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, payload]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** A conversation that mostly makes sense: it comes further than a mutated one. */
export function converse(random: Random): Buffer {
  const client = random.below(2);
  const setting = (): Buffer => {
    const id = 1 + random.below(6);
    const value = [0, 1, 100, 4096, 16_384, 65_535, 1 << 20][random.below(7)] as number;
    return Buffer.concat([Buffer.from([0, id]), uint32(id === 2 ? 0 : id === 5 ? 16_384 : value)]);
  };
  const settings = (): Buffer => frame(4, 0, 0, Buffer.concat(Array.from({ length: random.below(4) }, setting)));
  const parts: Buffer[] = [Buffer.from([client]), settings()];
  if (client === 0) parts.splice(1, 0, Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
  let opened = client === 0 ? -1 : 9;
  for (let i = random.below(30); i >= 0; i--) {
    const open = 1 + 2 * random.below(Math.max(1, (opened + 1) / 2));
    const end = random.below(3) === 0 ? 1 : 0;
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const pseudo = client === 0 ? PSEUDO_REQUEST : PSEUDO_RESPONSE;
        const trailers = random.below(4) === 0;
        const opens = client === 0 && !trailers;
        if (opens) opened += 2;
        const id = opens ? opened : open;
        const fields = Array.from(
          { length: random.below(5) },
          () => FIELDS[random.below(random.below(3) === 0 ? FIELDS.length : 14)] as Buffer,
        );
        if (!trailers) fields.unshift(pseudo[random.below(pseudo.length)] as Buffer);
        const block = Buffer.concat(fields);
        const flags = trailers && random.below(5) > 0 ? 1 : end;
        if (random.below(6) > 0) {
          parts.push(frame(1, 4 | flags, id, block));
        } else {
          const cut = random.below(block.length + 1);
          parts.push(frame(1, flags, id, block.subarray(0, cut)), frame(9, 4, id, block.subarray(cut)));
        }
        break;
      }
      case 4:
      case 5:
      case 6:
        parts.push(
          random.below(5) === 0
            ? frame(0, 8 | end, open, Buffer.alloc(20, 3))
            : frame(0, end, open, Buffer.alloc([0, 1, 10, 300, 16_384][random.below(5)] as number, 0x61)),
        );
        break;
      case 7:
      case 8:
        parts.push(
          frame(
            8,
            0,
            random.below(2) === 0 ? 0 : open,
            uint32([1, 1000, 100_000, 0x7fff_0000][random.below(4)] as number),
          ),
        );
        break;
      case 9:
        parts.push(frame(3, 0, open, uint32([0, 7, 8][random.below(3)] as number)));
        break;
      case 10:
        parts.push(settings());
        break;
      default:
        parts.push(random.below(3) === 0 ? someFrame(random) : frame(6, random.below(2), 0, Buffer.alloc(8)));
    }
  }
  const bytes = Buffer.concat(parts);
  if (random.below(4) === 0) bytes[1 + random.below(bytes.length - 1)] = random.below(256);
  return bytes;
}

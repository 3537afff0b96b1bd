/** Frames of Tars byte by byte, as its libraries write them: requests, answers, and their lengths by id. */

const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** The packets in what arrives in whatever pieces, each without its length; joined once it is complete. */
export class TarsReader {
  #pieces: Buffer[] = [];
  #have = 0;

  *push(chunk: Buffer): Generator<Buffer, void> {
    this.#pieces.push(chunk);
    this.#have += chunk.length;
    for (;;) {
      if (this.#have < 4) return;
      if ((this.#pieces[0] as Buffer).length < 4) this.#pieces = [Buffer.concat(this.#pieces)];
      const size = (this.#pieces[0] as Buffer).readUInt32BE();
      if (this.#have < size) return;
      const all = Buffer.concat(this.#pieces);
      this.#pieces = [all.subarray(size)];
      this.#have -= size;
      yield all.subarray(4, size);
    }
  }
}

/** A request of `A.B.C` with an empty buffer. `id` is written as four bytes. */
export function tarsRequest(id: number, method: string): Buffer {
  const fields = Buffer.concat([
    hex('1001 2c 3c 42'),
    uint32(id),
    hex('56'),
    text('A.B.C'),
    hex('66'),
    text(method),
    hex('7d00 0c 8c 980c a80c'),
  ]);
  return Buffer.concat([uint32(4 + fields.length), fields]);
}

/** What a host reads of a packet that `tarsRequest` has written. */
export function readTarsRequest(packet: Buffer): { readonly id: number; readonly method: string } {
  const at = packet.indexOf('A.B.C') + 'A.B.C'.length + 1;
  return { id: packet.readUInt32BE(5), method: packet.toString('latin1', at + 1, at + 1 + (packet[at] as number)) };
}

export function tarsResponse(id: number, buffer: Buffer): Buffer {
  const fields = Buffer.concat([
    hex('1001 2c 32'),
    uint32(id),
    hex('4c 5c 6d00 02'),
    uint32(buffer.length),
    buffer,
    hex('780c 8600 980c'),
  ]);
  return Buffer.concat([uint32(4 + fields.length), fields]);
}

export interface TarsAnswer {
  readonly id: number;
  readonly ret: number;
  /** Bytes of its buffer. */
  readonly length: number;
  readonly last: string;
}

/** An answer whose id takes four bytes, as `tarsResponse` and the proxy write it. */
export function readTarsResponse(packet: Buffer): TarsAnswer {
  // Behind the id: message type and ret, each of which takes a byte where it is 0.
  if (packet[3] !== 0x32 || packet[8] !== 0x4c) throw new Error(`no answer: ${packet.toString('hex', 0, 16)}`);
  const succeeded = packet[9] === 0x5c;
  let at = succeeded ? 10 : 11;
  if (packet[at] !== 0x6d || packet[at + 1] !== 0) throw new Error(`no buffer: ${packet.toString('hex', 8, 24)}`);
  at += 2;
  const [length, width] = readInt(packet, at);
  return {
    id: packet.readUInt32BE(4),
    ret: succeeded ? 0 : packet.readInt8(10),
    length,
    last: packet.toString('latin1', at + width + length - 1, at + width + length),
  };
}

/** A whole number, and the bytes that it takes with its type. */
function readInt(bytes: Buffer, at: number): [value: number, width: number] {
  switch ((bytes[at] as number) & 0xf) {
    case 0:
      return [bytes.readInt8(at + 1), 2];
    case 1:
      return [bytes.readInt16BE(at + 1), 3];
    case 2:
      return [bytes.readInt32BE(at + 1), 5];
    default:
      return [0, 1];
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

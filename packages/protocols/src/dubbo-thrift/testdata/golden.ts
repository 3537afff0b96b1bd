/**
 * Frames as `ThriftCodec` of `dubbo-rpc-thrift` 2.7.8 with `libthrift` 0.12.0 encodes them: `string hello(1: string name)` of
 * `org.example.Greeter`, id 7. `OLD_REQUEST` is the request without the path, which 2.6 did not write; made from the other.
 */
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');

export const REQUEST = hex(
  '00000069dabc00000069004b01000000196f72672e6578616d706c652e47726565746572244966616365000000196f72672e6578616d706c652e477265657465722449666163650000000000000007800100010000000568656c6c6f000000010b000100000005776f726c6400',
);
export const OLD_REQUEST = hex(
  '0000004cdabc0000004c002e01000000196f72672e6578616d706c652e477265657465722449666163650000000000000007800100010000000568656c6c6f000000010b000100000005776f726c6400',
);
export const ANSWER = hex(
  '00000052dabc00000052002e01000000196f72672e6578616d706c652e477265657465722449666163650000000000000007800100020000000568656c6c6f000000010b00000000000b68656c6c6f20776f726c6400',
);
/** A TApplicationException, `boom`. */
export const FAILURE = hex(
  '00000052dabc00000052002e01000000196f72672e6578616d706c652e477265657465722449666163650000000000000007800100030000000568656c6c6f000000010b000100000004626f6f6d0800020000000000',
);

/** The frame with another id. */
export function withId(frame: Buffer, idLow: number, idHigh = 0): Buffer {
  const copy = Buffer.from(frame);
  const idAt = 4 + copy.readUInt16BE(10) - 8;
  copy.writeUInt32BE(idHigh, idAt);
  copy.writeUInt32BE(idLow, idAt + 4);
  return copy;
}

/** The request with an argument of that length. */
export function requestOf(length: number): Buffer {
  const head = REQUEST.subarray(0, REQUEST.length - 13);
  const text = Buffer.alloc(7 + length + 1, 0x78);
  text.set([0x0b, 0, 1], 0);
  text.writeUInt32BE(length, 3);
  text[text.length - 1] = 0;
  const frame = Buffer.concat([head, text]);
  frame.writeUInt32BE(frame.length - 4, 0);
  frame.writeUInt32BE(frame.length - 4, 6);
  return frame;
}

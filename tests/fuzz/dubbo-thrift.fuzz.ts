import { dubboThrift } from '@weft/protocols/dubbo-thrift';
import { hex, mutator } from './framed.inputs.ts';
import { framedSides } from './framed-sides.ts';
import type { FuzzTarget } from './harness.ts';

/** Frames of Dubbo's own codec. */
const REQUEST = hex(
  '00000069dabc00000069004b01000000196f72672e6578616d706c652e47726565746572244966616365000000196f72672e6578616d706c652e477265657465722449666163650000000000000007800100010000000568656c6c6f000000010b000100000005776f726c6400',
);
const OLD_REQUEST = hex(
  '0000004cdabc0000004c002e01000000196f72672e6578616d706c652e477265657465722449666163650000000000000007800100010000000568656c6c6f000000010b000100000005776f726c6400',
);
const ANSWER = hex(
  '00000052dabc00000052002e01000000196f72672e6578616d706c652e477265657465722449666163650000000000000001800100020000000568656c6c6f000000010b00000000000b68656c6c6f20776f726c6400',
);
const FAILURE = hex(
  '00000052dabc00000052002e01000000196f72672e6578616d706c652e477265657465722449666163650000000000000001800100030000000568656c6c6f000000010b000100000004626f6f6d0800020000000000',
);
const ONE_WAY = Buffer.from(OLD_REQUEST);
ONE_WAY[ONE_WAY.indexOf(hex('80010001')) + 3] = 4;

const corpus: readonly Buffer[] = [
  Buffer.concat([hex('00'), REQUEST, ONE_WAY]),
  Buffer.concat([hex('00'), OLD_REQUEST, REQUEST]),
  Buffer.concat([hex('01'), ANSWER]),
  Buffer.concat([hex('01'), FAILURE, REQUEST]),
];

const { asServer, asClient } = framedSides({
  protocol: dubboThrift,
  config: { max_gathered_frame_bytes: 90 },
  request: REQUEST,
  oneWay: ONE_WAY,
  answer: ANSWER,
});

export const dubboThriftTarget: FuzzTarget = {
  name: 'dubbo-thrift',
  corpus,
  generate: mutator(corpus, [0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x0b, 0x2e, 0x4b, 0x7f, 0x80, 0xbc, 0xda, 0xff]),
  execute(input, choices) {
    if (((input[0] ?? 0) & 1) === 0) asServer(input.subarray(1), choices);
    else asClient(input.subarray(1), choices);
  },
};

import { tars } from '@weft/protocols/tars';
import { hex, mutator } from './framed.inputs.ts';
import { framedSides } from './framed-sides.ts';
import type { FuzzTarget } from './harness.ts';

/** Frames of Tars.js. */
const REQUEST = hex(
  '0000005710012c3c402a561744656d6f2e4563686f5365727665722e4563686f4f626a66046563686f7d00000a16087175657374696f6e810bb8980002060567726f757016016706047a6f6e651606e4b88ae6b5b7a80c',
);
const ONE_WAY = hex(
  '00000040100120013c41012c561744656d6f2e4563686f5365727665722e4563686f4f626a66046563686f7d00000a16087175657374696f6e810bb8980ca80c',
);
const TUP_REQUEST = hex(
  '0000005310032c3c402a561744656d6f2e4563686f5365727665722e4563686f4f626a66046563686f7d00001808000106087175657374696f6e1d000007060568656c6c6f810bb8980001060161160162a80c',
);
const PING = hex('0000001f 1001 2c 3c 4007 5601 61 6609 746172735f70696e67 7d000c 8c 980c a80c');
const ANSWER = hex('0000002910012c30014c5c6d0000080606616e73776572780c86009800010605747261636516027431');
const TUP_ANSWER = hex(
  '0000006b10032c3c4001561744656d6f2e4563686f5365727665722e4563686f4f626a66046563686f7d000002080c8c980ca8000206125354415455535f524553554c545f434f444516022d3906125354415455535f524553554c545f4445534316086f7665726c6f6164',
);

const corpus: readonly Buffer[] = [
  Buffer.concat([hex('00'), REQUEST, ONE_WAY]),
  Buffer.concat([hex('00'), TUP_REQUEST, PING]),
  Buffer.concat([hex('01'), ANSWER]),
  Buffer.concat([hex('01'), TUP_ANSWER, hex('0000001310012c3c4c5c6d000c780c8600980c')]),
  Buffer.concat([hex('00'), hex('0000002310012c3c400156016166016179 02 7fffffff 98 02 7fffffff 0a0a0a0a')]),
];

const { asServer, asClient } = framedSides({
  protocol: tars,
  config: { max_gathered_frame_bytes: 80 },
  request: REQUEST,
  oneWay: ONE_WAY,
  answer: ANSWER,
});

export const tarsTarget: FuzzTarget = {
  name: 'tars',
  corpus,
  generate: mutator(
    corpus,
    [0x00, 0x02, 0x0a, 0x0b, 0x0c, 0x10, 0x2c, 0x3c, 0x42, 0x56, 0x66, 0x7d, 0x81, 0x98, 0xa8, 0xff],
  ),
  execute(input, choices) {
    if (((input[0] ?? 0) & 1) === 0) asServer(input.subarray(1), choices);
    else asClient(input.subarray(1), choices);
  },
};

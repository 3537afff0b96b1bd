import { bolt, boltv2 } from '@weft/protocols/bolt';
import { corpus, mutate } from './bolt.inputs.ts';
import { hex } from './framed.inputs.ts';
import { framedSides } from './framed-sides.ts';
import type { FuzzTarget } from './harness.ts';

/** Both versions of the frame are taken by either protocol; they differ in what a client is asked to speak. */
const versions = [bolt, boltv2].map((protocol) =>
  framedSides({
    protocol,
    config: { max_gathered_frame_bytes: 128, enable_bolt_goaway: true },
    request: (corpus[0] as Buffer).subarray(1),
    oneWay: (corpus[1] as Buffer).subarray(1),
    answer: hex('0100000201 00000001 01 0000 0000 0000 00000002 6f6b'),
  }),
);

export const boltTarget: FuzzTarget = {
  name: 'bolt',
  corpus,
  generate: mutate,
  /** The first byte chooses the side, the rest is what the peer sends. */
  execute(input, choices) {
    const { asServer, asClient } = versions[choices.next(2)] as (typeof versions)[number];
    if (((input[0] ?? 0) & 1) === 0) asServer(input.subarray(1), choices);
    else asClient(input.subarray(1), choices);
  },
};

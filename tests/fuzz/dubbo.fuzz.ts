import { dubbo } from '@weft/protocols/dubbo';
import { ANSWER, corpus, mutate, ONE_WAY, REQUEST } from './dubbo.inputs.ts';
import { framedSides } from './framed-sides.ts';
import type { FuzzTarget } from './harness.ts';
import { hessianValue } from './hessian.fuzz.ts';

const { asServer, asClient } = framedSides({
  protocol: dubbo,
  config: { max_gathered_frame_bytes: 128, use_timeout_attachment: true },
  request: REQUEST,
  oneWay: ONE_WAY,
  answer: ANSWER,
});

export const dubboTarget: FuzzTarget = {
  name: 'dubbo',
  corpus,
  generate: mutate,
  /** The first byte chooses the side or the grammar, the rest is what the peer sends. */
  execute(input, choices) {
    const bytes = input.subarray(1);
    switch ((input[0] ?? 0) & 3) {
      case 0:
        asServer(bytes, choices);
        break;
      case 1:
        asClient(bytes, choices);
        break;
      default:
        hessianValue(bytes, ((input[0] ?? 0) & 1) === 1);
    }
  },
};

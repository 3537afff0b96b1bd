/** Inputs for the TCP target: scripts, pairs of an operation and its argument behind a byte that chooses the side. */
import type { Random } from '@weft/kit';

export const Op = {
  /** The peer sends a multiple of the argument in bytes, cut by the plan. */
  ARRIVE: 0,
  /** Our side sends a multiple of the argument in bytes. */
  SEND: 1,
  /** The peer sends FIN. */
  ARRIVE_END: 2,
  SEND_END: 3,
  PAUSE: 4,
  RESUME: 5,
  /** The kernel takes what was sent. */
  DRAIN: 6,
  TIMER: 7,
  /** The upstream end gets its stream. */
  OPEN: 8,
  GOAWAY: 9,
  TRAILERS: 10,
  RESET: 11,
  LOCAL_REPLY: 12,
  /** The peer resets the connection, or it is lost. Always the last. */
  LOSE: 13,
} as const;

export const OPERATIONS = 14;
/** The first so many leave both directions open, apart from the ends. */
const HARMLESS = 9;
const MAX_LENGTH = 40;

const script = (side: number, ...steps: readonly (readonly [op: number, argument: number])[]): Buffer =>
  Buffer.from([side, ...steps.flat()]);

export const corpus: readonly Buffer[] = [0, 1].flatMap((side) => [
  // A question, an answer, and the ends in both orders.
  script(side, [Op.OPEN, 0], [Op.ARRIVE, 9], [Op.SEND, 9], [Op.ARRIVE_END, 0], [Op.SEND, 1], [Op.SEND_END, 0]),
  script(side, [Op.OPEN, 0], [Op.SEND, 9], [Op.SEND_END, 0], [Op.ARRIVE, 99], [Op.DRAIN, 0], [Op.ARRIVE_END, 0]),
  // The host speaks first.
  script(side, [Op.ARRIVE, 20], [Op.OPEN, 0], [Op.ARRIVE, 20], [Op.PAUSE, 0], [Op.ARRIVE, 20], [Op.RESUME, 0]),
  script(side, [Op.OPEN, 0], [Op.ARRIVE, 200], [Op.RESET, 0], [Op.SEND, 3], [Op.ARRIVE, 3]),
  script(side, [Op.OPEN, 0], [Op.SEND, 200], [Op.LOSE, 0]),
  script(side, [Op.ARRIVE, 3], [Op.LOCAL_REPLY, 1], [Op.SEND, 3], [Op.ARRIVE_END, 0]),
  script(side, [Op.GOAWAY, 0], [Op.OPEN, 0], [Op.SEND, 3], [Op.TRAILERS, 0], [Op.LOSE, 1]),
]);

/** A script that mostly comes far, or a few edits of a known one. */
export function generate(random: Random): Uint8Array {
  if (random.below(4) === 0) {
    const bytes = Buffer.from(corpus[random.below(corpus.length)] as Buffer);
    for (let edits = 1 + random.below(4); edits > 0; edits--) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  }
  const bytes = new Uint8Array(1 + 2 * (1 + random.below(MAX_LENGTH)));
  bytes[0] = random.below(2);
  for (let at = 1; at < bytes.length; at += 2) {
    bytes[at] = random.below(random.below(6) === 0 ? OPERATIONS : HARMLESS);
    bytes[at + 1] = random.below(256);
  }
  return bytes;
}

import { KeptAnswers } from '../kept-answers.ts';

const PREFIX_BYTES = 5;

/** The messages of an answer that a rule makes up, in the frames of gRPC ("Length-Prefixed-Message"), none of them compressed. */
export const madeUpMessages = new KeptAnswers(({ messages = [] }) =>
  Buffer.concat(
    messages.flatMap((message) => {
      const prefix = Buffer.alloc(PREFIX_BYTES);
      prefix.writeUInt32BE(message.length, 1);
      return [prefix, message];
    }),
  ),
);

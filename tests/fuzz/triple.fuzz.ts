import { http1 } from '@weft/protocols/http1';
import { createTriple } from '@weft/protocols/triple';
import type { FuzzTarget } from './harness.ts';
import { corpus as http1Corpus } from './http1.inputs.ts';
import { corpus as http2Corpus } from './http2.corpus.ts';
import { asServer } from './http2.fuzz.ts';
import { converse, mutate } from './http2.inputs.ts';

const triple = createTriple(http1);
/** The first byte is the target's own in every input: which side is fed. There is one side here. */
const json = Buffer.from(
  '\0POST /org.example.Greeter/hello HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntri-service-group: g\r\ncontent-length: 2\r\n\r\n[]',
);

export const tripleTarget: FuzzTarget = {
  name: 'triple',
  corpus: [json, ...http2Corpus, ...http1Corpus],
  generate(random) {
    if (random.below(4) > 0) return random.below(3) === 0 ? mutate(random) : converse(random);
    const bytes = Buffer.from(random.below(2) === 0 ? json : (http1Corpus[random.below(http1Corpus.length)] ?? json));
    for (let edits = random.below(4); edits > 0; edits--) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  execute(input, choices) {
    asServer(input.subarray(1), choices, triple);
  },
};

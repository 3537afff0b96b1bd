import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CALLED_BYTES, calledText } from './called.ts';
import { frameBytes, sofaRequest } from './testdata/frames.ts';
import { type Incoming, requestHead, ServerSide } from './testdata/pair.ts';

const CLASS = 'com.alipay.sofa.rpc.core.request.SofaRequest';
const SERVICE = 'com.weft.bookinfo.RatingsService:1.0';
/** A whole frame as sofa-rpc-node 2.10 writes it: getRatings(1), the header map has the service alone. */
const NODE_FRAME = Buffer.from(
  '010100010100000001010000012c002c0033000000fe636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f666152657175657374000000077365727669636500000024636f6d2e776566742e626f6f6b696e666f2e526174696e6773536572766963653a312e304fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f666152657175657374950a6d6574686f644e616d650d6d6574686f64417267536967731774617267657453657276696365556e697175654e616d650d7461726765744170704e616d650c7265717565737450726f70736f900a676574526174696e6773567400115b6a6176612e6c616e672e537472696e676e0103696e747a530024636f6d2e776566742e626f6f6b696e666f2e526174696e6773536572766963653a312e304e4d0773657276696365530024636f6d2e776566742e626f6f6b696e666f2e526174696e6773536572766963653a312e307a91',
  'hex',
);
const NODE_CONTENT = NODE_FRAME.subarray(NODE_FRAME.length - 254);
/** Content as SOFARPC for Java writes it: echo("hi") of com.x.Y:1.0. */
const JAVA_CONTENT = Buffer.from(
  '4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f666152657175657374950d7461726765744170704e616d650a6d6574686f644e616d651774617267657453657276696365556e697175654e616d650c7265717565737450726f70730d6d6574686f64417267536967736f900162046563686f0b636f6d2e782e593a312e304d0361707001617a567400075b737472696e676e01106a6176612e6c616e672e537472696e677a026869',
  'hex',
);

function received(frame: Buffer, cuts: readonly number[], gatherBytes = 65_536): Incoming {
  const side = new ServerSide({ max_gathered_frame_bytes: gatherBytes });
  let from = 0;
  for (const cut of [...cuts, frame.length]) {
    side.feed(frame.subarray(from, cut));
    from = cut;
  }
  return side.requests[0] as Incoming;
}

it('reads the method of sofa-rpc-node, which says it in the content alone', () => {
  const head = requestHead(NODE_FRAME);
  expect(head.get('sofa_head_method_name')).toBeUndefined();
  expect(head.method).toBe('getRatings');
  expect(head.service).toBe(SERVICE);
});

it('reads method and service of SOFARPC where the header map says neither', () => {
  for (const fields of [{ headers: [] }, { rawHeaders: Buffer.from('no pairs') }, { headers: [], proto: 2 as const }]) {
    const head = requestHead(sofaRequest({ ...fields, content: JAVA_CONTENT }));
    expect([head.service, head.method]).toEqual(['com.x.Y:1.0', 'echo']);
  }
});

it('believes the header map where it says something', () => {
  const head = requestHead(sofaRequest({ content: NODE_CONTENT }));
  expect([head.service, head.method]).toEqual(['com.alipay.test.EchoService:1.0', 'echo']);
  head.set('sofa_head_method_name', 'other');
  expect(head.method).toBe('other');
  head.remove('sofa_head_method_name');
  expect(head.method).toBe('getRatings');
});

it.each([65_536, 300, 0])('is the same at every split point with frames of %i bytes gathered', (gatherBytes) => {
  const large = frameBytes({
    className: CLASS,
    headers: [['service', SERVICE]],
    content: Buffer.concat([NODE_CONTENT, Buffer.alloc(1000)]),
  });
  for (const frame of [NODE_FRAME, large])
    for (let cut = 1; cut < frame.length; cut++) {
      const { head, sink } = received(frame, [cut], gatherBytes);
      expect([head.method, sink.text.length], `cut at ${cut}`).toEqual(['getRatings', frame.length - 117]);
    }
});

it('waits for no content where the header map says what is called', () => {
  const side = new ServerSide({ max_gathered_frame_bytes: 0 });
  const frame = sofaRequest();
  side.feed(frame.subarray(0, frame.length - 13));
  expect(side.requests.map(({ head }) => head.method)).toEqual(['echo']);
});

it('knows no method where the content does not begin with it', () => {
  const late = Buffer.from(JAVA_CONTENT);
  const padded = Buffer.concat([
    late.subarray(0, late.indexOf(Buffer.from('6f900162', 'hex')) + 2),
    Buffer.from('530258', 'hex'),
    Buffer.alloc(600, 'x'),
    late.subarray(late.indexOf(Buffer.from('046563686f', 'hex'))),
  ]);
  expect(calledText(padded, 0, padded.length, 'methodName')).toBe('echo');
  const others = [{ content: padded }, { content: NODE_CONTENT, codec: 12 }, { className: 'com.x.Other' }];
  for (const fields of [...others, { content: '' }, { content: 'bytes of nothing' }])
    expect(requestHead(sofaRequest({ headers: [], content: NODE_CONTENT, ...fields })).method).toBe('');
});

it('never throws and never reads beyond what is here', () => {
  for (let end = 0; end <= NODE_CONTENT.length; end++)
    expect(['', 'getRatings']).toContain(calledText(NODE_CONTENT, 0, end, 'methodName'));
  for (const content of [NODE_CONTENT, JAVA_CONTENT])
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(content.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(CALLED_BYTES),
        (changes, end) => {
          const bytes = Buffer.from(content);
          for (const [at, value] of changes) bytes[at] = value;
          for (const field of ['methodName', 'targetServiceUniqueName'])
            expect(calledText(bytes, 0, Math.min(end, bytes.length), field).length).toBeLessThanOrEqual(end);
        },
      ),
      { seed: 7, numRuns: 2000 },
    );
});

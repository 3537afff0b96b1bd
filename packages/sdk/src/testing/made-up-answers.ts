import assert from 'node:assert/strict';
import type { LocalReply, Protocol, RequestHead } from '../protocol/index.ts';
import { ClientEnd, type IncomingRequest, pump, ServerEnd } from './codec-end.ts';

interface Spoken {
  readonly protocol: Protocol;
  readonly config: unknown;
  readonly requestBody: string;
}

/** Nothing at all, with and without a message of gRPC: every protocol that writes answers has some word for one of them. */
const NOTHING = [{ body: '' }, { body: '', messages: [Buffer.alloc(0)] }];

/** A success that a rule makes up arrives as one, and is called there what explanations call it. */
export function checkMadeUpAnswers({ protocol, config, requestBody }: Spoken, head: RequestHead): void {
  const madeUp = NOTHING.find((answer) => protocol.madeUpProblem?.(head, answer) === '');
  assert.ok(madeUp !== undefined, 'the caller of the fixture cannot be told anything');
  const reply: LocalReply = { status: 200, code: 'filter', body: madeUp.body, madeUp };
  const [caller, server] = [new ClientEnd(protocol, config), new ServerEnd(protocol, config)];
  const { sink } = caller.call(head, requestBody === '' ? null : Buffer.from(requestBody));
  pump(caller, server);
  const { stream, head: asked } = server.requests[0] as IncomingRequest;
  stream.sendLocalReply(asked, reply);
  pump(caller, server);
  assert.equal(sink.outcomes, 1, sink.events.join(', '));
  assert.ok(sink.head !== null && sink.head.status < 300, `it arrived as ${sink.head?.status}`);
  const heard = protocol.answers?.ofHead(sink.head) ?? '';
  const said = protocol.answers?.ofReply(head, reply, config) ?? '';
  // Where the status stands behind the answer, its head does not say it.
  if (heard !== '') assert.equal(heard, said, 'it is called otherwise where it arrives');
  assert.equal(server.codec.activeStreams, 0);
}

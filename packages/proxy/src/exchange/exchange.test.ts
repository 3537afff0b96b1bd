import type { LocalReply, RequestHead, ServerStream } from '@weft/sdk';
import { DOWNSTREAM, PROCESS } from '@weft/telemetry/stats';
import { expect, it } from 'vitest';
import { NetContext } from '../net/index.ts';
import type { DataPlane, ListenerRuntime } from './environment.ts';
import { Exchange } from './exchange.ts';
import { Flag } from './flags.ts';

/** A head whose callback is over: what it would have to read from the bytes received is not there any more. */
class GoneHead {
  readonly family: string;
  readonly oneWay = false;

  constructor(family: string) {
    this.family = family;
  }

  get method(): string {
    throw new RangeError('Index out of range');
  }
}

/** The HTTP kind keeps its method. */
class GoneHttpHead extends GoneHead {
  override get method(): string {
    return 'HEAD';
  }
}

/** What an exchange that was only begun answers when it fails. */
function answersTo(request: GoneHead): LocalReply[] {
  const replies: LocalReply[] = [];
  const plane = { context: new NetContext(), process: new Float64Array(Object.keys(PROCESS).length) };
  const stats = new Float64Array(DOWNSTREAM.overhead_sum + 1);
  const stream = { sendLocalReply: (_: RequestHead, reply: LocalReply) => replies.push(reply) };
  const exchange = new Exchange(
    plane as unknown as DataPlane,
    { stats, accessLogs: [], rules: null, edges: null } as unknown as ListenerRuntime,
    null as never,
    stream as unknown as ServerStream,
    request as unknown as RequestHead,
    true,
    1,
  );
  exchange.fail('upstream_timeout', 504, Flag.UpstreamRequestTimeout);
  return replies;
}

it('fails a request whose head is gone without asking it for what it has to look up', () => {
  expect(answersTo(new GoneHead('bolt'))).toEqual([
    { status: 504, code: 'upstream_timeout', body: expect.stringContaining('UpstreamRequestTimeout') },
  ]);
});

it('sends no text with the answer to a HEAD', () => {
  expect(answersTo(new GoneHttpHead('http'))).toEqual([{ status: 504, code: 'upstream_timeout' }]);
});

import type { LocalReply, RequestHead, ResponseHead, ServerStream } from '@weft/sdk';
import { DOWNSTREAM, PROCESS } from '@weft/telemetry/stats';
import { expect, it } from 'vitest';
import { NetContext } from '../net/index.ts';
import type { Attempt } from './attempt.ts';
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

/** An exchange that was only made. */
function exchangeOf(request: { readonly family: string }, stream: Partial<ServerStream>): Exchange {
  const plane = { context: new NetContext(), process: new Float64Array(Object.keys(PROCESS).length) };
  const stats = new Float64Array(DOWNSTREAM.overhead_sum + 1);
  return new Exchange(
    plane as unknown as DataPlane,
    { stats, accessLogs: [], rules: null, edges: null } as unknown as ListenerRuntime,
    null as never,
    stream as unknown as ServerStream,
    request as unknown as RequestHead,
    true,
    1,
  );
}

/** What it answers when it fails. */
function answersTo(request: GoneHead): LocalReply[] {
  const replies: LocalReply[] = [];
  const exchange = exchangeOf(request, { sendLocalReply: (_, reply) => void replies.push(reply) });
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

it.each([true, false])('takes an answer at once unless a tunnel begins with it: %s', (switchesProtocol) => {
  const exchange = exchangeOf(new GoneHead('http'), { sendWhole: () => {} });
  // No attempt is under way, so nothing comes of an answer that is taken.
  const taken = exchange.respondWhole({} as Attempt, { switchesProtocol } as ResponseHead, Buffer.from('x'), 0, 1);
  expect(taken).toBe(!switchesProtocol);
});

import { expect, it } from 'vitest';
import { BACKENDS } from '../../load/backend.ts';
import { RawSocket } from '../../load/raw.ts';
import { CALLERS, type Caller, type LoopProtocol } from './callers.ts';

/** Callers and hosts of the bench without a proxy in between. */
function wire(protocol: LoopProtocol): { caller: Caller; answers: () => number; call(count: number): void } {
  let answers = 0;
  const write = (bytes: Buffer): void => caller.onBytes(bytes, bytes.length);
  const socket = new RawSocket({ setNoDelay() {}, on() {}, destroyed: false, writableLength: 0, write } as never);
  const onBytes = BACKENDS[protocol](socket);
  const deliver = (bytes: Buffer): void => {
    onBytes(bytes, bytes.length);
    socket.flush();
  };
  const caller: Caller = CALLERS[protocol](() => void answers++, deliver);
  deliver(caller.hello);
  return { caller, answers: () => answers, call: (count) => deliver(caller.calls(count)) };
}

it.each(Object.keys(CALLERS) as LoopProtocol[])('counts one answer for each call over %s', (protocol) => {
  const { answers, call } = wire(protocol);
  const inFlight = protocol === 'http1' ? 1 : 7;
  for (let round = 1; round <= 3; round++) {
    call(inFlight);
    expect(answers()).toBe(round * inFlight);
  }
});

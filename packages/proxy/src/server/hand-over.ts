import { closeSync } from 'node:fs';
import type { FromThread } from '../thread/index.ts';
import type { Threads } from './threads.ts';

/** Passes a fresh connection on to the thread that it is meant for. `given` hears of the one that gets it, before it does. */
export function passSocket(
  threads: Threads,
  message: Extract<FromThread, { type: 'handover' }>,
  given: (index: number) => void,
): void {
  const to = receiver(threads, message.to);
  if (to < 0) {
    message.socket.destroy();
    return;
  }
  given(to);
  threads.send(to, { type: 'handover', listener: message.listener, socket: message.socket }, [message.socket]);
}

/** Passes living connections on that another thread has given up. `given` as above, for each. */
export function passMoved(
  threads: Threads,
  message: Extract<FromThread, { type: 'moved' }>,
  given: (index: number) => void,
): void {
  for (const connection of message.connections) {
    const to = receiver(threads, message.to);
    if (to < 0) {
      closeSync(connection.fd);
      continue;
    }
    given(to);
    threads.send(to, { type: 'adopt', connection });
  }
}

/** The receiver may have died meanwhile: then the next that serves gets it, and counts it; -1 when none serves. */
function receiver(threads: Threads, wanted: number): number {
  const to = threads.serving(wanted);
  if (to >= 0 && to !== wanted) Atomics.add(new Int32Array(threads.shared.connections), to, 1);
  return to;
}

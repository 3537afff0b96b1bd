/** An accept queue counts as empty after this many turns of the event loop without a connection. */
const QUIET_TURNS = 3;
/** Callers who keep coming do not hold a drain up for longer than this. */
const MAX_QUEUE_MS = 100;

/**
 * Calls `done` when nothing has been accepted for a few turns of the event loop, or after 100 ms.
 *
 * @param clock whose `refreshTime` gives monotonic ms
 * @param accepted how many connections were accepted so far
 */
export function whenQuiet(clock: { refreshTime(): number }, accepted: () => number, done: () => void): void {
  const untilMs = clock.refreshTime() + MAX_QUEUE_MS;
  let before = accepted();
  let quietTurns = 0;
  const turn = (): void => {
    const count = accepted();
    quietTurns = count === before ? quietTurns + 1 : 0;
    before = count;
    if (quietTurns > QUIET_TURNS || clock.refreshTime() >= untilMs) done();
    else setImmediate(turn);
  };
  setImmediate(turn);
}

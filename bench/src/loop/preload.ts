/**
 * Loaded into a proxy before its own code (`node --import`): drives it without the kernel and writes down what a request
 * takes. `WEFT_LOOP` says how; in threads that do not forward it does nothing.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import v8 from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { BACKENDS, type BackendProtocol } from '../../load/backend.ts';
import { RawSocket } from '../../load/raw.ts';
import { CALLERS, type Caller } from './callers.ts';
import { type ScriptedSocket, takeHandles } from './handles.ts';
import type { LoopPlan, LoopResult } from './plan.ts';

const plan = JSON.parse(process.env['WEFT_LOOP'] ?? 'null') as LoopPlan | null;
if (plan !== null && isMainThread === plan.onMainThread) run(plan);

interface Seat {
  readonly caller: Caller;
  readonly deliver: (bytes: Buffer) => void;
  /** What it answered before it said hello. */
  readonly replies: Buffer[];
  open: number;
}

function run(plan: LoopPlan): void {
  const { protocol, connections, inFlight, listenPort, backendPorts } = plan;
  const seats: Seat[] = [];
  const idle: Seat[] = [];
  let answers = 0;
  let due = false;
  let begun = false;

  const sit = (deliver: (bytes: Buffer) => void): Caller => {
    const caller: Caller = CALLERS[protocol](
      () => {
        answers++;
        if (--seat.open > 0) return;
        idle.push(seat);
        if (due) return;
        due = true;
        setImmediate(sendAll);
      },
      (bytes) => {
        if (begun) setImmediate(() => deliver(bytes));
        else seat.replies.push(bytes);
      },
    );
    const seat: Seat = { caller, deliver, replies: [], open: 0 };
    seats.push(seat);
    return caller;
  };
  const call = (seat: Seat): void => {
    seat.open = inFlight;
    seat.deliver(seat.caller.calls(inFlight));
  };
  const round: Seat[] = [];
  const sendAll = (): void => {
    due = false;
    if (measure(answers)) return;
    round.length = 0;
    round.push(...idle);
    idle.length = 0;
    for (const seat of round) call(seat);
  };
  const begin = (): void => {
    begun = true;
    for (const { caller, deliver, replies } of seats) {
      if (caller.hello.length > 0) deliver(caller.hello);
      for (const bytes of replies) deliver(bytes);
    }
    // Behind the settings of both sides.
    setImmediate(() => setImmediate(() => seats.forEach(call)));
  };
  const measure = createMeter(plan);

  const host = (deliver: (bytes: Buffer) => void): ((bytes: Buffer, byteCount: number) => void) => {
    const socket = { setNoDelay() {}, on() {}, destroyed: false, writableLength: 0, write: deliver };
    return BACKENDS[protocol as BackendProtocol](new RawSocket(socket as never));
  };

  if (listenPort === 0) {
    // Callers and hosts without anybody in between: what the script itself costs.
    for (let index = 0; index < connections; index++) {
      const toCaller = (bytes: Buffer): void => caller.onBytes(bytes, bytes.length);
      const onBytes = host(toCaller);
      const caller = sit((bytes) => onBytes(bytes, bytes.length));
    }
    begin();
    return;
  }
  takeHandles(
    (socket) => {
      if (!backendPorts.includes(socket.remotePort)) return;
      socket.onWrite = host((bytes) => socket.deliver(bytes));
      takeEarly(socket);
    },
    (socket) => {
      if (socket.localPort !== listenPort || seats.length === connections) return;
      const caller = sit((bytes) => socket.deliver(bytes));
      socket.onWrite = (bytes, byteCount) => caller.onBytes(bytes, byteCount);
      // The owner is in the middle of making it.
      if (seats.length === connections) setTimeout(begin, 200);
    },
  );
}

function takeEarly(socket: ScriptedSocket): void {
  for (const bytes of socket.early.splice(0)) socket.onWrite?.(bytes, bytes.length);
}

/** Turns in which the heap is looked at, once the time is known. */
const HEAP_TURNS = 400;

/** Takes samples and, when it has them all, writes the result; true then. */
function createMeter(plan: LoopPlan): (answers: number) => boolean {
  const startedAt = performance.now();
  const micros: number[] = [];
  const bytes: number[] = [];
  let sampleAt = startedAt;
  let sampleAnswers = 0;
  let heapBytes = 0;
  let heapTurns = 0;
  let session: Session | null = null;
  const finish = (): void => {
    const half = `${plan.resultFile}.half`;
    writeFileSync(half, JSON.stringify({ micros, bytes } satisfies LoopResult));
    // Whoever waits for the file finds all of it.
    renameSync(half, plan.resultFile);
  };
  const stopProfile = (running: Session): void =>
    running.post('Profiler.stop', (_error, { profile }) => {
      writeFileSync(plan.profileFile, JSON.stringify(profile));
    });
  const isWarm = (answers: number, now: number): boolean => {
    if (now - startedAt < plan.warmupMs) {
      sampleAnswers = answers;
      sampleAt = now;
      return false;
    }
    if (plan.profileFile !== '' && session === null) {
      session = new Session();
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: 200 });
      session.post('Profiler.start');
    }
    return true;
  };
  /** What the heap grew by since the turn before, unless a collection came in between. */
  const lookAtHeap = (answers: number): boolean => {
    const used = v8.getHeapStatistics().used_heap_size;
    if (heapTurns > 0 && used > heapBytes) bytes.push((used - heapBytes) / (answers - sampleAnswers));
    heapBytes = used;
    sampleAnswers = answers;
    if (++heapTurns < HEAP_TURNS) return false;
    finish();
    return true;
  };
  return (answers) => {
    if (micros.length === plan.samples) return lookAtHeap(answers);
    const now = performance.now();
    if (!isWarm(answers, now) || now - sampleAt < plan.sampleMs) return false;
    micros.push(((now - sampleAt) * 1000) / (answers - sampleAnswers));
    sampleAnswers = answers;
    sampleAt = now;
    if (micros.length === plan.samples && session !== null) stopProfile(session);
    return false;
  };
}

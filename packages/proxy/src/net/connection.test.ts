import net, { type AddressInfo } from 'node:net';
import { WheelTimer } from '@weft/kit';
import { ResetReason } from '@weft/sdk';
import { afterEach, expect, it } from 'vitest';
import { Acceptor } from './acceptor.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { NetContext } from './context.ts';
import { STALL_MS } from './read-pace.ts';

/** Time that only moves when told to; timers fire on `advance`. */
class ManualClock {
  #now = 0;
  #due: { at: number; run: () => void }[] = [];
  now = (): number => this.#now;
  wallNow = (): number => this.#now;
  schedule = (delayMs: number, run: () => void): (() => void) => {
    const item = { at: this.#now + delayMs, run };
    this.#due.push(item);
    return () => {
      this.#due = this.#due.filter((other) => other !== item);
    };
  };

  advance(ms: number): void {
    for (const end = this.#now + ms; this.#now < end; ) {
      this.#now = Math.min(end, this.#now + 10);
      const due = this.#due.filter((item) => item.at <= this.#now);
      this.#due = this.#due.filter((item) => item.at > this.#now);
      for (const item of due) item.run();
    }
  }
}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Pair {
  readonly clock: ManualClock;
  readonly context: NetContext;
  readonly connection: Connection;
  readonly peer: net.Socket;
  readonly closed: ResetReason[];
}

async function pair(owner: Partial<ConnectionOwner> = {}): Promise<Pair> {
  const clock = new ManualClock();
  const context = new NetContext({ clock, poison: true });
  const closed: ResetReason[] = [];
  const whole: ConnectionOwner = {
    onConnected() {},
    onBytes() {},
    onEnd() {},
    onDrained() {},
    onTimer() {},
    onClosed: (reason) => void closed.push(reason),
    ...owner,
  };
  const accepted = Promise.withResolvers<Connection>();
  const acceptor = await Acceptor.open({
    onAccept: (handle) => accepted.resolve(Connection.accept(context, whole, handle, false)),
    onError: accepted.reject,
  });
  const peer = net.connect(acceptor.port, '127.0.0.1');
  peer.on('error', () => {});
  const connection = await accepted.promise;
  ends.push(() => {
    connection.reset();
    peer.destroy();
    acceptor.close();
  });
  return { clock, context, connection, peer, closed };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('resets a closing connection whose peer reads nothing', async () => {
  const { clock, connection, peer, closed, context } = await pair();
  peer.pause();
  const chunk = Buffer.alloc(1 << 20);
  for (let i = 0; i < 32; i++) connection.out.write(chunk);
  connection.close();
  await turn();
  expect(connection.pendingBytes).toBeGreaterThan(0);
  clock.advance(4_000);
  expect(closed).toEqual([]);
  clock.advance(8_000);
  expect(closed).toEqual([ResetReason.LOCAL_RESET]);
  expect(context.bufferedBytes).toBe(0);
  expect(context.connections.size).toBe(0);
});

it('gives a peer time to take what is large, unless it takes nothing or leaves a multiple of the limit', async () => {
  const { clock, connection, context, peer } = await pair();
  peer.pause();
  connection.out.write(Buffer.alloc(32 << 20));
  connection.flush();
  connection.flushNow();
  await turn();
  const limit = 4 << 20;
  const waiting = connection.pendingBytes;
  expect(waiting).toBeGreaterThan(limit);
  expect(connection.readsTooSlowly(limit, limit)).toBe(false);
  expect(connection.readsTooSlowly(8 * limit + 1, limit)).toBe(true);
  expect(connection.readsTooSlowly(waiting, limit)).toBe(false);
  clock.advance(STALL_MS - 1);
  context.refreshTime();
  expect(connection.readsTooSlowly(waiting, limit)).toBe(false);
  // It takes a part of the one write.
  let taken = 0;
  peer.on('data', (bytes: Buffer) => {
    taken += bytes.length;
  });
  peer.resume();
  while (taken < 8 << 20) await turn();
  peer.pause();
  clock.advance(STALL_MS);
  context.refreshTime();
  expect(connection.readsTooSlowly(connection.pendingBytes, limit)).toBe(false);
  clock.advance(STALL_MS);
  context.refreshTime();
  expect(connection.readsTooSlowly(waiting, limit)).toBe(true);
});

it('reads what a peer said before it closed on what it is sent', async () => {
  const read: string[] = [];
  const { connection, peer, closed, context } = await pair({
    onBytes: (bytes, start, end) => void read.push(bytes.toString('latin1', start, end)),
  });
  peer.pause();
  connection.out.write(Buffer.alloc(1000));
  connection.flush();
  connection.flushNow();
  await turn();
  // Closing with bytes unread sends RST behind the answer, and the next write fails before anything is read.
  peer.write('too much');
  peer.destroy();
  connection.out.write(Buffer.alloc(1000));
  connection.flushNow();
  expect([read, closed]).toEqual([[], []]);
  while (closed.length === 0) await turn();
  expect([read, closed.length, context.bufferedBytes]).toEqual([['too much'], 1, 0]);
});

it('waits for a closing connection whose peer reads slowly', async () => {
  const { clock, connection, peer, closed } = await pair();
  let received = 0;
  peer.pause();
  const total = 32 << 20;
  const chunk = Buffer.alloc(1 << 20);
  for (let i = 0; i < 32; i++) connection.out.write(chunk);
  connection.close();
  peer.on('data', (bytes: Buffer) => {
    received += bytes.length;
  });
  peer.pause();
  while (received < total && closed.length === 0) {
    peer.resume();
    await turn();
    peer.pause();
    await turn();
    // Less than the limit passes between two steps of progress.
    if (connection.pendingBytes > 0) clock.advance(20);
  }
  expect(received).toBe(total);
});

it('does not fire the timer of its owner once it is closing', async () => {
  let fired = 0;
  const { clock, connection } = await pair({ onTimer: () => void fired++ });
  connection.setTimer(100);
  connection.close();
  connection.setTimer(50);
  await turn();
  clock.advance(500);
  expect(fired).toBe(0);
});

it('keeps the other timers of a thread going when one throws', async () => {
  const { clock, context } = await pair();
  const faults: unknown[] = [];
  context.onFault = (error) => void faults.push(error);
  let later = 0;
  context.timers.arm(
    new WheelTimer(() => {
      throw new Error('a plugin');
    }),
    10,
  );
  context.timers.arm(new WheelTimer(() => void later++), 10);
  context.timers.arm(new WheelTimer(() => void later++), 200);
  clock.advance(400);
  expect([faults.length, later, context.faults]).toEqual([1, 2, 1]);
});

it('stays usable when it cannot be detached', async () => {
  const seen: string[] = [];
  const { connection, peer } = await pair({
    onBytes: (bytes, start, end) => void seen.push(bytes.toString('latin1', start, end)),
  });
  connection.out.write(Buffer.from('pending'));
  expect(connection.detach()).toBeNull();
  peer.write('hello');
  while (seen.length === 0) await turn();
  expect(seen).toEqual(['hello']);
});

it('binds a free port of loopback', async () => {
  const acceptor = await Acceptor.open({ onAccept: () => {}, onError: () => {} });
  ends.push(() => acceptor.close());
  const probe = net.connect(acceptor.port, '127.0.0.1');
  await new Promise((resolve) => probe.once('connect', resolve));
  expect((probe.address() as AddressInfo).address).toBe('127.0.0.1');
  probe.destroy();
});

it('does what nobody waits for behind the writes of a turn, and writes what comes of it before the next one', async () => {
  const { connection, context, peer } = await pair();
  let received = '';
  peer.on('data', (bytes: Buffer) => {
    received += bytes.toString();
  });
  const unsent: number[] = [];
  context.behind({
    run: () => {
      unsent.push(connection.pendingBytes);
      connection.out.write(Buffer.from('copy'));
      connection.flush();
    },
  });
  connection.out.write(Buffer.from('request '));
  connection.flush();
  await turn();
  expect([unsent, connection.pendingBytes]).toEqual([[0], 0]);
  while (received.length < 12) await turn();
  expect(received).toBe('request copy');
});

it('does a little of it each turn, in order, and no more than may wait', async () => {
  let now = 0;
  const faults: unknown[] = [];
  const context = new NetContext({
    clock: { now: () => now, wallNow: () => now, schedule: () => () => {} },
  });
  context.onFault = (error) => void faults.push(error);
  const done: string[] = [];
  const task = (name: string, takesMs: number) => ({
    run: () => {
      now += takesMs;
      done.push(name);
      if (name === 'c') throw new Error('of its own');
    },
  });
  for (const name of ['a', 'b', 'c', 'd']) context.behind(task(name, 0.06));
  context.behind(task('long', 5));
  context.behind(task('last', 0));
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    await turn();
    seen.push(done.splice(0).join(' '));
  }
  expect(seen).toEqual(['a b', 'c d', 'long', 'last']);
  expect(faults).toHaveLength(1);
  let admitted = 0;
  while (context.behind(task('', 0))) admitted++;
  expect(admitted).toBe(1024);
});

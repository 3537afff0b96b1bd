import { type ProtocolError, WheelTimer } from '@weft/kit';
import type { ClientCodec, ClientHandler, ClientStream, ResetReason, StreamSink } from '@weft/sdk';
import { UPSTREAM } from '@weft/telemetry/stats';
import { type ByteCells, ByteCounts, Connection } from '../net/index.ts';
import { CodecDriver, type DriverHost } from '../protocol/index.ts';
import type { HostPool } from './host-pool.ts';

const BYTE_CELLS: ByteCells = {
  read: UPSTREAM.connection_bytes_read_total,
  written: UPSTREAM.connection_bytes_write,
  readBuffered: UPSTREAM.connection_bytes_read_buffered,
  writeBuffered: UPSTREAM.connection_bytes_write_buffered,
};

/** After this many unanswered heartbeats the connection is given up. */
const HEARTBEAT_FAILURES = 6;

/**
 * One connection to a host: connecting, ready, draining (no new streams), closed.
 */
export class UpstreamConnection implements DriverHost, ClientHandler {
  readonly pool: HostPool;
  readonly driver: CodecDriver;
  readonly codec: ClientCodec;
  state: 'connecting' | 'ready' | 'draining' | 'closed' = 'connecting';
  /** In the pool's list of ready connections; kept by the pool. */
  listed = false;
  /** Streams opened so far. */
  opened = 0;
  /** Monotonic ms since when no stream is open; meaningless while one is. */
  idleSince = 0;
  #heartbeatTimer: WheelTimer | null = null;
  #heartbeatSent = false;
  #heartbeatFailures = 0;
  #connectTimer: WheelTimer | null;
  #timedOut = false;

  constructor(pool: HostPool) {
    this.pool = pool;
    const { context, settings, target } = pool;
    const connection = Connection.connect(context, NO_OWNER, target, settings.protocol.pooling === 'bound');
    connection.counts = new ByteCounts(settings.stats, BYTE_CELLS);
    this.driver = new CodecDriver(connection, this);
    this.codec = settings.protocol.createClient(this.driver, this, settings.protocolConfig, settings.limits);
    this.driver.attach(this.codec);
    this.#connectTimer = new WheelTimer(() => {
      this.#timedOut = true;
      this.driver.connection.reset();
    });
    context.timers.arm(this.#connectTimer, settings.connectTimeoutMs);
  }

  get id(): number {
    return this.driver.connection.id;
  }

  get connection(): Connection {
    return this.driver.connection;
  }

  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Whether a stream may be opened right now. */
  get available(): boolean {
    return (
      this.state === 'ready' &&
      this.codec.credit() > 0 &&
      this.driver.connection.pendingBytes < this.pool.settings.connectionBufferBytes
    );
  }

  open(sink: StreamSink): ClientStream {
    this.opened++;
    const stream = this.codec.open(sink);
    const max = this.pool.settings.maxRequestsPerConnection;
    if (max > 0 && this.opened >= max) this.drain();
    return stream;
  }

  /** No new streams; closes when the last one is over. */
  drain(): void {
    if (this.state !== 'ready') return;
    this.state = 'draining';
    this.pool.left(this);
    this.#closeWhenIdle();
  }

  onConnected(): void {
    this.#stopConnectTimer();
    this.state = 'ready';
    this.idleSince = this.pool.context.now;
    this.codec.start();
    this.#armHeartbeat();
    this.pool.connected(this);
  }

  onClosed(_driver: CodecDriver, reason: ResetReason, error: Error | null): void {
    this.#stopConnectTimer();
    const was = this.state;
    this.state = 'closed';
    if (this.#heartbeatTimer !== null) this.pool.context.timers.cancel(this.#heartbeatTimer);
    this.pool.closed(this, was, reason, error);
  }

  onProtocolError(_driver: CodecDriver, error: ProtocolError): void {
    this.pool.settings.onProtocolError(error, this.pool.target);
    // The streams learn of it at once instead of after the linger of the closing connection.
    if (this.state === 'ready') {
      this.state = 'draining';
      this.pool.left(this);
    }
    this.driver.connection.reset();
  }

  onCredit(): void {
    if (this.codec.activeStreams === 0) this.idleSince = this.pool.context.now;
    if (this.state === 'draining') this.#closeWhenIdle();
    else this.pool.credit(this);
  }

  onDraining(): void {
    const stats = this.pool.settings.stats;
    stats[UPSTREAM.connection_close_notify]!++;
    if (this.state === 'ready') {
      this.state = 'draining';
      this.pool.left(this);
    }
    this.#closeWhenIdle();
  }

  onLateResponse(): void {
    this.pool.context.lateResponses++;
  }

  onHeartbeat(): void {
    this.#heartbeatFailures = 0;
    if (!this.#heartbeatSent) return;
    this.#heartbeatSent = false;
    // The timer ran for the answer; the next heartbeat is an interval away, not what is left of that.
    if (this.#heartbeatTimer !== null)
      this.pool.context.timers.arm(this.#heartbeatTimer, this.pool.settings.heartbeatIntervalMs);
  }

  #closeWhenIdle(): void {
    if (this.codec.activeStreams > 0) return;
    // Not inside the codec's own callback: it may still be finishing the stream that made it idle.
    this.pool.context.defer(() => {
      if (this.codec.activeStreams === 0) this.driver.connection.close();
    });
  }

  #armHeartbeat(): void {
    const { heartbeatIntervalMs, heartbeatTimeoutMs } = this.pool.settings;
    if (heartbeatIntervalMs === 0) return;
    this.#heartbeatTimer = new WheelTimer(() => {
      if (this.#heartbeatSent) {
        this.#heartbeatSent = false;
        if (++this.#heartbeatFailures >= HEARTBEAT_FAILURES) {
          this.driver.connection.reset();
          return;
        }
      } else if (this.codec.heartbeat()) {
        this.#heartbeatSent = true;
        this.pool.context.timers.arm(this.#heartbeatTimer as WheelTimer, heartbeatTimeoutMs);
        return;
      } else {
        return;
      }
      this.pool.context.timers.arm(this.#heartbeatTimer as WheelTimer, heartbeatIntervalMs);
    });
    this.pool.context.timers.arm(this.#heartbeatTimer, heartbeatIntervalMs);
  }

  #stopConnectTimer(): void {
    if (this.#connectTimer !== null) this.pool.context.timers.cancel(this.#connectTimer);
    this.#connectTimer = null;
  }
}

/** Stands in until the driver has taken the connection over; nothing can happen within that call. */
const NO_OWNER = {
  onConnected(): void {},
  onBytes(): void {},
  onEnd(): void {},
  onDrained(): void {},
  onTimer(): void {},
  onClosed(): void {},
};

import { ResetReason } from '@weft/sdk';
import type { H2Connection } from './connection.ts';
import { Flood } from './floods.ts';
import { ErrorCodeH2, Flag, MAX_STREAM_ID, writePing } from './frame.ts';
import { MAX_WINDOW_BYTES, writeSettingsAck } from './settings.ts';

/** RFC 9113 section 6.5. */
export function handleSettings(
  connection: H2Connection,
  bytes: Buffer,
  flags: number,
  streamId: number,
  start: number,
  end: number,
): void {
  if (streamId !== 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'SETTINGS on a stream');
  if ((flags & Flag.ACK) !== 0) {
    if (end !== start) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'SETTINGS acknowledgement with entries');
    connection.countFlood(Flood.USELESS);
    return;
  }
  if ((end - start) % 6 !== 0) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'SETTINGS of a wrong length');
  connection.countFlood(Flood.SETTINGS);
  connection.checkBacklog();
  const peer = connection.peer;
  const windowBefore = peer.initialWindowBytes;
  const code = peer.apply(bytes, start, end);
  if (code !== ErrorCodeH2.NO_ERROR) connection.fail(code, 'SETTINGS with a wrong value');
  connection.encoder.hpack.setPeerTableBytes(peer.headerTableBytes);
  writeSettingsAck(connection.link.out);
  connection.link.flush();
  if (peer.initialWindowBytes !== windowBefore) adjustWindows(connection, peer.initialWindowBytes - windowBefore);
  connection.onPeerSettings();
}

/** A new initial window moves the credit of every open stream, also below zero (RFC 9113 section 6.9.2). */
function adjustWindows(connection: H2Connection, delta: number): void {
  for (const stream of connection.streams.values()) {
    stream.sendWindow += delta;
    if (stream.sendWindow > MAX_WINDOW_BYTES)
      connection.fail(ErrorCodeH2.FLOW_CONTROL_ERROR, 'a stream window became too large');
    connection.scheduler.schedule(stream);
  }
  connection.scheduler.pump();
}

/** RFC 9113 section 6.7. */
export function handlePing(
  connection: H2Connection,
  bytes: Buffer,
  flags: number,
  streamId: number,
  start: number,
  end: number,
): void {
  if (streamId !== 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'PING on a stream');
  if (end - start !== 8) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'PING of a wrong length');
  if ((flags & Flag.ACK) !== 0) {
    connection.countFlood(Flood.USELESS);
    connection.onPingAck();
    return;
  }
  connection.countFlood(Flood.PINGS);
  connection.checkBacklog();
  writePing(connection.link.out, true, bytes, start);
  connection.link.flush();
}

/** RFC 9113 section 6.9. */
export function handleWindowUpdate(
  connection: H2Connection,
  bytes: Buffer,
  streamId: number,
  start: number,
  end: number,
): void {
  if (end - start !== 4) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'WINDOW_UPDATE of a wrong length');
  const increment = bytes.readUInt32BE(start) & 0x7fff_ffff;
  if (streamId === 0) {
    connection.countFlood(Flood.WINDOW_UPDATES);
    if (increment === 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'WINDOW_UPDATE of zero');
    if (!connection.scheduler.grant(increment))
      connection.fail(ErrorCodeH2.FLOW_CONTROL_ERROR, 'connection window too large');
    return;
  }
  const stream = connection.streams.get(streamId);
  if (stream === undefined) {
    if (connection.isIdle(streamId)) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'WINDOW_UPDATE on an idle stream');
    connection.countLate(Flood.WINDOW_UPDATES);
    return;
  }
  connection.countFlood(Flood.WINDOW_UPDATES);
  if (increment === 0) return connection.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
  stream.sendWindow += increment;
  if (stream.sendWindow > MAX_WINDOW_BYTES) return connection.streamError(stream, ErrorCodeH2.FLOW_CONTROL_ERROR);
  if (stream.queue.bytes === 0) return;
  connection.scheduler.schedule(stream);
  connection.scheduler.pump();
}

/** RFC 9113 section 6.4. */
export function handleRstStream(
  connection: H2Connection,
  bytes: Buffer,
  streamId: number,
  start: number,
  end: number,
): void {
  if (streamId === 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'RST_STREAM on stream 0');
  if (end - start !== 4) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'RST_STREAM of a wrong length');
  const stream = connection.streams.get(streamId);
  if (stream === undefined) {
    if (connection.isIdle(streamId)) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'RST_STREAM on an idle stream');
    connection.countLate();
    connection.resetStreams.remove(streamId);
    return;
  }
  const code = bytes.readUInt32BE(start);
  if (code === ErrorCodeH2.NO_ERROR && stream.remoteClosed) {
    // The peer has answered in full and wants no more of the request (RFC 9113 section 8.1): nothing failed.
    connection.finish(stream);
    return;
  }
  connection.resetByPeer(stream, code === ErrorCodeH2.REFUSED_STREAM ? ResetReason.REFUSED : ResetReason.REMOTE_RESET);
  connection.countPeerReset(stream);
}

/** RFC 9113 section 6.8. */
export function handleGoaway(
  connection: H2Connection,
  bytes: Buffer,
  streamId: number,
  start: number,
  end: number,
): void {
  if (streamId !== 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'GOAWAY on a stream');
  if (end - start < 8) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'GOAWAY of a wrong length');
  connection.countFlood(Flood.USELESS);
  connection.onPeerGoaway(bytes.readUInt32BE(start) & MAX_STREAM_ID);
}

/** RFC 9113 section 6.3: checked for its form, otherwise without effect. */
export function handlePriority(
  connection: H2Connection,
  bytes: Buffer,
  streamId: number,
  start: number,
  end: number,
): void {
  if (streamId === 0) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'PRIORITY on stream 0');
  const stream = connection.streams.get(streamId);
  if (stream === undefined && !connection.isIdle(streamId)) connection.countLate(Flood.PRIORITY);
  else connection.countFlood(Flood.PRIORITY);
  if (end - start !== 5) {
    if (stream === undefined) connection.fail(ErrorCodeH2.FRAME_SIZE_ERROR, 'PRIORITY of a wrong length');
    else connection.streamError(stream, ErrorCodeH2.FRAME_SIZE_ERROR);
    return;
  }
  if ((bytes.readUInt32BE(start) & MAX_STREAM_ID) !== streamId) return;
  if (stream === undefined) connection.fail(ErrorCodeH2.PROTOCOL_ERROR, 'a stream depends on itself');
  else connection.streamError(stream, ErrorCodeH2.PROTOCOL_ERROR);
}

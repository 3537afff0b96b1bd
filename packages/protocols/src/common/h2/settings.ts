import type { OutputBuffer } from '@weft/kit';
import { ErrorCodeH2, Flag, FrameType, MAX_FRAME_BYTES, writeFrameHead } from './frame.ts';

export const SettingId = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

export const DEFAULT_WINDOW_BYTES = 65_535;
export const MAX_WINDOW_BYTES = 0x7fff_ffff;

/** What the peer announced (RFC 9113 section 6.5.2). Its frame size and list size only ever allow more than we use. */
export class PeerSettings {
  readonly #fromServer: boolean;
  headerTableBytes = 4096;
  /** Until the first SETTINGS arrive we open no more than the recommended minimum. */
  maxStreams = 100;
  initialWindowBytes = DEFAULT_WINDOW_BYTES;
  /** The first SETTINGS arrived. */
  received = false;

  constructor(fromServer: boolean) {
    this.#fromServer = fromServer;
  }

  /**
   * Takes the entries in `[start, end)`, whose length is a multiple of six. Unknown ones are ignored.
   * Returns 0 or the error code of a connection error.
   */
  apply(bytes: Uint8Array, start: number, end: number): number {
    if (!this.received) {
      this.received = true;
      this.maxStreams = MAX_WINDOW_BYTES;
    }
    for (let at = start; at < end; at += 6) {
      const id = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      const value =
        (((bytes[at + 2] as number) << 24) |
          ((bytes[at + 3] as number) << 16) |
          ((bytes[at + 4] as number) << 8) |
          (bytes[at + 5] as number)) >>>
        0;
      switch (id) {
        case SettingId.HEADER_TABLE_SIZE:
          this.headerTableBytes = value;
          break;
        case SettingId.ENABLE_PUSH:
          // We never push; a server may only say that it does not either (section 6.5.2).
          if (value > 1 || (value === 1 && this.#fromServer)) return ErrorCodeH2.PROTOCOL_ERROR;
          break;
        case SettingId.MAX_CONCURRENT_STREAMS:
          this.maxStreams = value;
          break;
        case SettingId.INITIAL_WINDOW_SIZE:
          if (value > MAX_WINDOW_BYTES) return ErrorCodeH2.FLOW_CONTROL_ERROR;
          this.initialWindowBytes = value;
          break;
        case SettingId.MAX_FRAME_SIZE:
          if (value < MAX_FRAME_BYTES || value > 0xff_ffff) return ErrorCodeH2.PROTOCOL_ERROR;
          break;
        default:
      }
    }
    return ErrorCodeH2.NO_ERROR;
  }
}

/** Appends a SETTINGS frame with these pairs. */
export function writeSettings(out: OutputBuffer, pairs: readonly (readonly [id: number, value: number])[]): void {
  writeFrameHead(out, pairs.length * 6, FrameType.SETTINGS, 0, 0);
  for (const [id, value] of pairs) {
    out.writeUint16(id);
    out.writeUint32(value);
  }
}

export function writeSettingsAck(out: OutputBuffer): void {
  writeFrameHead(out, 0, FrameType.SETTINGS, Flag.ACK, 0);
}

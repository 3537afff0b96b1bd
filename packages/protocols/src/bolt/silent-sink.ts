import type { StreamSink } from '@weft/sdk';

/** Stands in until the receiver of a stream has set its own. */
export const SILENT: StreamSink = Object.freeze({
  onInformational() {},
  onHead() {},
  onData() {},
  onTrailers() {},
  onReset() {},
  onWritable() {},
});

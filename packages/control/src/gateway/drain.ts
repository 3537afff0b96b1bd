import type { IncomingMessage } from 'node:http';
import type { Clock } from '@weft/kit';

/**
 * Reads on and throws away, until the body ends, `maxBytes` came or `timeoutMs` went by. A connection that is closed with
 * bytes unread is reset, and the caller, who still sends, never sees the answer.
 */
export function drain(
  body: IncomingMessage,
  clock: Clock,
  { maxBytes, timeoutMs }: { readonly maxBytes: number; readonly timeoutMs: number },
): Promise<void> {
  if (body.readableEnded || body.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let left = maxBytes;
    const end = (): void => {
      cancel();
      body.off('data', count).off('end', end).off('close', end).off('error', end);
      body.pause();
      resolve();
    };
    const count = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) end();
    };
    const cancel = clock.schedule(timeoutMs, end);
    body.on('data', count).on('end', end).on('close', end).on('error', end).resume();
  });
}

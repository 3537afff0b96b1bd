import { randomBytes } from 'node:crypto';

/** The trace that a request belongs to, by its `traceparent` (W3C Trace Context); a new one when it says none. */
export function traceIdOf(traceparent: string | undefined): string {
  return (
    /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(traceparent ?? '')?.[1] ?? randomBytes(16).toString('hex')
  );
}

/** What the next application is told of the trace. */
export const traceparentOf = (traceId: string): string => `00-${traceId}-${randomBytes(8).toString('hex')}-01`;

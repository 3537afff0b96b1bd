import type { Protocol, RequestHead, UnreadCall } from '@weft/sdk';

/** What of a request its protocol cannot read; null where it reads all. Calls of RPC always have a service and a method. */
export function unreadOf(protocol: Protocol | undefined, request: RequestHead): UnreadCall | null {
  const found = protocol?.unread?.(request) ?? null;
  if (found !== null || request.family === 'http' || request.family === 'raw') return found;
  const missing = request.service === '' ? 'service' : request.method === '' ? 'method' : '';
  return missing === '' ? null : { names: `the call says no ${missing}`, headers: '' };
}

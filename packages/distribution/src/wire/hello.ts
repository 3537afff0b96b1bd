import { createHash, createHmac } from 'node:crypto';
import type { StreamHeaders } from '../transport/stream.ts';

/** Headers of every stream that a proxy opens. */
export const HELLO_HEADERS = {
  accessKey: 'x-weft-access-key',
  /** Unix milliseconds. */
  timestamp: 'x-weft-timestamp',
  /** base64(HMAC-SHA256(secret, `helloText`)). */
  signature: 'x-weft-signature',
  /** `envoy.config.core.v3.Node`, encoded. */
  node: 'x-weft-node-bin',
} as const;

/** What is signed: a word for the purpose, the key, the time, and the node as its bytes stand in the header. */
export function helloText(accessKey: string, timestamp: string, node: Uint8Array): string {
  return `weft-hello-v1\n${accessKey}\n${timestamp}\n${createHash('sha256').update(node).digest('hex')}`;
}

export function helloHeaders(
  node: Uint8Array,
  credentials: { readonly accessKey: string; readonly secret: string } | undefined,
  wallNowMs: number,
): StreamHeaders {
  const binary = { [HELLO_HEADERS.node]: node };
  if (credentials === undefined) return { text: {}, binary };
  const timestamp = String(Math.round(wallNowMs));
  const signature = createHmac('sha256', credentials.secret)
    .update(helloText(credentials.accessKey, timestamp, node))
    .digest('base64');
  return {
    text: {
      [HELLO_HEADERS.accessKey]: credentials.accessKey,
      [HELLO_HEADERS.timestamp]: timestamp,
      [HELLO_HEADERS.signature]: signature,
    },
    binary,
  };
}

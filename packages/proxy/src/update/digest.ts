import { createHash } from 'node:crypto';

/** SHA-256 (hex) of a plain value; equal values in equal key order give equal digests. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const FORMAT = 1;

/** Where one value is and how it is recognised. Values of a kind stand one after the other in its file. */
export interface ManifestEntry {
  readonly kind: string;
  readonly name: string;
  readonly file: string;
  /** In the file. */
  readonly offset: number;
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly savedAt: string;
}

export interface Manifest {
  readonly format: number;
  readonly generation: number;
  readonly savedAt: string;
  readonly entries: readonly ManifestEntry[];
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function seal(body: string, secret: string | undefined): string {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return hash.update(body).digest('base64');
}

/** The seal stands on a line of its own after the document, so that it covers every byte of it. */
export function formatManifest(manifest: Manifest, secret: string | undefined): string {
  const body = `${JSON.stringify(manifest, null, 1)}\n`;
  return `${body}${secret === undefined ? 'sha256' : 'hmac'} ${seal(body, secret)}\n`;
}

/** Throws with the reason when a byte is not as it was written. */
export function parseManifest(text: string, secret: string | undefined): Manifest {
  const at = text.lastIndexOf('\n', text.length - 2) + 1;
  const body = text.slice(0, at);
  const label = secret === undefined ? 'sha256' : 'hmac';
  const expected = Buffer.from(`${label} ${seal(body, secret)}\n`);
  const found = Buffer.from(text.slice(at));
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) {
    throw new Error(`the ${label} of manifest.json does not fit (damaged, or written with another key)`);
  }
  const manifest = JSON.parse(body) as Manifest;
  if (manifest.format !== FORMAT) throw new Error(`format ${manifest.format}, expected ${FORMAT}`);
  return manifest;
}

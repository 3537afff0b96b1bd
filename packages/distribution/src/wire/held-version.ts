import { createHash } from 'node:crypto';

/** Hex characters of the SHA-256 of a resource's bytes: enough to tell two contents of one version apart. */
const CONTENT_CHARS = 16;

/** What a client that connects says of one resource that it holds. */
export interface HeldVersion {
  /** 0: it did not say one that can be. */
  readonly version: number;
  /** See `contentOf`; empty when the client does not say, as foreign ones do not. */
  readonly content: string;
}

/** The first 16 hex characters of the SHA-256 of an encoded resource. */
export function contentOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, CONTENT_CHARS);
}

/** `<version>`, or `<version>:<content>`: an entry of `initial_resource_versions`. */
export function formatHeldVersion({ version, content }: HeldVersion): string {
  return content === '' ? String(version) : `${version}:${content}`;
}

export function parseHeldVersion(text: string): HeldVersion {
  const [number = '', content = ''] = text.split(':');
  const version = Number(number);
  return Number.isSafeInteger(version) && version > 0 ? { version, content } : { version: 0, content: '' };
}

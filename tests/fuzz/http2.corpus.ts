import { readFileSync } from 'node:fs';

interface Capture {
  readonly toServer: string;
  readonly toClient: string;
}
export const captures = Object.values(
  JSON.parse(
    readFileSync(new URL('../../packages/protocols/src/http2/testdata/captures.json', import.meta.url), 'utf8'),
  ) as Record<string, Capture>,
);

/** Recorded conversations; the first byte says which side they are for. */
export const corpus: readonly Buffer[] = captures.flatMap(({ toServer, toClient }) => [
  Buffer.concat([Buffer.from([0]), Buffer.from(toServer, 'hex')]),
  Buffer.concat([Buffer.from([1]), Buffer.from(toClient, 'hex')]),
]);

/** Numbers of serializations, as the head of a frame has them in text. */
export const CODEC_HESSIAN = '1';
export const CODEC_PROTOBUF = '11';
export const CODEC_JSON = '12';

const TYPES: readonly (readonly [codec: string, contentType: string])[] = [
  [CODEC_JSON, 'application/json'],
  [CODEC_PROTOBUF, 'application/x-protobuf'],
];

/** What HTTP calls content that is passed on as it is. */
export function contentTypeOf(codec: string): string {
  return TYPES.find(([known]) => known === codec)?.[1] ?? 'application/octet-stream';
}

/** Null for a type that Bolt has no serialization for. */
export function codecOf(contentType: string): string | null {
  const type = (contentType.split(';')[0] as string).trim().toLowerCase();
  if (type === 'application/protobuf') return CODEC_PROTOBUF;
  return TYPES.find(([, known]) => known === type)?.[0] ?? null;
}

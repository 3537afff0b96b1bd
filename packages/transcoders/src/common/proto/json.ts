import { TranscodeError } from '@weft/sdk';

/**
 * A message as a tree that `JSON.stringify` writes in the JSON mapping of proto3: whole numbers of 64 bits are strings,
 * bytes are base64, objects have no prototype, so that no name means anything to JavaScript.
 */
export type ProtoJson = null | boolean | number | string | ProtoJson[] | ProtoJsonObject;
export interface ProtoJsonObject {
  [name: string]: ProtoJson;
}

export function emptyObject(): ProtoJsonObject {
  return Object.create(null) as ProtoJsonObject;
}

export function isObject(value: ProtoJson | undefined): value is ProtoJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** In either alphabet, with its padding or without; one character alone is less than a byte. */
export const isBase64 = (text: string): boolean => BASE64.test(text) && text.replace(/=+$/, '').length % 4 !== 1;

/** Messages within messages. */
export const MAX_DEPTH = 100;

/** @throws TranscodeError always: the JSON mapping of proto3 has no groups */
export function refuseGroup(place: string): never {
  throw new TranscodeError(`${place} is a group of proto2, which is not converted`);
}

import { encodeMessage } from '../grpc/index.ts';
import { Descriptors, jsonToMessage, type ProtoMessage } from '../proto/index.ts';
import { parseJson } from '../values/index.ts';
import { LIBRARY_DESCRIPTORS } from './library/index.ts';

export const LIBRARY = new Descriptors([Buffer.from(LIBRARY_DESCRIPTORS, 'base64')]);

/** `library.Book` */
export const BOOK = LIBRARY.method('library.Library', 'Lend')?.input as ProtoMessage;

export function message(json: unknown, type: ProtoMessage = BOOK): Buffer {
  return jsonToMessage(type, parseJson(JSON.stringify(json)), 'refuse');
}

export function frame(json: unknown, type: ProtoMessage = BOOK): Buffer {
  return encodeMessage(message(json, type));
}

import { isUtf8 } from 'node:buffer';
import { TranscodeError } from '@weft/sdk';
import { type JsonValue, parseJson, ValueError } from '../common/values/index.ts';

/** @throws TranscodeError for bytes that are no JSON */
export function readJson(bytes: Buffer): JsonValue {
  if (!isUtf8(bytes)) throw new TranscodeError('syntax: not UTF-8');
  try {
    return parseJson(bytes.toString());
  } catch (error) {
    if (error instanceof ValueError) throw new TranscodeError(`${error.problem}: ${error.message}`);
    throw error;
  }
}

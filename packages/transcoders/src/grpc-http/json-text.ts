import { isUtf8 } from 'node:buffer';
import { TranscodeError } from '@weft/sdk';
import { DEFAULT_VALUE_LIMITS, type JsonValue, parseJson, ValueError } from '../common/values/index.ts';

/** @throws TranscodeError for bytes that are no JSON, and for names that an object has twice: proto3 has no such JSON */
export function readJson(bytes: Buffer): JsonValue {
  if (!isUtf8(bytes)) throw new TranscodeError('syntax: not UTF-8');
  try {
    return parseJson(bytes.toString(), DEFAULT_VALUE_LIMITS, 'refuse');
  } catch (error) {
    if (error instanceof ValueError) throw new TranscodeError(`${error.problem}: ${error.message}`);
    throw error;
  }
}

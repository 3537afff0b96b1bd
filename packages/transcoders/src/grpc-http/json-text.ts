import { isUtf8 } from 'node:buffer';
import { TranscodeError } from '@weft/sdk';
import { type JsonValue, parseJson, ValueError, valueLimits } from '../common/values/index.ts';

/** @throws TranscodeError for bytes that are no JSON, and for names that an object has twice: proto3 has no such JSON */
export function readJson(bytes: Buffer, maxBodyBytes: number): JsonValue {
  if (!isUtf8(bytes)) throw new TranscodeError('syntax: not UTF-8');
  try {
    return parseJson(bytes.toString(), valueLimits(maxBodyBytes), 'refuse');
  } catch (error) {
    if (error instanceof ValueError) throw new TranscodeError(`${error.problem}: ${error.message}`);
    throw error;
  }
}

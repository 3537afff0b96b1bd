import { TranscodeError } from '@weft/sdk';
import type { ServiceMapping } from '../mapping/index.ts';
import { toJson, ValueError, valueLimits } from '../values/index.ts';

/**
 * The JSON of a Java value, as the mapping of its service wants it.
 * @param maxBodyBytes what a message may have; its JSON may have as many characters, and those of the default in any case, as
 * what is short in Hessian may be long in JSON
 * @throws TranscodeError for what has no form in JSON, and for too much of it
 */
export function jsonOf(value: unknown, service: ServiceMapping, maxBodyBytes: number): string {
  try {
    return toJson(value, { ...service.toJson, limits: valueLimits(maxBodyBytes) });
  } catch (error) {
    if (error instanceof ValueError) throw new TranscodeError(`${error.problem}: ${error.message}`);
    throw error;
  }
}

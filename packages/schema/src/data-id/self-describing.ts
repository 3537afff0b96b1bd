import { DataIdError } from './data-id-error.ts';
import { parseServiceDataId } from './service-data-id.ts';

/**
 * Whether an answer of this service can be written by somebody who has no description of its types: `text` where it is a text,
 * `value` where values say their types on the wire, `described` where they do not, `unknown` for ids of other protocols and
 * what is no id.
 */
export function valuesOf(service: string): 'text' | 'value' | 'described' | 'unknown' {
  try {
    const id = parseServiceDataId(service);
    switch (id.kind) {
      case 'http':
      case 'cloud':
        return 'text';
      case 'sofa':
      case 'dubbo':
        return 'value';
      case 'grpc':
      case 'named':
        return 'described';
      case 'custom':
        return 'unknown';
    }
  } catch (error) {
    if (!(error instanceof DataIdError)) throw error;
    return 'unknown';
  }
}

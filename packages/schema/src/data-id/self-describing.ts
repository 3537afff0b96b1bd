import { DataIdError } from './data-id-error.ts';
import { parseServiceDataId } from './service-data-id.ts';

/**
 * How an answer of this service is written: `text` as it is, `value` as one that says its types on the wire, `message` as one of
 * Protobuf, `triple` as one of Protobuf or, for a Java interface, as a value inside of one; `tars` and `thrift` as fields with
 * numbers and types, of Tars and of a result in Thrift; `unknown` for ids of other protocols and what is no id.
 */
export type WrittenForm = 'text' | 'value' | 'message' | 'triple' | 'tars' | 'thrift' | 'unknown';

export function valuesOf(service: string): WrittenForm {
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
        return id.protocol === 'tri' ? 'triple' : 'message';
      case 'named':
        return id.protocol === 'tars' ? 'tars' : 'thrift';
      case 'custom':
        return 'unknown';
    }
  } catch (error) {
    if (!(error instanceof DataIdError)) throw error;
    return 'unknown';
  }
}

import { FieldType } from './descriptor.ts';
import { Wire } from './wire.ts';

/** Messages of one field that stand for a value that may be missing. */
const WRAPPER = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

export function isWrapper(messageName: string): boolean {
  return WRAPPER.test(messageName);
}

/** How a field of this type is on the wire, packed or not. */
export function wireOf(type: number): number {
  switch (type) {
    case FieldType.DOUBLE:
    case FieldType.FIXED64:
    case FieldType.SFIXED64:
      return Wire.FIXED64;
    case FieldType.FLOAT:
    case FieldType.FIXED32:
    case FieldType.SFIXED32:
      return Wire.FIXED32;
    case FieldType.STRING:
    case FieldType.BYTES:
    case FieldType.MESSAGE:
      return Wire.BYTES;
    default:
      return Wire.VARINT;
  }
}

export function isLong(type: number): boolean {
  switch (type) {
    case FieldType.INT64:
    case FieldType.UINT64:
    case FieldType.SINT64:
    case FieldType.FIXED64:
    case FieldType.SFIXED64:
      return true;
    default:
      return false;
  }
}

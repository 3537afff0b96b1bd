import { FieldType } from './descriptor.ts';
import { wireOf } from './field-type.ts';
import { varint, Wire } from './wire.ts';

/** A whole number as a field of this type has it on the wire, taken modulo its size. */
export function writeWhole(type: number, value: bigint): Buffer {
  switch (type) {
    case FieldType.SINT32:
    case FieldType.SINT64:
      return Buffer.from(varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))));
    case FieldType.FIXED32:
    case FieldType.SFIXED32: {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(Number(BigInt.asUintN(32, value)));
      return bytes;
    }
    case FieldType.FIXED64:
    case FieldType.SFIXED64: {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
      return bytes;
    }
    case FieldType.UINT32:
      return Buffer.from(varint(BigInt.asUintN(32, value)));
    case FieldType.INT32:
    case FieldType.ENUM:
      return Buffer.from(varint(BigInt.asUintN(64, BigInt.asIntN(32, value))));
    default:
      return Buffer.from(varint(BigInt.asUintN(64, value)));
  }
}

/** A `double` or a `float`. */
export function writeDecimal(type: number, value: number): Buffer {
  if (type === FieldType.DOUBLE) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  }
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

/** A field as two pieces: what stands before its value, and the value. */
export function tagged(number: number, type: number, bytes: Uint8Array): [Buffer, Uint8Array] {
  const wire = wireOf(type);
  const tag = varint(number * 8 + wire);
  return [Buffer.from(wire === Wire.BYTES ? [...tag, ...varint(bytes.length)] : tag), bytes];
}

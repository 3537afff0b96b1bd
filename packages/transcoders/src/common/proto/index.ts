/** Messages of protobuf: what descriptor sets say of them, their bytes, and the JSON that stands for them. */
export {
  checkMayLack,
  Descriptors,
  FieldType,
  type ProtoEnum,
  type ProtoField,
  type ProtoMessage,
  type ProtoMethod,
  smallFirst,
} from './descriptor.ts';
export { isLong, isWrapper, wireOf } from './field-type.ts';
export { jsonToMessage, type UnknownFields } from './from-json.ts';
export { emptyObject, isBase64, isObject, type ProtoJson, type ProtoJsonObject } from './json.ts';
export { tagged, writeDecimal, writeWhole } from './scalars.ts';
export { defaultJson, messageToJson } from './to-json.ts';
export { field, ProtoReader, varint, visitFields, Wire } from './wire.ts';

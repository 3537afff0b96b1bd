export type { Static, TSchema } from 'typebox';
export { Type } from 'typebox';
export type { JsonObject, JsonValue } from '../json-schema.ts';
export {
  AutoCount,
  Bytes,
  Count,
  Decimal,
  Duration,
  DurationNs,
  Enum,
  type FieldOptions,
  Flag,
  Ignored,
  Json,
  JsonMap,
  List,
  Name,
  type Parsed,
  Secret,
  Text,
  TextMap,
  Unsupported,
} from './fields.ts';

/** Java values as JSON and back. See README.md. */
export { JsonDecimal, type JsonValue, parseJson, ValueError, type ValueProblem } from '@weft/json-values';
export { inDialect } from './dialect.ts';
export { type ClassTypes, type FromJsonOptions, fromJson } from './from-json.ts';
export { type Dialect, readJavaObject } from './java-objects.ts';
export { ANY, descriptorOf, erasureOf, type JavaType, parseDescriptors, parseJavaType } from './java-types.ts';
export {
  DEFAULT_MAX_BODY_BYTES,
  DEFAULT_VALUE_LIMITS,
  hessianReadLimits,
  hessianWriteLimits,
  maxValuesOf,
  maxWrittenBytesOf,
  type ValueLimits,
  valueLimits,
} from './limits.ts';
export { describeThrowable, type Thrown, throwable } from './throwable.ts';
export { type ToJsonOptions, toJson } from './to-json.ts';

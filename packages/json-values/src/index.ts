/** JSON without loss, and the answers of RPC protocols that are written as JSON. See README.md. */
export { JsonDecimal, type JsonLimits, type JsonValue, parseJson } from './json-text.ts';
export { TarsType, tarsAnswer, tarsHead, tarsInt, tarsText } from './tars-answer.ts';
export { thriftAnswer } from './thrift-answer.ts';
export { cut, ValueError, ValuePath, type ValueProblem } from './value-error.ts';

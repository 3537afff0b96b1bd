/** The two forms of Hessian 2: the final one (Dubbo) and the draft (SOFA). See ../README.md. */
export { DraftReader } from './draft-reader.ts';
export { DraftSkipper } from './draft-skipper.ts';
export { DraftWriter } from './draft-writer.ts';
export { hessianFromJson } from './from-json.ts';
export { Hessian2Reader } from './hessian2-reader.ts';
export { Hessian2Skipper } from './hessian2-skipper.ts';
export { Hessian2Writer } from './hessian2-writer.ts';
export { DEFAULT_HESSIAN_LIMITS, type HessianLimits, MALFORMED, OVER_LIMIT, TRUNCATED } from './limits.ts';
export { SOFA_REQUEST } from './sofa-request.ts';
export { decodeUnits, encodeUnits, skipUnits, unitBytes } from './text.ts';
export { HessianDouble, HessianObject, TypedList, TypedMap } from './values.ts';

export { bindArguments, type FoundMethod, MethodFinder } from './find-method.ts';
export { type HttpOutcome, readHttpOutcome } from './from-response.ts';
export { toHttpRequest } from './to-request.ts';
export { errorResponse, valueResponse, wantsText } from './to-response.ts';

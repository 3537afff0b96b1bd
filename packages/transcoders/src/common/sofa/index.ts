export { Bolt, type BoltStatus, outcomeAnswer, passedAnswer, statusAnswer } from './answer.ts';
export { CODEC_HESSIAN, CODEC_JSON, CODEC_PROTOBUF, codecOf, contentTypeOf } from './codec.ts';
export {
  checkCalled,
  REQUEST_CLASS,
  RESPONSE_CLASS,
  readCall,
  readOutcome,
  type SofaCall,
  type SofaOutcome,
  writeCall,
  writeOutcome,
  writeServerError,
} from './content.ts';
export { formatServiceName, parseServiceName, type SofaServiceName } from './service-name.ts';

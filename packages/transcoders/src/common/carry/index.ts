/** What goes with a call besides its arguments: contexts of traces, the caller, the deadline. */
export {
  BOLT_METHOD,
  BOLT_SERVICE,
  BOLT_TARGET_APP,
  BOLT_TARGET_SERVICE,
  boltToHttp,
  HTTP_METHOD,
  HTTP_SERVICE,
  HTTP_TARGET_APP,
  httpToBolt,
} from './bolt-headers.ts';
export { attachmentsToHttp, httpToAttachments } from './dubbo-attachments.ts';
export { isCarried, isHttpField, percentDecode, percentEncode, shorter, TIMEOUT, timeoutOf } from './names.ts';

import { DraftReader, DraftWriter, HessianObject, SOFA_REQUEST, TypedList } from '@weft/hessian';
import { MeshError } from '@weft/kit';
import { type RequestHead, TranscodeError } from '@weft/sdk';
import { DEFAULT_MAX_BODY_BYTES, hessianReadLimits, hessianWriteLimits } from '../values/index.ts';
import { formatServiceName, parseServiceName } from './service-name.ts';

export const REQUEST_CLASS = SOFA_REQUEST.className;
export const RESPONSE_CLASS = 'com.alipay.sofa.rpc.core.response.SofaResponse';
const ERROR_CLASS = 'com.alipay.remoting.rpc.exception.RpcServerException';

/** A call of SOFARPC, as the content of a Bolt frame has it. */
export interface SofaCall {
  /** `interface:version[:uniqueId]`. */
  readonly service: string;
  readonly method: string;
  /** Java types of the arguments, such as `java.lang.String` or `[B`. */
  readonly argTypes: readonly string[];
  readonly args: readonly unknown[];
  readonly targetApp: string;
}

/** What came of a call: a value, what the method threw, or what the framework says went wrong. */
export type SofaOutcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'exception'; readonly value: HessianObject }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Reads a SofaRequest and the arguments behind it.
 * @param maxBodyBytes bounds the values in it, as it does everywhere below
 * @throws TranscodeError when the content is none, or too many values
 */
export function readCall(content: Buffer, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): SofaCall {
  return reading('request', () => {
    const reader = new DraftReader(content, 0, content.length, hessianReadLimits(maxBodyBytes));
    const request = reader.read();
    if (!(request instanceof HessianObject) || request.className !== REQUEST_CLASS)
      throw new TranscodeError('the content is no SofaRequest');
    const { fields } = request;
    const signatures = fields.get('methodArgSigs');
    const items = signatures instanceof TypedList ? signatures.items : Array.isArray(signatures) ? signatures : [];
    const args: unknown[] = [];
    for (let i = 0; i < items.length; i++) args.push(reader.read());
    return {
      service: text(fields.get(SOFA_REQUEST.service)),
      method: text(fields.get(SOFA_REQUEST.method)),
      targetApp: text(fields.get(SOFA_REQUEST.targetApp)),
      argTypes: items.map(text),
      args,
    };
  });
}

/**
 * @param props what providers find in `requestProps`
 * @throws TranscodeError when the arguments are too many, too deep or too long
 */
export function writeCall(
  call: SofaCall,
  props: Iterable<readonly [string, string]> = [],
  maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
): Buffer {
  const request = new HessianObject(REQUEST_CLASS, [
    [SOFA_REQUEST.targetApp, call.targetApp],
    [SOFA_REQUEST.method, call.method],
    [SOFA_REQUEST.service, call.service],
    ['requestProps', new Map(props)],
    ['methodArgSigs', new TypedList('[string', [...call.argTypes])],
  ]);
  return written('request', [request, ...call.args], maxBodyBytes);
}

/**
 * Reads a SofaResponse, or the exception of the framework that stands in its place.
 * @throws TranscodeError when the content is neither
 */
export function readOutcome(content: Buffer, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): SofaOutcome {
  return reading('answer', () => {
    const response = new DraftReader(content, 0, content.length, hessianReadLimits(maxBodyBytes)).read();
    if (!(response instanceof HessianObject)) throw new TranscodeError('the content is no SofaResponse');
    const { fields, className } = response;
    if (className !== RESPONSE_CLASS) {
      if (!fields.has('detailMessage')) throw new TranscodeError('the content is no SofaResponse');
      return { kind: 'error', message: text(fields.get('detailMessage')) };
    }
    if (fields.get('isError') === true) return { kind: 'error', message: text(fields.get('errorMsg')) };
    const value = fields.get('appResponse') ?? null;
    const thrown =
      value instanceof HessianObject && value.fields.has('detailMessage') && value.fields.has('stackTrace');
    return thrown ? { kind: 'exception', value } : { kind: 'value', value };
  });
}

/**
 * A SofaResponse with what the method returned or threw.
 * @throws TranscodeError as `writeCall` does
 */
export function writeOutcome(value: unknown, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): Buffer {
  const response = new HessianObject(RESPONSE_CLASS, [
    ['isError', false],
    ['errorMsg', null],
    ['appResponse', value],
    ['responseProps', null],
  ]);
  return written('answer', [response], maxBodyBytes);
}

/** The exception that a Java client shows as the cause of a status SERVER_EXCEPTION. */
export function writeServerError(message: string): Buffer {
  const error = new HessianObject(ERROR_CLASS, [
    ['detailMessage', message],
    ['stackTrace', new TypedList('[java.lang.StackTraceElement', [])],
  ]);
  return written('answer', [error], DEFAULT_MAX_BODY_BYTES);
}

/**
 * The content is what is called, and headers are what routes and rules judged: one call must not be two.
 * @throws TranscodeError when the content calls nothing, or anything else than the headers say
 */
export function checkCalled({ service, method }: SofaCall, head: RequestHead): void {
  if (service === '' || method === '') throw new TranscodeError('the content names no service or no method');
  const own = formatServiceName(parseServiceName(service));
  for (const named of [head.service, head.get('service'), head.get('sofa_head_target_service')])
    if (named && formatServiceName(parseServiceName(named)) !== own)
      throw new TranscodeError('the content calls another service than the headers');
  for (const named of [head.method, head.get('sofa_head_method_name')])
    if (named && named !== method) throw new TranscodeError('the content calls another method than the headers');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Values one after the other, which share references. */
function written(what: string, values: readonly unknown[], maxBodyBytes: number): Buffer {
  const writer = new DraftWriter(hessianWriteLimits(maxBodyBytes));
  try {
    for (const value of values) writer.write(value);
  } catch (error) {
    if (error instanceof MeshError) throw new TranscodeError(`the ${what} cannot be written: ${error.message}`);
    throw error;
  }
  return writer.toBuffer();
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MeshError) throw new TranscodeError(`the ${what} cannot be read: ${error.message}`);
    throw error;
  }
}
